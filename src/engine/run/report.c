#include "report.h"

#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "sitting_settings.h"
#include "str.h"

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
    for (int i = 0; i < LLM_ROLES; i++)
        cJSON_AddItemToObject(object, llm_role_name((enum llm_role)i), cost_to_json(counts, i));
}

cJSON *report_event(const char *type)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "type", type);
    return event;
}

uint64_t report_sum(const uint64_t counts[LLM_ROLES])
{
    uint64_t all = 0;

    for (int i = 0; i < LLM_ROLES; i++)
        all += counts[i];
    return all;
}

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

cJSON *report_started(const struct snapshot *snapshot, const struct estimate *estimate)
{
    const struct task *task = snapshot->task;
    cJSON *fact = report_event("run_started");
    cJSON *models = cJSON_CreateObject();
    struct str start = STR_INIT;

    cJSON_AddStringToObject(fact, "task", task->path);
    cJSON_AddStringToObject(fact, "description", task->description);
    cJSON_AddStringToObject(fact, "metric", task->metric->name);
    cJSON_AddNumberToObject(fact, "seed", (double)snapshot->seed);
    for (size_t i = 0; i < task->model_count; i++)
        cJSON_AddItemToObject(
            models, task->models[i].name, sitting_settings_model(task->models[i].settings));
    cJSON_AddItemToObject(fact, "models", models);
    if (task->unsafe_exec)
        cJSON_AddTrueToObject(fact, "unsafe_exec");
    if (snapshot->reuse != NULL)
        cJSON_AddStringToObject(fact, "reuse", snapshot->reuse);
    add_sizes(fact, task);
    add_optimizer(fact, &task->optimizer);
    workflow_to_json(snapshot->start, &start);
    cJSON_AddItemToObject(fact, "start", cJSON_Parse(str_text(&start)));
    cJSON_AddItemToObject(fact, "estimate", estimate_to_json(estimate));
    str_free(&start);
    return fact;
}

cJSON *report_calls(
    const struct client_counts *counts, const struct latencies *latencies, double calls_per_s)
{
    cJSON *event = report_event("calls");

    add_costs(event, counts);
    cJSON_AddNumberToObject(event, "in_flight", counts->in_flight);
    cJSON_AddNumberToObject(event, "waiting", counts->waiting);
    cJSON_AddNumberToObject(event, "cut", (double)counts->cut);
    cJSON_AddNumberToObject(event, "odd", (double)counts->odd);
    cJSON_AddNumberToObject(event, "paid", (double)report_sum(counts->paid));
    cJSON_AddNumberToObject(event, "failed", (double)counts->failed);
    cJSON_AddNumberToObject(event, "retries", (double)counts->retries);
    cJSON_AddNumberToObject(event, "calls_per_s", calls_per_s);
    cJSON_AddNumberToObject(event, "p50_ms", latencies_percentile(latencies, 0.5));
    cJSON_AddNumberToObject(event, "p95_ms", latencies_percentile(latencies, 0.95));
    return event;
}

/* ---- nodes ---- */

/* How many examples of the nodes of a workflow wait for a place in flight. */
static void count_queued(
    const struct client *client, const struct workflow *workflow, unsigned *queued)
{
    struct call_news rows[32];
    size_t count = sizeof rows / sizeof rows[0], total, got;

    for (size_t from = 0; (got = client_calls(client, from, count, rows, &total)) > 0; from += got)
        for (size_t i = 0; i < got; i++)
            for (size_t node = 0; rows[i].role == LLM_EXECUTOR && node < workflow->count; node++)
                if (rows[i].stage == CALL_STAGE_WAITING &&
                    str_equal(rows[i].node, workflow->nodes[node].id))
                    queued[node]++;
}

static cJSON *node_row(const struct conductor *conductor, const struct workflow *workflow,
    size_t node, unsigned queued)
{
    struct node_counts counts = { 0 };
    const struct pass *pass;
    double row[6];

    for (size_t i = 0; (pass = conductor_pass(conductor, i)) != NULL; i++) {
        if (pass->nodes == NULL || !workflow_equal(pass->request.workflow, workflow))
            continue;
        counts.waiting += pass->nodes[node].waiting;
        counts.running += pass->nodes[node].running;
        counts.done += pass->nodes[node].done;
        counts.failed += pass->nodes[node].failed;
        counts.skipped += pass->nodes[node].skipped;
    }
    queued = queued < counts.running ? queued : counts.running;
    row[0] = counts.waiting;
    row[1] = queued;
    row[2] = counts.running - queued;
    row[3] = counts.done;
    row[4] = counts.failed;
    row[5] = counts.skipped;
    return cJSON_CreateDoubleArray(row, 6);
}

static cJSON *pass_row(const struct pass *pass)
{
    cJSON *row = cJSON_CreateArray();

    cJSON_AddItemToArray(row, cJSON_CreateString(pass->request.label));
    cJSON_AddItemToArray(row, cJSON_CreateNumber((double)pass->examples_done));
    cJSON_AddItemToArray(row, cJSON_CreateNumber((double)pass->request.count));
    return row;
}

