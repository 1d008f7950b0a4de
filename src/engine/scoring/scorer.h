#ifndef SCORER_H
#define SCORER_H

/*
 * Scores examples with any metric: pure ones on a worker; code in the sandbox; the user's own
 * process; a judge, which is a model with a role and a cost of its own. Verdicts that are not pure
 * are journalled before they are used (STORE_METRIC; STORE_FAILURE where there is none), so that a
 * resumed run meets the same; a judge's replies are in the journal already.
 *
 * Loop thread only. Waiting: the caller owns the `struct scoring`; on_done fires exactly once,
 * never from inside scorer_start or scorer_cancel, and is the last thing done with it. After
 * scorer_cancel it still completes, as ERR_CANCELLED or with what came.
 */
#include <uv.h>

#include "client.h"
#include "metric_plan.h"
#include "sandbox.h"
#include "store.h"
#include "text.h"
#include "workers.h"

struct scorer;

struct scorer_setup {
    uv_loop_t *loop;
    struct workers *workers;
    struct store *store;     /* NULL: nothing is journalled */
    struct sandbox *sandbox; /* NULL where scorer_needs_sandbox says no */
    struct client *client;   /* NULL where no judge is asked */
    /* The model of this name of the task; NULL: none. */
    const struct llm_model *(*find_model)(void *data, const char *name);
    void *data;
    const char *where; /* heads messages: "task.json: metric" */
};

/* Whether code will run: the sandbox must be there. */
bool scorer_needs_sandbox(const struct metric_plan *plan);

/* The plan and the setup's parts are borrowed. NULL and ERR_INPUT: a program or a model is missing.
 */
struct scorer *scorer_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err);
/* Nothing may be under way. The loop has to run once more. NULL is nothing. */
void scorer_close(struct scorer *scorer);

struct scoring {
    /* set by the caller; borrowed until on_done */
    struct text *prediction, *target;
    struct text *input;        /* what the workflow was given, for judges; may be NULL */
    struct text *const *found; /* what the example's tools returned */
    size_t found_count;
    struct text *const *asked; /* what they were asked */
    size_t asked_count;
    const struct json *settings;    /* of a line of `flowbot score`; NULL: the plan's */
    const struct metric_case *line; /* the same; NULL: made of the texts above */
    unsigned priority;              /* of a judge's calls */
    void (*on_done)(struct scoring *scoring);
    void *data;
    /* the outcome, valid in on_done */
    bool scored;
    double score;
    struct text *words; /* a reference for the caller; NULL where not scored */
    /* Not scored: ERR_INPUT (the metric cannot score such a target), ERR_ENDPOINT (process, sandbox
     * or judge failed: the example is lost), ERR_LIMIT, ERR_IO, ERR_CANCELLED. */
    struct err error;
    bool unsupported; /* of ERR_INPUT: the program lacks what it would need */
    void *private_state;
};

void scorer_start(struct scorer *scorer, struct scoring *scoring);
void scorer_cancel(struct scorer *scorer, struct scoring *scoring); /* idempotent */

#endif
