#include "run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "conductor.h"
#include "file.h"
#include "mem.h"
#include "random.h"
#include "snapshot.h"
#include "uses.h"

enum { DRAIN_MS = 10000, PROGRESS_MS = 250, ID_LEN = 6 };

struct run {
    struct run_options options;
    struct snapshot snapshot;
    struct estimate estimate;
    char *id;
    struct store *store;
    struct engine engine;
    struct events *events;
    struct decisions *decisions;
    struct conductor *conductor;
    struct optimize_options optimize;
    char **example_ids;
    char *workflow_path;
    uv_timer_t wall, drain, progress;
    unsigned open_timers;
    uint64_t last_paid; /* for calls per second */
    int64_t last_us;
    bool interrupted, waiting, out_of_time;
    bool after_limit;   /* facts stated from here on are last words, not part of the run */
    char *waiting_text; /* JSON of the proposal that waits */
    struct run_outcome outcome;
    void (*on_done)(void *data, const struct run_outcome *outcome);
    void *done_data;
};

/* ---- plan ---- */

static const struct workflow *start_workflow(
    const struct task *task, const char *path, const struct workflow_scope *scope, struct err *err)
{
    return path != NULL ? workflow_load(path, scope, err)
                        : engine_trivial_workflow(task, scope, err);
}

/* Opens models and tools without a store: all that can be wrong with the task is known before a run
 * exists. */
static bool check_engine(struct run_plan *plan, const char *start_path, struct err *err)
{
    uv_loop_t loop;
    struct engine engine = { 0 };
    struct engine_options options = {
        .loop = &loop, .task = plan->task, .templates = plan->templates
    };
    bool ok;

    if (uv_loop_init(&loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    ok = engine_open(&engine, &options, err);
    if (ok) {
        plan->tools_hash = mem_alloc(HASH_HEX_SIZE);
        hash_hex(toolbox_identity(engine.toolbox), plan->tools_hash);
        plan->start = start_workflow(plan->task, start_path, &engine.scope, err);
        ok = plan->start != NULL;
    }
    engine_close(&engine);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return ok;
}

bool run_plan_make(struct run_plan *plan, struct task *take_task, const char *start_path,
    const char *prompts_folder, struct err *err)
{
    *plan = (struct run_plan){ .task = take_task };
    plan->templates = templates_open(prompts_folder, err);
    if (plan->templates == NULL || !check_engine(plan, start_path, err)) {
        run_plan_free(plan);
        return false;
    }
    plan->estimate = estimate_run(plan->task, plan->start);
    return true;
}

void run_plan_free(struct run_plan *plan)
{
    task_free(plan->task);
    templates_free(plan->templates);
    workflow_unref(plan->start);
    free(plan->tools_hash);
    *plan = (struct run_plan){ 0 };
}

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

static void copy_ids(struct run *run)
{
    const struct task *task = run->snapshot.task;

    run->example_ids = mem_zalloc(task->example_count, sizeof *run->example_ids);
    for (size_t i = 0; i < task->example_count; i++)
        run->example_ids[i] = task->examples[i].id;
}

static bool open_rest(struct run *run, struct text **take_facts, size_t fact_count, struct err *err)
{
    char *name = mem_printf("%s.workflow.json", run->id);

    run->events = events_open(run->store, run->id, run->snapshot.created_ms, take_facts, fact_count,
        run->options.sink, run->options.sink_data);
    run->workflow_path = file_join(run->options.store_folder, name);
    free(name);
    copy_ids(run);
    if (!open_engine(run, err))
        return false;
    run->decisions = decisions_open(run->store, &run->engine.scope, run->snapshot.review, err);
    return run->decisions != NULL;
}

struct run *run_create(const struct run_options *options, struct run_plan *take_plan,
    enum review_mode review, struct err *err)
{
    struct run *run = mem_zalloc(1, sizeof *run);
    char *snapshot;

    run->options = *options;
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
    };
    *take_plan = (struct run_plan){ 0 };
    snapshot = snapshot_write(&run->snapshot);
    run->store = store_create(options->loop, options->store_folder, run->id, snapshot, err);
    free(snapshot);
    if (run->store == NULL || !open_rest(run, NULL, 0, err)) {
        run_close(run);
        return NULL;
    }
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

    if (!snapshot_read(&run->snapshot, store_snapshot(run->store), overrides, count, err))
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
    run->estimate = estimate_run(run->snapshot.task, run->snapshot.start);
    return true;
}

struct run *run_open(const struct run_options *options, const char *id,
    const char *const *overrides, size_t count, bool retry_failed, struct err *err)
{
    struct run *run = mem_zalloc(1, sizeof *run);

    run->options = *options;
    run->id = mem_strdup(id);
    run->store = store_open(options->loop, options->store_folder, id, err);
    if (run->store == NULL || !open_stored(run, overrides, count, retry_failed, err)) {
        run_close(run);
        return NULL;
    }
    return run;
}

/* ---- status and progress ---- */

static void set_status(struct run *run, const char *state, const struct err *why)
{
    cJSON *status = cJSON_CreateObject();
    char *text;

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

static cJSON *cost_to_json(const struct client_counts *counts, int role)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "calls", (double)counts->calls[role]);
    cJSON_AddNumberToObject(object, "requests", (double)counts->requests[role]);
    cJSON_AddNumberToObject(
        object, "tokens", (double)(counts->usage[role].in + counts->usage[role].out));
    cJSON_AddNumberToObject(object, "usd", counts->usage[role].usd);
    return object;
}

