#include "estimate.h"

#include <string.h>

#include "str.h"

enum { GROWN_NODES = 4, REPLY_TOKENS = 200, META_PROMPT_TOKENS = 900 };

static uint64_t prompted_nodes(const struct workflow *workflow)
{
    uint64_t count = 0;

    for (size_t i = 0; i < workflow->count; i++)
        count += workflow->nodes[i].kind != NODE_TOOL;
    return count;
}

static uint64_t mean_input_tokens(const struct task *task)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < task->example_count; i++)
        for (size_t j = 0; j < task->input_count; j++)
            bytes += task->examples[i].inputs[j]->len;
    return task->example_count > 0 ? bytes / task->example_count / 4 : 0;
}

static bool is_builtin(const struct task *task, const char *role)
{
    int index = task_find_model(task, role);

    return index >= 0 && strstr(task->models[index].settings, "\"builtin\"") != NULL;
}

static uint64_t ceil_div(uint64_t a, uint64_t b)
{
    return b > 0 ? (a + b - 1) / b : 0;
}

struct sizes {
    uint64_t train, batches, validation, test, steps, outer_steps, inner_steps;
};

static struct sizes sizes_of(const struct task *task)
{
    const struct optimizer_options *o = &task->optimizer;
    struct sizes s = {
        .train = task->splits[SPLIT_TRAIN].count * o->epochs,
        .validation = task->splits[SPLIT_VALIDATION].count,
        .test = task->splits[SPLIT_TEST].count,
    };

    s.batches = ceil_div(task->splits[SPLIT_TRAIN].count, o->batch) * o->epochs;
    s.outer_steps = o->outer ? o->rounds : 0;
    s.inner_steps = o->inner != INNER_NONE ? (uint64_t)o->rounds * o->inner_steps : 0;
    s.steps = s.outer_steps + s.inner_steps;
    return s;
}

static uint64_t executor_calls(const struct sizes *s, uint64_t nodes)
{
    return nodes * (s->train * s->steps + s->validation * (s->batches + 1) + 2 * s->test);
}

/* Gradients of every example, then the updates: a sketch update with up to two new executors, or a
 * prompt update a node. */
static uint64_t meta_calls(const struct sizes *s, uint64_t nodes, bool joint)
{
    uint64_t gradients = s->train * (s->outer_steps + s->inner_steps * nodes);
    uint64_t updates = s->batches * (s->outer_steps * 3 + s->inner_steps * (joint ? 1 : nodes));

    return gradients + updates;
}

/* The longest chain of calls that must wait for each other, validation running beside. */
static uint64_t chained_calls(const struct sizes *s, uint64_t nodes)
{
    return s->batches * (s->outer_steps * (nodes + 3) + s->inner_steps * (2 * nodes + 1)) +
           2 * nodes;
}

struct estimate estimate_run(const struct task *task, const struct workflow *start)
{
    struct sizes s = sizes_of(task);
    uint64_t grown = prompted_nodes(start) > GROWN_NODES ? prompted_nodes(start) : GROWN_NODES;
    uint64_t nodes[2] = { prompted_nodes(start),
        task->optimizer.outer ? grown : prompted_nodes(start) };
    uint64_t input = mean_input_tokens(task);
    struct estimate e = { .nodes = (unsigned)nodes[1] };

    e.usd_known = is_builtin(task, "executor") && is_builtin(task, "meta");
    e.latency_s = e.usd_known ? 0.002 : 1.0;
    for (int i = 0; i < 2; i++) {
        double calls, waves;

        e.calls_executor[i] = executor_calls(&s, nodes[i]);
        e.calls_meta[i] = meta_calls(&s, nodes[i], task->optimizer.inner == INNER_JOINT);
        e.tokens[i] = e.calls_executor[i] * (input + REPLY_TOKENS) +
                      e.calls_meta[i] * (input + META_PROMPT_TOKENS + REPLY_TOKENS);
        calls = (double)(e.calls_executor[i] + e.calls_meta[i]);
        waves = calls / (double)task->limits.concurrency;
        e.seconds[i] = e.latency_s * (waves > (double)chained_calls(&s, nodes[i])
                                             ? waves
                                             : (double)chained_calls(&s, nodes[i]));
    }
    return e;
}

static void add_range(cJSON *object, const char *name, double low, double high)
{
    double both[2] = { low, high };

    cJSON_AddItemToObject(object, name, cJSON_CreateDoubleArray(both, 2));
}

cJSON *estimate_to_json(const struct estimate *e)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "nodes", e->nodes);
    add_range(object, "executor_calls", (double)e->calls_executor[0], (double)e->calls_executor[1]);
    add_range(object, "meta_calls", (double)e->calls_meta[0], (double)e->calls_meta[1]);
    add_range(object, "tokens", (double)e->tokens[0], (double)e->tokens[1]);
    if (e->usd_known)
        add_range(object, "usd", e->usd[0], e->usd[1]);
    else
        cJSON_AddNullToObject(object, "usd");
    return object;
}

char *estimate_to_text(const struct estimate *e)
{
    struct str text = STR_INIT;
    unsigned long long calls[2];

    for (int i = 0; i < 2; i++)
        calls[i] = e->calls_executor[i] + e->calls_meta[i];
    str_addf(&text, "  calls    at most %llu if the workflow keeps its size (%llu of them meta),\n",
        calls[0], (unsigned long long)e->calls_meta[0]);
    str_addf(&text, "           %llu if it grows to %u model steps (%llu of them meta)\n", calls[1],
        e->nodes, (unsigned long long)e->calls_meta[1]);
    str_addf(&text, "  tokens   at most about %.1f to %.1f million\n", (double)e->tokens[0] / 1e6,
        (double)e->tokens[1] / 1e6);
    if (e->usd_known)
        str_addf(&text, "  USD      %.2f to %.2f\n", e->usd[0], e->usd[1]);
    else
        str_add(&text, "  USD      unknown: not every model has a price\n");
    str_addf(&text, "  time     about %.0f to %.0f s at %.3g s a call\n", e->seconds[0],
        e->seconds[1], e->latency_s);
    return str_take(&text);
}
