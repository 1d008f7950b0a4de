#ifndef RUN_H
#define RUN_H

/*
 * A run: one task, optimised once, from its first call to its last, over as many sittings as it
 * takes. Ties everything together on one libuv loop that the caller owns and turns. Loop thread
 * only.
 *
 * Life: run_create or run_open → run_start → (the caller runs the loop) → on_done (stop the loop
 * here: the run's handles keep it alive) → run_close → uv_run until the close callbacks are
 * through.
 */
#include <uv.h>

#include "client.h"
#include "err.h"
#include "estimate.h"
#include "events.h"
#include "review.h"
#include "task.h"

struct run;

struct run_options {
    uv_loop_t *loop;
    const char *store_folder;
    event_sink *sink; /* every event of the run, those of earlier sittings included; may be NULL */
    void *sink_data;
    /* After facts: what they name can be read from the run's file now. From the loop; may be NULL.
     */
    void (*on_saved)(void *sink_data);
    /* Somebody can answer here: a proposal waits for run_decide, and what does not depend on it
     * goes on. Else the run ends resumable where one waits. */
    bool can_answer;
    bool keep_calls;   /* rows for run_calls are kept */
    const char *reuse; /* of a new run: id of a run in the folder whose replies are taken where they
                          answer the same requests; NULL: none */
    const struct provider *provider; /* for tests and benches, as in engine.h */
    void *provider_ctx;
};

/* What a new run starts from, checked whole before anything is spent. */
struct run_plan {
    struct task *task;
    struct templates *templates;
    const struct workflow *start;
    char *tools_hash;
    struct estimate estimate;
};

/* Reads task, templates (--prompts, may be NULL) and start workflow (--start, may be NULL: one
 * step), opens models and tools once to check them (this builds missing search indexes), and
 * estimates. Takes `take_task`, also on failure. */
bool run_plan_make(struct run_plan *plan, struct task *take_task, const char *start_path,
    const char *prompts_folder, struct err *err);
void run_plan_free(struct run_plan *plan); /* zeroed is nothing */

/* Makes the run's store. Takes the plan's content. NULL on error. */
struct run *run_create(const struct run_options *options, struct run_plan *take_plan,
    enum review_mode review, struct err *err);

/* Opens a stored run to go on with it. `overrides` are "key.path=value", of what a
 * sitting may set (sitting_settings.h). `retry_failed`: examples
 * that were lost are asked again, and what was concluded without them is dropped; implied where the
 * last sitting ended for want of the endpoint. NULL on error. */
struct run *run_open(const struct run_options *options, const char *id,
    const char *const *overrides, size_t count, bool retry_failed, struct err *err);

struct run_outcome {
    int exit_code;        /* 0 done, 1 failed or waiting, 3 limit, 130 interrupted */
    struct err err;       /* code ERR_NONE: done */
    bool waiting;         /* a proposal waits for a decision */
    const char *workflow; /* path of the best workflow so far; borrowed until run_close; NULL where
                             there is none yet */
};

void run_start(
    struct run *run, void (*on_done)(void *data, const struct run_outcome *outcome), void *data);

/* First: no new call, what is in flight is finished (at most 10 s) and journalled, then the run
 * ends as interrupted. Second: at once. */
void run_interrupt(struct run *run);

/* ---- what a person may do between run_start and on_done (run_person.c); false and *err: ERR_INPUT
 * says why not ---- */

/* A decision on the proposal that waits. `workflow_json`: ANSWER_EDIT, the whole workflow as edited
 * (checked: JSON, graph, names, prompts); `reason`: a rejection needs one, else it may be NULL.
 * Final once it is taken, and in the journal before it is used. */
enum answer_kind { ANSWER_ACCEPT, ANSWER_REJECT, ANSWER_EDIT };
struct answer {
    unsigned proposal; /* ordinal */
    enum answer_kind kind;
    const char *reason;
    const char *workflow_json;
};
bool run_decide(struct run *run, const struct answer *answer, struct err *err);
bool run_check_workflow(const struct run *run, const char *workflow_json, struct err *err);
/* Acts from the next proposal on, also in later sittings. */
void run_set_review(struct run *run, enum review_mode mode);
enum review_mode run_review(const struct run *run);
/* At the next batch this workflow, which was the current one before, becomes it again: a decision
 * like any other, journalled there. `id` is that of its `workflow` fact. */
bool run_revert(struct run *run, const char *id, struct err *err);
/* No further call is begun until it goes on. */
void run_pause(struct run *run, bool pause);
bool run_is_paused(const struct run *run);
/* The search ends here for good, the best so far is tested and kept: run_finished follows, with the
 * reason "stopped", and a later sitting repeats it. What is under way for the search is dropped;
 * its replies stay. */
bool run_stop(struct run *run, struct err *err);
/* Calls under way, newest first, then those that ended lately, the last one first. */
size_t run_calls(
    const struct run *run, size_t from, size_t count, struct call_news *rows, size_t *total);
uint64_t run_calls_ended(const struct run *run); /* in this sitting; each is committed by then */
int64_t run_now_ms(const struct run *run);       /* since the run began */
const char *run_path(const struct run *run);     /* of its file; borrowed */

/* The exit code of an error (design, section 7): 0 none, 1 failed, 2 bad usage or input, 3 a limit,
 * 130 cancelled. */
int run_exit_code(const struct err *err);

const char *run_id(const struct run *run);
const struct task *run_task(const struct run *run);
const char *run_notice(const struct run *run); /* NULL, or a sentence to show once */
void run_close(struct run *run);               /* NULL is nothing; not while it runs */

/* The store's folder: `given`, else $FLOWBOT_STORE, else the XDG state folder; the caller's. NULL
 * on error. */
char *run_store_folder(const char *given, struct err *err);

#endif
