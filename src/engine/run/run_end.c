/* How a sitting ends: what is said last, what is saved, and when all of it is on disk. */
#include <stdlib.h>

#include "file.h"
#include "report.h"
#include "run_progress.h"
#include "run_state.h"
#include "uses.h"

/* The best workflow as a file of its own, with what it uses, so that exec and eval need nothing
 * else. */
static bool save_best(struct run *run, const struct workflow *best, struct err *err)
{
    struct str text = STR_INIT;
    bool ok;

    uses_write(run->snapshot.task, best, &text);
    ok = file_write(run->workflow_path, str_text(&text), text.len, err);
    str_free(&text);
    if (ok)
        run->outcome.workflow = run->workflow_path;
    return ok;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct run *run = handle->data;

    run->open_timers--;
    if (run->open_timers == 0)
        run->on_done(run->done_data, &run->outcome);
}

void run_close_timers(struct run *run)
{
    uv_close((uv_handle_t *)&run->wall, on_timer_closed);
    uv_close((uv_handle_t *)&run->drain, on_timer_closed);
    uv_close((uv_handle_t *)&run->progress, on_timer_closed);
}

static void say_stopped(struct run *run, const struct err *err)
{
    cJSON *event = report_event("stopped");

    cJSON_AddStringToObject(event, "why", err->message);
    cJSON_AddNumberToObject(event, "after_fact", (double)events_count(run->events) - 1);
    if (run->waiting_text != NULL)
        cJSON_AddItemToObject(event, "pending", cJSON_Parse(run->waiting_text));
    events_progress(run->events, event);
}

static cJSON *finished(
    const struct run *run, const struct optimize_result *result, const char *reason)
{
    struct client_counts counts = client_counts(run->engine.client);

    return report_finished(&counts, result, reason, run->workflow_path);
}

static cJSON *finished_fact(
    const struct run *run, const struct optimize_result *result, const char *reason)
{
    cJSON *fact = finished(run, result, reason), *expected;

    if (conductor_is_stopped(run->conductor)) {
        expected = events_expected(run->events);
        report_repeat_costs(fact, expected);
        cJSON_Delete(expected);
    }
    return fact;
}

static void end_well(
    struct run *run, const struct optimize_result *result, const char *reason, struct err *err)
{
    if (!save_best(run, result->best, err) ||
        !events_state(run->events, finished_fact(run, result, reason), err))
        return;
    run_set_status(run, "done", NULL);
}

/* The run is not complete: what is said now has no number, so that a later sitting may go on from
 * the last fact. */
static void end_early(struct run *run, const struct optimize_result *result, struct err *err)
{
    static const char *const states[] = { "stopped", "waiting" };
    struct err trouble;

    if (result->best != NULL && !save_best(run, result->best, &trouble))
        err_prefix(err, "%s", trouble.message);
    say_stopped(run, err);
    if (err->code == ERR_LIMIT && result->best != NULL)
        events_progress(run->events, finished(run, result, "limit"));
    run_set_status(run, states[run->waiting], err);
}

static void describe_end(struct run *run, enum effect_status status, struct err *err)
{
    const struct err *stopped = client_stopped(run->engine.client);

    if (status != EFFECT_CANCELLED)
        return;
    if (run->waiting)
        err_set(err, ERR_CANCELLED,
            "a proposal waits for a decision: flowbot resume %s in a terminal asks it; without "
            "one: "
            "flowbot review %s --list, then --apply FILE, then flowbot resume %s",
            run->id, run->id, run->id);
    else if (stopped != NULL && stopped->code != ERR_CANCELLED)
        *err = *stopped;
    else
        err_set(err, ERR_CANCELLED, "interrupted; flowbot resume %s goes on from here", run->id);
}

/* All that the run wrote is on disk, or could not be put there: then it is not done, whatever it
 * says. */
static void on_flushed(void *data, struct text *body, const struct err *error)
{
    struct run *run = data;
    const struct err *trouble = error != NULL ? error : store_trouble(run->store);

    text_unref(body);
    if (trouble != NULL && run->outcome.err.code == ERR_NONE) {
        run->outcome.err = *trouble;
        run->outcome.exit_code = run_exit_code(trouble);
    }
    run_close_timers(run);
}

/* Answered behind everything that was put before it. */
static void flush(struct run *run)
{
    store_get(run->store, STORE_TEXT, (struct hash){ 0, 0 }, on_flushed, run);
}

void run_on_conductor_done(
    void *data, enum effect_status status, struct optimize_result *result, const struct err *why)
{
    struct run *run = data;
    struct err err = { .code = ERR_NONE };
    const char *reason = "done";

    if (status == EFFECT_FAILED)
        err = *why;
    describe_end(run, status, &err);
    run_progress_send(run);
    if (err.code == ERR_LIMIT && conductor_is_stopped(run->conductor) && !run->after_limit) {
        err = (struct err){ .code = ERR_NONE };
        reason = "stopped";
    }
    if (err.code == ERR_NONE)
        end_well(run, result, reason, &err);
    if (err.code != ERR_NONE)
        end_early(run, result, &err);
    optimize_result_free(result);
    run->outcome.err = err;
    run->outcome.waiting = run->waiting;
    run->outcome.exit_code = run->waiting ? 1 : run_exit_code(&err);
    flush(run);
}
