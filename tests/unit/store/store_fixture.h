#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

/* What the tests of the store share: a folder that goes away, a loop, texts by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "store.h"

struct fixture {
    char *folder;
    uv_loop_t loop;
};

int fixture_open(void **state);
int fixture_close(void **state);

struct store *fixture_create(struct fixture *fixture, const char *id);
struct store *fixture_reopen(struct fixture *fixture, const char *id);
void fixture_shut(
    struct fixture *fixture, struct store *store); /* close, then the loop to its end */
void fixture_run(struct fixture *fixture);         /* the loop, until nothing is under way */

struct hash key_of(unsigned number);
struct text *body_of(unsigned number); /* a text that depends on the number, of varying length */

/* Expects an error of this code whose message has all the words (NULL ends them). */
void expect_err(const struct err *err, enum err_code code, ...);

/* The answer of one get, waited for. */
struct answer {
    struct text *body;
    bool is_done, has_error;
    struct err error;
};
void on_answer(void *data, struct text *body, const struct err *error);
struct answer fixture_get(
    struct fixture *fixture, struct store *store, enum store_kind kind, struct hash key);

/* Counts the puts that went well and those that failed. */
struct tally {
    unsigned ok, failed;
    struct err error;
};
void on_put(void *tally, const struct err *error);

#endif
