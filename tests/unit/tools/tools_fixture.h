#ifndef TOOLS_FIXTURE_H
#define TOOLS_FIXTURE_H

/* What the tests of the tools share: a folder with a corpus and a cache, a loop, workers, a store.
 */
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
#include "tools.h"
#include "workers.h"

struct fixture {
    char *folder;
    uv_loop_t loop;
    struct workers *workers;
    struct store *store;
    struct client *client;   /* NULL, or a test's own */
    struct sandbox *sandbox; /* likewise */
    const struct llm_model *const *models;
};

int fixture_open(void **state); /* FLOWBOT_CACHE is FOLDER/cache */
int fixture_close(void **state);
struct toolbox *fixture_toolbox(struct fixture *fixture, const struct task *task, struct err *err);
void fixture_run(struct fixture *fixture);
void fixture_reopen_store(struct fixture *fixture);
char *fixture_file(const struct fixture *fixture, const char *name,
    const char *bytes); /* its path, the caller's */
void expect_err(const struct err *err, enum err_code code, const char *word);

#endif