static void add_costs(cJSON *object, const struct client_counts *counts)
{
    static const char *const names[LLM_ROLES] = { "executor", "meta", "judge" };

    for (int i = 0; i < LLM_ROLES; i++)
        cJSON_AddItemToObject(object, names[i], cost_to_json(counts, i));
}

static cJSON *event_of(const char *type)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "type", type);
    return event;
}

static uint64_t sum(const uint64_t counts[LLM_ROLES])
{
    return counts[LLM_EXECUTOR] + counts[LLM_META] + counts[LLM_JUDGE];
}

static void send_progress(struct run *run)
{
    struct client_counts counts = client_counts(run->engine.client);
    cJSON *event = event_of("calls");
    int64_t now = clock_us();
    double seconds = (double)(now - run->last_us) / 1e6;
    uint64_t paid = sum(counts.paid);

    add_costs(event, &counts);
    cJSON_AddNumberToObject(event, "in_flight", counts.in_flight);
    cJSON_AddNumberToObject(event, "waiting", counts.waiting);
    cJSON_AddNumberToObject(event, "paid", (double)paid);
    cJSON_AddNumberToObject(event, "failed", (double)counts.failed);
    cJSON_AddNumberToObject(event, "retries", (double)counts.retries);
    cJSON_AddNumberToObject(
        event, "calls_per_s", seconds > 0 ? (double)(paid - run->last_paid) / seconds : 0);
    run->last_us = now;
    run->last_paid = paid;
    events_progress(run->events, event);
}

static void on_progress(uv_timer_t *timer)
{
    send_progress(timer->data);
}

static void on_phase(void *data, const char *phase)
{
    struct run *run = data;
    cJSON *event = event_of("phase");

    cJSON_AddStringToObject(event, "phase", phase);
    events_progress(run->events, event);
    send_progress(run);
}

/* ---- first and last words ---- */

static void add_sizes(cJSON *fact, const struct task *task)
{
    cJSON *sizes = cJSON_AddObjectToObject(fact, "sizes");

    cJSON_AddNumberToObject(sizes, "train", (double)task->splits[SPLIT_TRAIN].count);
    cJSON_AddNumberToObject(sizes, "validation", (double)task->splits[SPLIT_VALIDATION].count);
    cJSON_AddNumberToObject(sizes, "test", (double)task->splits[SPLIT_TEST].count);
    cJSON_AddNumberToObject(sizes, "duplicates_dropped", (double)task->duplicates_dropped);
}

