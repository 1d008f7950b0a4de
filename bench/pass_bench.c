/*
 * How fast a pass is, with a scripted model: the wall time against the ideal at a fixed latency,
 * and the program's own time for each call when the model answers at once. Journalling is on in all
 * rows. Build it for release; numbers of other builds say nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <sqlite3.h>

#include "clock.h"
#include "mem.h"
#include "pass.h"
#include "scripted.h"

enum { EXAMPLES = 300, MANY_EXAMPLES = 2000, CONCURRENCY = 64, LATENCY_MS = 200 };

struct shape {
    const char *name;
    size_t count;
    const char *inputs[8][3]; /* of each node; NULL: no more */
};

static const struct shape shapes[] = {
    { "1 node", 1, { { "question" } } },
    { "3 nodes in a chain", 3, { { "question" }, { "n0" }, { "n1" } } },
    { "8 nodes, 6 deep", 8,
        { { "question" }, { "n0" }, { "n0" }, { "n1", "n2" }, { "n3" }, { "n3" }, { "n4", "n5" },
            { "n6", "question" } } },
};

struct bench {
    uv_loop_t loop;
    struct script script;
    struct workers *workers;
    struct store *store;
    struct client *client;
    struct templates *templates;
    struct task task;
    struct task_model models[2];
    const struct llm_model *opened[2];
    struct metric_plan plan;
    struct scorer *scorer;
    struct pass_context context;
    char *folder;
    bool done;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "pass_bench: %s\n", what);
    exit(1);
}

/* Depends on the request, so that no two calls are one. */
static struct llm_reply *answer(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    char key[HASH_HEX_SIZE], text[160];

    (void)script;
    (void)err;
    (void)retryable;
    hash_hex(request->key, key);
    (void)snprintf(text, sizeof text,
        request->role == LLM_META ? "{\"text_gradient\":\"Keep: the form.\\nChange: name the "
                                    "entity that was asked for. %s\"}"
                                  : "An answer of the length that answers have, in a sentence. %s",
        key);
    return script_reply(request, text);
}

static enum metric_end score(
    const struct metric_case *one, double *score_out, struct str *words, struct err *err)
{
    (void)err;
    str_addf(words, "expected \"%s\", got \"%s\"", one->target, one->prediction);
    *score_out = 0.5;
    return METRIC_SCORED;
}

static const struct metric metric = { .name = "bench", .score = score };

/* Questions of 1 KiB, all different. */
static void fill_task(struct task *task, size_t examples)
{
    static char *inputs[] = { (char *)"question" };

    *task = (struct task){
        .description = (char *)"Answer.", .metric = &metric, .inputs = inputs, .input_count = 1
    };
    task->examples = mem_zalloc(examples, sizeof *task->examples);
    task->example_count = examples;
    for (size_t i = 0; i < examples; i++) {
        char *question = mem_printf("%zu %01000d", i, 0);

        task->examples[i].inputs = mem_zalloc(1, sizeof(struct text *));
        task->examples[i].inputs[0] = text_from(question);
        task->examples[i].target = text_from("target");
        free(question);
    }
}

static void free_task(struct task *task)
{
    for (size_t i = 0; i < task->example_count; i++) {
        text_unref(task->examples[i].inputs[0]);
        text_unref(task->examples[i].target);
        free(task->examples[i].inputs);
    }
    free(task->examples);
}

static char *make_folder(void)
{
    const char *parent = getenv("TMPDIR");
    char *folder = mem_printf("%s/flowbot-bench-XXXXXX", parent != NULL ? parent : "/tmp");

    if (mkdtemp(folder) == NULL)
        die("cannot make a folder for the journal");
    return folder;
}

static void drop_folder(char *folder)
{
    char *command = mem_printf("rm -rf '%s'", folder);

    if (system(command) != 0) /* NOLINT(cert-env33-c) */
        die("cannot remove the journal");
    free(command);
    free(folder);
}

