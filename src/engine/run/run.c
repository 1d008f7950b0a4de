#include "run.h"

#include <stdio.h>
#include <stdlib.h>

#include "aside.h"
#include "report.h"
#include "run_progress.h"
#include "run_state.h"

enum { DRAIN_MS = 10000 };

/* ---- status ---- */

void run_set_status(struct run *run, const char *state, const struct err *why)
{
    cJSON *status = cJSON_CreateObject();
    char *text;

    cJSON_AddNumberToObject(status, "t", (double)events_now_ms(run->events));
    cJSON_AddStringToObject(status, "state", state);
    if (why != NULL && why->code != ERR_NONE)
        cJSON_AddStringToObject(status, "why", why->message);
    if (why != NULL && why->code == ERR_ENDPOINT)
        cJSON_AddTrueToObject(status, "endpoint");
    if (run->waiting_text != NULL)
        cJSON_AddItemToObject(status, "pending", cJSON_Parse(run->waiting_text));
    text = cJSON_PrintUnformatted(status);
    store_set(run->store, "status", text);
    free(text);
    cJSON_Delete(status);
}

static void on_phase(void *data, const char *phase)
{
    run_progress_phase(data, phase);
}

static void on_pass(void *data, const struct rollout *rollout)
{
    struct run *run = data;

    call_log_add_pass(&run->calls, rollout);
}

static void on_waiting(void *data, cJSON *take_proposal)
{
    struct run *run = data;

    run->waiting = true;
    run->waiting_text = cJSON_PrintUnformatted(take_proposal);
    cJSON_Delete(take_proposal);
    if (run->options.can_answer) {
        run_set_status(run, "waiting", NULL);
        run_progress_waiting(run);
        return;
    }
    /* nobody can answer here: what is in flight finishes, and the run ends resumable */
    run_interrupt(run);
}

/* The tests of start and best are paid out of what was set aside; after a limit their words have no
 * numbers (end_early). */
static bool on_tests_begin(void *data)
{
    struct run *run = data;
    const struct err *stopped = client_stopped(run->engine.client);

    run->after_limit = stopped != NULL && stopped->code == ERR_LIMIT;
    if (run->after_limit && run->out_of_time)
        return false;
    client_release_reserve(run->engine.client);
    return true;
}

static void on_provide(void *data, const struct workflow *best, const struct workflow *candidate)
{
    struct run *run = data;
    const struct aside aside = { run->snapshot.task, run->snapshot.start, best, candidate };

    aside_renew(&aside, run->engine.client);
}

static void stop_client(struct run *run, enum err_code code, const char *message)
{
    struct err why;

    err_set(&why, code, "%s", message);
    client_stop(run->engine.client, &why);
}

static void on_drain_over(uv_timer_t *timer)
{
    struct run *run = timer->data;

    client_abort(run->engine.client);
}

static void on_wall(uv_timer_t *timer)
{
    struct run *run = timer->data;
    char message[256];

    run->out_of_time = true;
    (void)snprintf(message, sizeof message,
        "the limit limits.wall_s = %g s is reached; flowbot resume %s goes on for as long again, "
        "--set limits.wall_s=N for another time",
        run->snapshot.task->limits.wall_s, run->id);
    stop_client(run, ERR_LIMIT, message);
    (void)uv_timer_start(&run->drain, on_drain_over, DRAIN_MS, 0);
}

void run_interrupt(struct run *run)
{
    if (run->interrupted) {
        client_abort(run->engine.client);
        return;
    }
    run->interrupted = true;
    stop_client(run, ERR_CANCELLED, "interrupted");
    (void)uv_timer_start(&run->drain, on_drain_over, DRAIN_MS, 0);
    if (run->conductor != NULL)
        conductor_cancel(run->conductor);
}

