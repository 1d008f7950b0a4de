#ifndef CONDUCTOR_H
#define CONDUCTOR_H

/*
 * The conductor: a thread that runs the algorithm (optimize/), and the effects through which it
 * sees the world. An effect puts one command into a one-slot mailbox, wakes the loop, and waits;
 * the loop performs it, event-driven, and answers. Only immutable values and the command itself
 * cross.
 */
#include "decisions.h"
#include "engine.h"
#include "events.h"
#include "optimize.h"

struct conductor;

struct conductor_options {
    const struct engine *engine;
    struct events *events;
    struct decisions *decisions;
    struct optimize_input input; /* `effects` is filled in by the conductor */
    /* A proposal waits for a person; `take_proposal` is decisions_describe's JSON. The run may end
     * here, resumable, or wait: conductor_decided goes on. */
    void (*on_waiting)(void *data, cJSON *take_proposal);
    void (*on_phase)(void *data, const char *phase);
    void (*on_pass)(void *data, const struct rollout *rollout); /* a pass has ended */
    /* effects.provide */
    void (*on_provide)(void *data, const struct workflow *best, const struct workflow *candidate);
    bool (*on_tests_begin)(void *data); /* effects.tests_begin */
    const bool *after_limit;            /* borrowed; true: what is stated is progress, not a fact */
    /* The algorithm has ended; the thread is joined. *result is the callee's
     * (optimize_result_free). Last thing done. */
    void (*on_done)(void *data, enum effect_status status, struct optimize_result *result,
        const struct err *err);
    void *data;
};

/* Starts the thread. Everything in `options` that is borrowed must live until on_done. */
struct conductor *conductor_start(const struct conductor_options *options);

/* Every effect under way and every later one ends as cancelled; on_done follows. Idempotent. */
void conductor_cancel(struct conductor *conductor);

/* A decision on the proposal that waits is in `decisions` and in the store. */
void conductor_decided(struct conductor *conductor);

/* The search ends here, as a person wishes: the effect under way and every later one end with
 * ERR_LIMIT, until the tests begin. While stored facts are repeated the wish waits. Which effect it
 * is goes into the journal, so that a later sitting stops at the same place. */
void conductor_stop(struct conductor *conductor);
/* The wish has come true, and no limit kept the tests from being made. */
bool conductor_is_stopped(const struct conductor *conductor);

/* Passes under way, newest last: for the screen. Valid until the loop turns. */
const struct pass *conductor_pass(
    const struct conductor *conductor, size_t index); /* NULL past the end */

/* After on_done. The loop has to run once more for the close callback. NULL is nothing. */
void conductor_close(struct conductor *conductor);

#endif
