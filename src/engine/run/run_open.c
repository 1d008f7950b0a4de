/* How a run begins: a new one from a plan, a stored one from its file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "json.h"
#include "mem.h"
#include "random.h"
#include "run_state.h"

enum { ID_LEN = 6 };

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