static void open_bench(struct bench *bench, size_t examples, bool at_once)
{
    struct client_options options = {
        .loop = &bench->loop, .concurrency = CONCURRENCY, .provider = &scripted_provider
    };
    struct err err = { 0 };

    *bench = (struct bench){ 0 };
    if (uv_loop_init(&bench->loop) != 0)
        die("no loop");
    bench->script = (struct script){ .loop = &bench->loop,
        .answer = answer,
        .latency_ms = at_once ? 0 : LATENCY_MS,
        .at_once = at_once };
    script_open(&bench->script);
    bench->folder = make_folder();
    bench->store = store_create(&bench->loop, bench->folder, "bench", "{}", &err);
    bench->templates = templates_open(NULL, &err);
    if (bench->store == NULL || bench->templates == NULL)
        die(err.message);
    bench->workers = workers_open(&bench->loop, 0);
    options.store = bench->store;
    options.provider_ctx = &bench->script;
    bench->client = client_open(&options);
    fill_task(&bench->task, examples);
    bench->models[0].name = (char *)"executor";
    bench->models[1].name = (char *)"meta";
    bench->task.models = bench->models;
    bench->task.model_count = 2;
    for (size_t i = 0; i < 2; i++)
        bench->opened[i] =
            client_open_model(bench->client, "bench", "{\"model\":\"builtin\"}", &err);
    bench->plan.metric = &metric;
    bench->scorer = scorer_open(
        &(struct scorer_setup){ .loop = &bench->loop, .workers = bench->workers, .where = "bench" },
        &bench->plan, &err);
    bench->context = (struct pass_context){
        .loop = &bench->loop,
        .client = bench->client,
        .workers = bench->workers,
        .scorer = bench->scorer,
        .store = bench->store,
        .task = &bench->task,
        .templates = bench->templates,
        .meta = bench->opened[1],
        .models = bench->opened,
        .tools_text = "(none)",
    };
}

static void close_bench(struct bench *bench)
{
    scorer_close(bench->scorer);
    client_close(bench->client);
    workers_close(bench->workers);
    script_close(&bench->script);
    store_close(bench->store);
    (void)uv_run(&bench->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&bench->loop);
    templates_free(bench->templates);
    free_task(&bench->task);
    drop_folder(bench->folder);
}

static struct workflow *build(const struct shape *shape)
{
    static const char *const fields[] = { "question" }, *const models[] = { "executor", "meta" };
    static const char *const ids[] = { "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7" };
    const struct workflow_scope scope = {
        .fields = fields, .field_count = 1, .models = models, .model_count = 2
    };
    struct node_spec specs[8];
    struct err err = { 0 };
    struct workflow *workflow;

    for (size_t i = 0; i < shape->count; i++) {
        specs[i] = (struct node_spec){
            .id = ids[i], .description = "a step", .kind = NODE_LLM, .inputs = shape->inputs[i]
        };
        specs[i].prompt = ids[i];
        while (specs[i].input_count < 3 && shape->inputs[i][specs[i].input_count] != NULL)
            specs[i].input_count++;
    }
    workflow = workflow_build(specs, shape->count, &scope, &err);
    if (workflow == NULL)
        die(err.message);
    return workflow;
}

static void on_done(struct pass *pass)
{
    struct bench *bench = pass->data;

    if (pass->result == NULL || pass->result->scored != pass->result->count)
        die("the pass failed");
    rollout_free(pass->result);
    bench->done = true;
}

/* One pass over all examples; its wall time in microseconds. */
static int64_t run_pass(struct bench *bench, const struct workflow *workflow,
    enum backward_mode backward, bool keep_texts)
{
    size_t *indices = mem_zalloc(bench->task.example_count, sizeof *indices);
    struct pass pass = { .context = &bench->context, .on_done = on_done, .data = bench };
    int64_t start = clock_us();

    for (size_t i = 0; i < bench->task.example_count; i++)
        indices[i] = i;
    pass.request = (struct rollout_request){
        .workflow = workflow,
        .examples = indices,
        .count = bench->task.example_count,
        .backward = backward,
        .keep_texts = keep_texts,
        .label = "bench",
    };
    pass_start(&pass);
    while (!bench->done)
        (void)uv_run(&bench->loop, UV_RUN_ONCE);
    start = clock_us() - start;
    free(indices);
    return start;
}