static void add_nodes(cJSON *event, const struct conductor *conductor, const struct client *client,
    const struct pass *newest)
{
    const struct workflow *workflow = newest->request.workflow;
    cJSON *ids, *nodes;
    unsigned *queued = mem_zalloc(workflow->count + 1, sizeof *queued);
    char hex[HASH_HEX_SIZE];

    hash_hex(workflow->hash, hex);
    cJSON_AddStringToObject(event, "workflow", hex);
    cJSON_AddNumberToObject(event, "pass", newest->ordinal);
    ids = cJSON_AddArrayToObject(event, "ids");
    nodes = cJSON_AddArrayToObject(event, "nodes");
    count_queued(client, workflow, queued);
    for (size_t i = 0; i < workflow->count; i++) {
        cJSON_AddItemToArray(ids, cJSON_CreateString(workflow->nodes[i].id));
        cJSON_AddItemToArray(nodes, node_row(conductor, workflow, i, queued[i]));
    }
    free(queued);
}

cJSON *report_nodes(const struct conductor *conductor, const struct client *client)
{
    cJSON *event = report_event("node"), *passes = cJSON_AddArrayToObject(event, "passes");
    const struct pass *pass, *newest = NULL;

    for (size_t i = 0; (pass = conductor_pass(conductor, i)) != NULL; i++) {
        if (pass->nodes == NULL) /* it has ended, and waits to be collected */
            continue;
        cJSON_AddItemToArray(passes, pass_row(pass));
        newest = pass;
    }
    if (newest != NULL)
        add_nodes(event, conductor, client, newest);
    return event;
}

static cJSON *node_calls_row(const struct call_stats *stats)
{
    const double row[] = { (double)stats->calls, latencies_percentile(&stats->latencies, 0.5),
        latencies_percentile(&stats->latencies, 0.95), (double)stats->done, (double)stats->failed };

    return cJSON_CreateDoubleArray(row, sizeof row / sizeof row[0]);
}

cJSON *report_node_calls(const struct call_log *calls)
{
    cJSON *event = report_event("node_calls"), *nodes = cJSON_AddObjectToObject(event, "nodes");

    for (size_t i = 0; i < calls->nodes.count; i++) {
        const struct call_stats *stats = &calls->nodes.items[i];

        cJSON_AddItemToObject(nodes, stats->node, node_calls_row(stats));
    }
    return event;
}

cJSON *report_sitting(const struct task *task, enum review_mode review)
{
    cJSON *event = report_event("sitting");
    cJSON *limits = cJSON_AddObjectToObject(event, "limits");

    cJSON_AddNumberToObject(limits, "calls", (double)task->limits.calls);
    cJSON_AddNumberToObject(limits, "tokens", (double)task->limits.tokens);
    cJSON_AddNumberToObject(limits, "usd", task->limits.usd);
    cJSON_AddNumberToObject(limits, "wall_s", task->limits.wall_s);
    cJSON_AddNumberToObject(limits, "concurrency", task->limits.concurrency);
    cJSON_AddStringToObject(event, "review", review_mode_name(review));
    return event;
}

static void add_score(cJSON *event, const char *name, double score)
{
    if (isnan(score))
        cJSON_AddNullToObject(event, name);
    else
        cJSON_AddNumberToObject(event, name, score);
}

cJSON *report_finished(const struct client_counts *counts, const struct optimize_result *result,
    const char *reason, const char *workflow_path)
{
    cJSON *event = report_event("run_finished");
    struct llm_usage total = { 0 };
    char hex[HASH_HEX_SIZE];

    for (int i = 0; i < LLM_ROLES; i++) {
        total.in += counts->usage[i].in;
        total.out += counts->usage[i].out;
        total.usd += counts->usage[i].usd;
    }
    cJSON_AddStringToObject(event, "reason", reason);
    add_score(event, "start_validation", result->start_validation);
    add_score(event, "start_test", result->start_test);
    add_score(event, "validation", result->validation);
    add_score(event, "test", result->test);
    cJSON_AddNumberToObject(event, "calls", (double)report_sum(counts->calls));
    cJSON_AddNumberToObject(
        event, "cached_calls", (double)(report_sum(counts->requests) - report_sum(counts->calls)));
    cJSON_AddNumberToObject(event, "tokens", (double)(total.in + total.out));
    cJSON_AddNumberToObject(event, "usd", total.usd);
    add_costs(event, counts);
    cJSON_AddStringToObject(event, "workflow", workflow_path);
    hash_hex(result->best->hash, hex);
    cJSON_AddStringToObject(event, "workflow_id", hex);
    if (result->no_test[0] != '\0')
        cJSON_AddStringToObject(event, "no_test", result->no_test);
    return event;
}

static void copy_item(const cJSON *from, const char *key, cJSON *to)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, key);

    if (item != NULL && cJSON_HasObjectItem(to, key))
        cJSON_ReplaceItemInObjectCaseSensitive(to, key, cJSON_Duplicate(item, true));
}

void report_repeat_costs(cJSON *finished, const cJSON *expected)
{
    static const char *const keys[] = { "calls", "cached_calls", "tokens", "usd" };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        copy_item(expected, keys[i], finished);
    for (int i = 0; i < LLM_ROLES; i++)
        copy_item(expected, llm_role_name((enum llm_role)i), finished);
}