static void add_optimizer(cJSON *fact, const struct optimizer_options *o)
{
    static const char *const inner[] = { "modular", "joint", "none" };
    cJSON *object = cJSON_AddObjectToObject(fact, "optimizer");

    cJSON_AddStringToObject(object, "schedule", o->schedule);
    cJSON_AddNumberToObject(object, "epochs", o->epochs);
    cJSON_AddNumberToObject(object, "batch", o->batch);
    cJSON_AddNumberToObject(object, "rounds", o->rounds);
    cJSON_AddNumberToObject(object, "inner_steps", o->inner == INNER_NONE ? 0 : o->inner_steps);
    cJSON_AddStringToObject(object, "inner", inner[o->inner]);
    cJSON_AddStringToObject(
        object, "gradient", o->gradient == GRADIENT_BACKPROP ? "backprop" : "broadcast");
    cJSON_AddBoolToObject(object, "outer", o->outer);
}

static cJSON *run_started(const struct run *run)
{
    const struct task *task = run->snapshot.task;
    cJSON *fact = event_of("run_started");
    cJSON *models = cJSON_CreateObject();
    struct str start = STR_INIT;

    cJSON_AddStringToObject(fact, "task", task->path);
    cJSON_AddStringToObject(fact, "description", task->description);
    cJSON_AddStringToObject(fact, "metric", task->metric->name);
    cJSON_AddNumberToObject(fact, "seed", (double)run->snapshot.seed);
    for (size_t i = 0; i < task->model_count; i++)
        cJSON_AddItemToObject(models, task->models[i].name, cJSON_Parse(task->models[i].settings));
    cJSON_AddItemToObject(fact, "models", models);
    add_sizes(fact, task);
    add_optimizer(fact, &task->optimizer);
    workflow_to_json(run->snapshot.start, &start);
    cJSON_AddItemToObject(fact, "start", cJSON_Parse(str_text(&start)));
    cJSON_AddItemToObject(fact, "estimate", estimate_to_json(&run->estimate));
    str_free(&start);
    return fact;
}

static void add_score(cJSON *event, const char *name, double score)
{
    if (isnan(score))
        cJSON_AddNullToObject(event, name);
    else
        cJSON_AddNumberToObject(event, name, score);
}

static cJSON *run_finished(
    const struct run *run, const struct optimize_result *result, const char *reason)
{
    struct client_counts counts = client_counts(run->engine.client);
    cJSON *event = event_of("run_finished");
    struct llm_usage total = { 0 };
    char hex[HASH_HEX_SIZE];

    for (int i = 0; i < LLM_ROLES; i++) {
        total.in += counts.usage[i].in;
        total.out += counts.usage[i].out;
        total.usd += counts.usage[i].usd;
    }
    cJSON_AddStringToObject(event, "reason", reason);
    add_score(event, "start_validation", result->start_validation);
    add_score(event, "start_test", result->start_test);
    add_score(event, "validation", result->validation);
    add_score(event, "test", result->test);
    cJSON_AddNumberToObject(event, "calls", (double)sum(counts.calls));
    cJSON_AddNumberToObject(
        event, "cached_calls", (double)(sum(counts.requests) - sum(counts.calls)));
    cJSON_AddNumberToObject(event, "tokens", (double)(total.in + total.out));
    cJSON_AddNumberToObject(event, "usd", total.usd);
    add_costs(event, &counts);
    cJSON_AddStringToObject(event, "workflow", run->workflow_path);
    hash_hex(result->best->hash, hex);
    cJSON_AddStringToObject(event, "workflow_id", hex);
    if (result->no_test[0] != '\0')
        cJSON_AddStringToObject(event, "no_test", result->no_test);
    return event;
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

static int exit_code_of(const struct err *err)
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
    cJSON *event = event_of("stopped");

    cJSON_AddStringToObject(event, "why", err->message);
    cJSON_AddNumberToObject(event, "after_fact", (double)events_count(run->events) - 1);
    if (run->waiting_text != NULL)
        cJSON_AddItemToObject(event, "pending", cJSON_Parse(run->waiting_text));
    events_progress(run->events, event);
}

static void end_well(struct run *run, const struct optimize_result *result, struct err *err)
{
    if (!save_best(run, result->best, err) ||
        !events_state(run->events, run_finished(run, result, "done"), err))
        return;
    set_status(run, "done", NULL);
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
        events_progress(run->events, run_finished(run, result, "limit"));
    set_status(run, states[run->waiting], err);
}

