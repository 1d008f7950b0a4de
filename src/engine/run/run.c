#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aside.h"
#include "clock.h"
#include "conductor.h"
#include "file.h"
#include "json.h"
#include "mem.h"
#include "random.h"
#include "report.h"
#include "run_progress.h"
#include "run_state.h"
#include "uses.h"

enum { DRAIN_MS = 10000, ID_LEN = 6 };

/* ---- open ---- */

char *run_store_folder(const char *given, struct err *err)
{
    const char *variable = getenv("FLOWBOT_STORE");
    char *state, *folder;

    if (given != NULL)
        return mem_strdup(given);
    if (variable != NULL && variable[0] != '\0')
        return mem_strdup(variable);
    state = file_state_folder(err);
    if (state == NULL)
        return NULL;
    folder = file_join(state, "runs");
    free(state);
    return folder;
}

/* Six letters and digits that no run of this machine is likely to have: time and process, mixed. */
static char *new_id(void)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    struct random random;
    char *id = mem_zalloc(ID_LEN + 1, 1);

    random_seed(&random,
        (uint64_t)clock_unix_ms() * 1000003u ^ (uint64_t)getpid() << 40 ^ (uint64_t)clock_us());
    for (int i = 0; i < ID_LEN; i++)
        id[i] = letters[random_below(&random, sizeof letters - 1)];
    return id;
}

static bool open_engine(struct run *run, struct err *err)
{
    struct engine_options options = {
        .loop = run->options.loop,
        .task = run->snapshot.task,
        .templates = run->snapshot.templates,
        .store = run->store,
        .seed = run->snapshot.seed,
        .provider = run->options.provider,
        .provider_ctx = run->options.provider_ctx,
        .on_landed = call_log_add,
        .landed_data = &run->calls,
    };
    char hex[HASH_HEX_SIZE];

    if (!engine_open(&run->engine, &options, err))
        return false;
    hash_hex(toolbox_identity(run->engine.toolbox), hex);
    if (!str_equal(hex, run->snapshot.tools_hash))
        return err_set(err, ERR_INPUT,
            "the tools of %s (a search corpus or a setting) have changed since this run was "
            "started; put the old files "
            "back, or start a new run",
            run->snapshot.task->path);
    return true;
}

/* A run that is gone since does not matter for what was copied. */
static bool borrow_replies(struct run *run, bool is_new, struct err *err)
{
    const char *id = run->snapshot.reuse;
    struct err gone = { .code = ERR_NONE };

    if (id == NULL || store_lend(run->store, run->options.store_folder, id, &gone))
        return true;
    if (is_new) {
        *err = gone;
        return err_prefix(err, "--reuse %s", id);
    }
    run->notice =
        mem_printf("the replies of run %s can be reused no more, what was not copied yet is "
                   "asked: %s",
            id, gone.message);
    return true;
}

static void copy_ids(struct run *run)
{
    const struct task *task = run->snapshot.task;

    run->example_ids = mem_zalloc(task->example_count, sizeof *run->example_ids);
    for (size_t i = 0; i < task->example_count; i++)
        run->example_ids[i] = task->examples[i].id;
}

static void on_saved(void *data, struct text *body, const struct err *error)
{
    struct run *run = data;

    (void)error; /* the store keeps it: store_trouble */
    text_unref(body);
    run->saving = false;
    run->options.on_saved(run->options.sink_data);
}

static void on_event(void *data, const cJSON *event, const char *line)
{
    struct run *run = data;

    if (run->options.sink != NULL)
        run->options.sink(run->options.sink_data, event, line);
    if (run->options.on_saved == NULL || run->saving)
        return;
    run->saving = true;
    store_get(run->store, STORE_TEXT, (struct hash){ 0, 0 }, on_saved, run);
}

static bool open_rest(struct run *run, struct text **take_facts, size_t fact_count, struct err *err)
{
    char *name = mem_printf("%s.workflow.json", run->id);

    run->events = events_open(
        run->store, run->id, run->snapshot.created_ms, take_facts, fact_count, on_event, run);
    run->workflow_path = file_join(run->options.store_folder, name);
    free(name);
    copy_ids(run);
    if (!open_engine(run, err))
        return false;
    run->decisions = decisions_open(run->store, &run->engine.scope, run->snapshot.review, err);
    return run->decisions != NULL;
}