static void bench_latency(const struct shape *shape, enum backward_mode backward)
{
    struct workflow *workflow = build(shape);
    bool back = backward == BACKWARD_BACKPROP;
    size_t depth = workflow_depth(workflow) * (back ? 2 : 1);
    size_t calls = (size_t)EXAMPLES * shape->count * (back ? 2 : 1);
    double rounds = ceil((double)calls / (double)CONCURRENCY);
    double ideal = (double)LATENCY_MS / 1000 * (rounds > (double)depth ? rounds : (double)depth);
    struct bench bench;
    double wall;

    open_bench(&bench, EXAMPLES, false);
    wall = (double)run_pass(&bench, workflow, backward, true) / 1e6;
    if (bench.script.starts != calls)
        die("not as many calls as there should be");
    printf("%-20s %-8s %6zu calls  wall %7.3f s  ideal %7.3f s  ratio %.4f  (goal 1.05)\n",
        shape->name, back ? "backprop" : "forward", calls, wall, ideal, wall / ideal);
    (void)fflush(stdout);
    close_bench(&bench);
    workflow_unref(workflow);
}

static double cpu_us(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        die("no resource usage");
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void must(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
}

/* The reference: the same number of rows and bytes by a bare loop, in transactions of as many rows
 * as calls are in flight. */
static double reference_us(size_t rows, size_t bytes)
{
    char *folder = make_folder();
    char *path = mem_printf("%s/reference.sqlite", folder);
    char *body = mem_zalloc(1, bytes + 1);
    double start = cpu_us();
    sqlite3_stmt *insert = NULL;
    sqlite3 *db = NULL;

    memset(body, 'x', bytes);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        die("no reference");
    must(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t(kind, key BLOB, "
             "body TEXT, "
             "PRIMARY KEY(kind, key)) WITHOUT ROWID; BEGIN");
    if (sqlite3_prepare_v2(db, "INSERT INTO t VALUES(0, ?, ?)", -1, &insert, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    for (size_t i = 0; i < rows; i++) {
        struct hash key = hash_bytes(&i, sizeof i);

        if (i % CONCURRENCY == CONCURRENCY - 1)
            must(db, "COMMIT; BEGIN");
        (void)sqlite3_bind_blob(insert, 1, &key, sizeof key, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 2, body, (int)bytes, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
            die(sqlite3_errmsg(db));
    }
    must(db, "COMMIT");
    (void)sqlite3_finalize(insert);
    (void)sqlite3_close(db);
    free(body);
    free(path);
    drop_folder(folder);
    return (cpu_us() - start) / (double)rows;
}

static void bench_own_time(const struct shape *shape, bool keep_texts)
{
    struct workflow *workflow = build(shape);
    struct store_counts counts;
    struct bench bench;
    double cpu, calls, bare;

    open_bench(&bench, MANY_EXAMPLES, true);
    cpu = cpu_us();
    (void)run_pass(&bench, workflow, BACKWARD_NONE, keep_texts);
    cpu = cpu_us() - cpu;
    calls = (double)bench.script.starts;
    counts = store_counts(bench.store);
    bare = reference_us((size_t)calls, (size_t)((double)counts.bytes / calls));
    printf("%-20s %-8s %6.0f calls  own CPU time %6.1f us a call (goal 100)  bare SQLite insert of "
           "the same %.0f bytes "
           "a call: %.1f us\n",
        shape->name, keep_texts ? "texts" : "scores", calls, cpu / calls,
        (double)counts.bytes / calls, bare);
    (void)fflush(stdout);
    close_bench(&bench);
    workflow_unref(workflow);
}

int main(void)
{
    const size_t count = sizeof shapes / sizeof *shapes;

    printf("Passes of %d examples, concurrency %d, scripted model of %d ms\n", EXAMPLES,
        CONCURRENCY, LATENCY_MS);
    for (size_t i = 0; i < count; i++)
        bench_latency(&shapes[i], BACKWARD_NONE);
    bench_latency(&shapes[1], BACKWARD_BACKPROP);
    printf("Passes of %d examples, scripted model that answers at once (CPU of all threads)\n",
        MANY_EXAMPLES);
    for (size_t i = 0; i < count; i++)
        bench_own_time(&shapes[i], i % 2 == 0);
    return 0;
}