static void start_timers(struct run *run)
{
    uv_timer_t *timers[] = { &run->wall, &run->drain, &run->progress };

    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        (void)uv_timer_init(run->options.loop, timers[i]);
        timers[i]->data = run;
        run->open_timers++;
    }
    if (run->snapshot.task->limits.wall_s > 0)
        (void)uv_timer_start(
            &run->wall, on_wall, (uint64_t)(run->snapshot.task->limits.wall_s * 1000), 0);
}

static void fill_input(struct run *run, struct optimize_input *input)
{
    const struct task *task = run->snapshot.task;
    const struct optimizer_options *o = &task->optimizer;

    run->optimize = (struct optimize_options){
        .description = task->description,
        .epochs = o->epochs,
        .batch = o->batch,
        .rounds = o->rounds,
        .inner_steps = o->inner_steps,
        .joint = o->inner == INNER_JOINT,
        .inner = o->inner != INNER_NONE,
        .outer = o->outer,
        .broadcast = o->gradient == GRADIENT_BROADCAST,
        .seed = run->snapshot.seed,
    };
    *input = (struct optimize_input){
        .options = &run->optimize,
        .templates = run->snapshot.templates,
        .start = run->snapshot.start,
        .scope = &run->engine.scope,
        .tools_text = run->engine.tools_text,
        .example_ids = (const char *const *)run->example_ids,
        .train = task->splits[SPLIT_TRAIN].items,
        .validation = task->splits[SPLIT_VALIDATION].items,
        .test = task->splits[SPLIT_TEST].items,
        .train_count = task->splits[SPLIT_TRAIN].count,
        .validation_count = task->splits[SPLIT_VALIDATION].count,
        .test_count = task->splits[SPLIT_TEST].count,
    };
}

void run_start(
    struct run *run, void (*on_done)(void *data, const struct run_outcome *outcome), void *data)
{
    struct conductor_options options = {
        .engine = &run->engine,
        .events = run->events,
        .decisions = run->decisions,
        .on_waiting = on_waiting,
        .on_phase = on_phase,
        .on_pass = on_pass,
        .on_provide = on_provide,
        .on_tests_begin = on_tests_begin,
        .after_limit = &run->after_limit,
        .on_done = run_on_conductor_done,
        .data = run,
    };
    struct err err = { .code = ERR_NONE };

    run->on_done = on_done;
    run->done_data = data;
    start_timers(run);
    if (!events_state(run->events, report_started(&run->snapshot, &run->estimate), &err)) {
        run->outcome.err = err;
        run->outcome.exit_code = run_exit_code(&err);
        run_close_timers(run);
        return;
    }
    run_set_status(run, "running", NULL);
    fill_input(run, &options.input);
    on_provide(run, NULL, NULL);
    run_progress_open(run);
    run->conductor = conductor_start(&options);
}

int run_exit_code(const struct err *err)
{
    switch (err->code) {
    case ERR_NONE:
        return 0;
    case ERR_INPUT:
    case ERR_BUSY:
        return 2;
    case ERR_LIMIT:
        return 3;
    case ERR_CANCELLED:
        return 130;
    case ERR_IO:
    case ERR_ENDPOINT:
    case ERR_DIVERGED:
        break;
    }
    return 1;
}

const char *run_id(const struct run *run)
{
    return run->id;
}

const struct task *run_task(const struct run *run)
{
    return run->snapshot.task;
}

const char *run_notice(const struct run *run)
{
    return run->notice != NULL ? run->notice : store_notice(run->store);
}

void run_close(struct run *run)
{
    if (run == NULL)
        return;
    conductor_close(run->conductor);
    decisions_close(run->decisions);
    engine_close(&run->engine);
    events_close(run->events);
    store_close(run->store);
    snapshot_free(&run->snapshot);
    free(run->example_ids);
    free(run->workflow_path);
    free(run->notice);
    free(run->waiting_text);
    run_progress_close(run);
    call_log_close(&run->calls);
    free(run->id);
    free(run);
}
