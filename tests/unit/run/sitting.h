#ifndef SITTING_H
#define SITTING_H

/*
 * One sitting of a run, from open to close, on a loop of its own: what the tests of whole runs are
 * made of. The task is a small one over examples/atlas with its corpus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flaky.h"
#include "mem.h"
#include "run.h"

/* The thread sanitizer makes a run take seconds: there, one repetition of so many is made. */
#ifdef __SANITIZE_THREAD__
enum { OF_MANY = 4 };
#else
enum { OF_MANY = 1 };
#endif

/* A folder of the test program's own with the task file and the stores; gone at the end. */
struct place {
    char *folder, *task, *store;
};

int place_open(void **state); /* group set-up */
int place_close(void **state);
/* Writes a task file of this name into the place; `settings` are members of the task object that
 * replace "optimizer" and "limits" (NULL: 2 rounds of 2 inner steps, 64 calls at once). */
char *place_task(const struct place *place, const char *name, const char *settings);

enum { SETS_MAX = 4 };

struct sitting {
    /* set by the test; the rest zeroed */
    const struct place *place;
    const char *task;           /* NULL: the place's */
    const char *store;          /* NULL: the place's */
    char id[64];                /* of the run to resume; "": a new one, filled in */
    const char *sets[SETS_MAX]; /* --set of either */
    bool retry_failed;
    enum review_mode review;
    bool keep_flaky; /* flaky was set; else: as fast as it goes, no log */
    struct flaky flaky;
    /* Sees every event; may call run_interrupt. */
    void (*on_event)(struct sitting *sitting, const cJSON *event);
    void *data;
    /* the outcome */
    struct run *run;            /* only while it runs */
    struct run_outcome outcome; /* outcome.err also where the run could not be opened */
    char **facts;               /* without time and run id */
    size_t fact_count;
    char *workflow;  /* the best workflow's file; NULL: none */
    cJSON *finished; /* the last run_finished, fact or last words; NULL: none */
};

/* The whole sitting: open, run, close. */
void sitting_run(struct sitting *sitting);
void sitting_free(struct sitting *sitting); /* what came out of it */

/* Fails the test where the two differ in a fact or in the workflow. */
void expect_same(const struct sitting *a, const struct sitting *b);
void expect_outcome(const struct sitting *sitting, int exit_code);
/* The message has these words (NULL ends them). */
void expect_words(const struct sitting *sitting, ...);
double number_of(const cJSON *event, const char *name);      /* NAN where it is null or absent */
const char *string_of(const cJSON *event, const char *name); /* "" where it is absent */

/* An undisturbed run of the place's task, made once. */
const struct sitting *undisturbed(const struct place *place);

#endif