/* Traces name an example by its place in the task's table: this is the table, for readers. */
static void store_ids(struct run *run)
{
    struct str list = STR_INIT;

    str_add_char(&list, '[');
    for (size_t i = 0; i < run->snapshot.task->example_count; i++) {
        str_add(&list, i > 0 ? "," : "");
        json_print_string(run->example_ids[i], strlen(run->example_ids[i]), &list);
    }
    str_add_char(&list, ']');
    store_set(run->store, "examples", str_text(&list));
    str_free(&list);
}

struct run *run_create(const struct run_options *options, struct run_plan *take_plan,
    enum review_mode review, struct err *err)
{
    struct run *run = mem_zalloc(1, sizeof *run);
    char *snapshot;

    run->options = *options;
    run->calls.keeps_rows = options->keep_calls;
    run->estimate = take_plan->estimate;
    run->id = new_id();
    run->snapshot = (struct snapshot){
        .task = take_plan->task,
        .templates = take_plan->templates,
        .start = take_plan->start,
        .tools_hash = take_plan->tools_hash,
        .seed = take_plan->task->seed,
        .review = review,
        .created_ms = clock_unix_ms(),
        .reuse = mem_strdup(options->reuse),
    };
    *take_plan = (struct run_plan){ 0 };
    snapshot = snapshot_write(&run->snapshot);
    run->store = store_create(options->loop, options->store_folder, run->id, snapshot, err);
    free(snapshot);
    if (run->store == NULL || !borrow_replies(run, true, err) || !open_rest(run, NULL, 0, err)) {
        run_close(run);
        return NULL;
    }
    store_ids(run);
    return run;
}

static void free_texts(struct text **texts, size_t from, size_t count)
{
    for (size_t i = from; i < count; i++)
        text_unref(texts[i]);
}

static bool ended_for_want_of_endpoint(struct store *store)
{
    char *status = store_get_value(store, "status");
    bool ended = status != NULL && strstr(status, "\"endpoint\":true") != NULL;

    free(status);
    return ended;
}

static bool open_stored(
    struct run *run, const char *const *overrides, size_t count, bool retry_failed, struct err *err)
{
    struct text **facts;
    size_t fact_count;

    if (!snapshot_read(&run->snapshot, store_snapshot(run->store), overrides, count, err) ||
        !borrow_replies(run, false, err))
        return false;
    facts = store_facts(run->store, &fact_count, err);
    if (facts == NULL)
        return false;
    if (retry_failed || ended_for_want_of_endpoint(run->store)) {
        uint32_t keep = events_before_loss(run->store, fact_count);

        free_texts(facts, keep, fact_count);
        fact_count = keep;
        if (!store_forget_failures(run->store, keep, err)) {
            free_texts(facts, 0, fact_count);
            free(facts);
            return false;
        }
        events_forget_loss(run->store);
    }
    if (!open_rest(run, facts, fact_count, err))
        return false;
    run->snapshot.start = snapshot_start(&run->snapshot, &run->engine.scope, err);
    if (run->snapshot.start == NULL)
        return false;
    run->estimate = estimate_run(run->snapshot.task, run->snapshot.start, run->engine.models);
    return true;
}

struct run *run_open(const struct run_options *options, const char *id,
    const char *const *overrides, size_t count, bool retry_failed, struct err *err)
{
    struct run *run = mem_zalloc(1, sizeof *run);

    run->options = *options;
    run->calls.keeps_rows = options->keep_calls;
    run->id = mem_strdup(id);
    run->store = store_open(options->loop, options->store_folder, id, err);
    if (run->store == NULL || !open_stored(run, overrides, count, retry_failed, err)) {
        run_close(run);
        return NULL;
    }
    return run;
}

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

/* ---- the end ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct run *run = handle->data;

    run->open_timers--;
    if (run->open_timers == 0)
        run->on_done(run->done_data, &run->outcome);
}

static void close_timers(struct run *run)
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
    close_timers(run);
}

/* Answered behind everything that was put before it. */
static void flush(struct run *run)
{
    store_get(run->store, STORE_TEXT, (struct hash){ 0, 0 }, on_flushed, run);
}

static void on_conductor_done(
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

/* ---- the middle ---- */

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
        .on_done = on_conductor_done,
        .data = run,
    };
    struct err err = { .code = ERR_NONE };

    run->on_done = on_done;
    run->done_data = data;
    start_timers(run);
    if (!events_state(run->events, report_started(&run->snapshot, &run->estimate), &err)) {
        run->outcome.err = err;
        run->outcome.exit_code = run_exit_code(&err);
        close_timers(run);
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