static void describe_end(struct run *run, enum effect_status status, struct err *err)
{
    const struct err *stopped = client_stopped(run->engine.client);

    if (status != EFFECT_CANCELLED)
        return;
    if (run->waiting)
        err_set(err, ERR_CANCELLED,
            "a proposal waits for a decision: flowbot review %s --list, then --apply FILE, then "
            "flowbot resume %s",
            run->id, run->id);
    else if (stopped != NULL && stopped->code != ERR_CANCELLED)
        *err = *stopped;
    else
        err_set(err, ERR_CANCELLED, "interrupted; flowbot resume %s goes on from here", run->id);
}

static void on_conductor_done(
    void *data, enum effect_status status, struct optimize_result *result, const struct err *why)
{
    struct run *run = data;
    struct err err = { .code = ERR_NONE };

    if (status == EFFECT_FAILED)
        err = *why;
    describe_end(run, status, &err);
    send_progress(run);
    if (err.code == ERR_NONE)
        end_well(run, result, &err);
    if (err.code != ERR_NONE)
        end_early(run, result, &err);
    optimize_result_free(result);
    run->outcome.err = err;
    run->outcome.waiting = run->waiting;
    run->outcome.exit_code = run->waiting ? 1 : exit_code_of(&err);
    close_timers(run);
}

static void on_waiting(void *data, cJSON *take_proposal)
{
    struct run *run = data;

    run->waiting = true;
    run->waiting_text = cJSON_PrintUnformatted(take_proposal);
    cJSON_Delete(take_proposal);
    /* without a screen nobody can answer here: what is in flight finishes, and the run ends
     * resumable */
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

/* Sets the two test passes aside, but never more than half of a limit: the start's calls, and as
 * many again for a best workflow of up to GROWN_NODES model steps. */
static void set_tests_aside(struct run *run)
{
    enum { GROWN_NODES = 4, STEP_TOKENS = 2000 };
    const struct task *task = run->snapshot.task;
    const struct limits *limits = &task->limits;
    uint64_t test = task->splits[SPLIT_TEST].count;
    uint64_t calls = test * (run->snapshot.start->count + GROWN_NODES);
    uint64_t tokens = calls * STEP_TOKENS;
    double usd = limits->usd / 4;

    if (limits->calls > 0 && calls > limits->calls / 2)
        calls = limits->calls / 2;
    if (limits->tokens > 0 && tokens > limits->tokens / 2)
        tokens = limits->tokens / 2;
    client_reserve(
        run->engine.client, limits->calls > 0 ? calls : 0, limits->tokens > 0 ? tokens : 0, usd);
}

static void stop_client(struct run *run, enum err_code code, const char *message)
{
    struct err why;

    err_set(&why, code, "%s", message);
    client_stop(run->engine.client, &why);
}

static void on_wall(uv_timer_t *timer)
{
    struct run *run = timer->data;
    char message[96];

    run->out_of_time = true;
    (void)snprintf(message, sizeof message, "the limit wall_s of %.0f s was reached",
        run->snapshot.task->limits.wall_s);
    stop_client(run, ERR_LIMIT, message);
}

static void on_drain_over(uv_timer_t *timer)
{
    struct run *run = timer->data;

    client_abort(run->engine.client);
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
    (void)uv_timer_start(&run->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
    run->last_us = clock_us();
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
        .on_tests_begin = on_tests_begin,
        .after_limit = &run->after_limit,
        .on_done = on_conductor_done,
        .data = run,
    };
    struct err err = { .code = ERR_NONE };

    run->on_done = on_done;
    run->done_data = data;
    start_timers(run);
    if (!events_state(run->events, run_started(run), &err)) {
        run->outcome.err = err;
        run->outcome.exit_code = exit_code_of(&err);
        close_timers(run);
        return;
    }
    set_status(run, "running", NULL);
    fill_input(run, &options.input);
    set_tests_aside(run);
    run->conductor = conductor_start(&options);
}

const char *run_id(const struct run *run)
{
    return run->id;
}

const struct task *run_task(const struct run *run)
{
    return run->snapshot.task;
}

const char *run_store_notice(const struct run *run)
{
    return store_notice(run->store);
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
    free(run->waiting_text);
    free(run->id);
    free(run);
}
