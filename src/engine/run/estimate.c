#include "estimate.h"

#include <string.h>

#include "model.h"
#include "str.h"

enum {
    GROWN_NODES = 4,
    PROMPT_TOKENS = 80,        /* of a step */
    REPLY_TOKENS = 100,        /* of a step */
    PASSAGES_TOKENS = 400,     /* of a search */
    META_PROMPT_TOKENS = 1000, /* of a template with prompts and outputs in it */
    META_REPLY_TOKENS = 200
};

static const char *const role_names[ESTIMATE_ROLES] = { "executor", "meta" };

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

static bool has_search(const struct task *task)
{
    for (size_t i = 0; i < task->tool_count; i++)
        if (str_equal(task->tools[i].type, "search"))
            return true;
    return false;
}

static void set_calls(
    struct estimate *e, const struct task *task, const struct sizes *s, uint64_t start_nodes)
{
    bool joint = task->optimizer.inner == INNER_JOINT;
    struct estimate_role *executor = &e->roles[ESTIMATE_EXECUTOR];
    struct estimate_role *meta = &e->roles[ESTIMATE_META];

    executor->calls[ESTIMATE_LIKELY] = ceil_div(executor_calls(s, start_nodes), 2);
    executor->calls[ESTIMATE_MOST] = executor_calls(s, e->nodes);
    meta->calls[ESTIMATE_LIKELY] = ceil_div(meta_calls(s, start_nodes, joint), 2);
    meta->calls[ESTIMATE_MOST] = meta_calls(s, e->nodes, joint);
}

static void set_call_sizes(struct estimate *e, const struct task *task)
{
    uint64_t given = mean_input_tokens(task) + (has_search(task) ? PASSAGES_TOKENS : 0);
    struct estimate_role *executor = &e->roles[ESTIMATE_EXECUTOR];
    struct estimate_role *meta = &e->roles[ESTIMATE_META];

    executor->in = given + PROMPT_TOKENS;
    executor->out = REPLY_TOKENS;
    meta->in = given + META_PROMPT_TOKENS;
    meta->out = META_REPLY_TOKENS;
}

static void set_usd(struct estimate_role *role, const struct llm_model *model)
{
    role->has_price = model != NULL && (model->has_price || !model->provider->is_remote);
    for (int i = 0; i < ESTIMATES && role->has_price; i++)
        role->usd[i] = (double)role->calls[i] * model_price(model, role->in, role->out);
}

static double seconds_of(
    const struct estimate *e, const struct sizes *s, uint64_t nodes, double at_once)
{
    int column = nodes == e->nodes ? ESTIMATE_MOST : ESTIMATE_LIKELY;
    double waves = (double)estimate_calls(e, column) / at_once;
    double chained = (double)chained_calls(s, nodes);

    return e->latency_s * (waves > chained ? waves : chained);
}

struct estimate estimate_run(
    const struct task *task, const struct workflow *start, const struct llm_model *const *models)
{
    struct sizes s = sizes_of(task);
    uint64_t nodes = prompted_nodes(start);
    bool grows = task->optimizer.outer && nodes < GROWN_NODES;
    struct estimate e = { .nodes = grows ? GROWN_NODES : (unsigned)nodes, .latency_s = 0.002 };
    double at_once = (double)task->limits.concurrency;

    set_calls(&e, task, &s, nodes);
    set_call_sizes(&e, task);
    for (int i = 0; i < ESTIMATE_ROLES; i++) {
        int index = task_find_model(task, role_names[i]);
        const struct llm_model *model = index >= 0 ? models[index] : NULL;

        set_usd(&e.roles[i], model);
        if (model == NULL || model->provider->is_remote)
            e.latency_s = 1.0;
    }
    e.seconds[ESTIMATE_LIKELY] = seconds_of(&e, &s, nodes, at_once) / 2;
    e.seconds[ESTIMATE_MOST] = seconds_of(&e, &s, e.nodes, at_once);
    return e;
}

uint64_t estimate_calls(const struct estimate *e, int column)
{
    return e->roles[ESTIMATE_EXECUTOR].calls[column] + e->roles[ESTIMATE_META].calls[column];
}

uint64_t estimate_tokens(const struct estimate *e, int column)
{
    uint64_t sum = 0;

    for (int i = 0; i < ESTIMATE_ROLES; i++)
        sum += e->roles[i].calls[column] * (e->roles[i].in + e->roles[i].out);
    return sum;
}

bool estimate_has_usd(const struct estimate *e)
{
    return e->roles[ESTIMATE_EXECUTOR].has_price && e->roles[ESTIMATE_META].has_price;
}

double estimate_usd(const struct estimate *e, int column)
{
    return e->roles[ESTIMATE_EXECUTOR].usd[column] + e->roles[ESTIMATE_META].usd[column];
}

static void add_pair(cJSON *object, const char *name, bool is_known, double likely, double most)
{
    double both[ESTIMATES] = { likely, most };

    cJSON_AddItemToObject(
        object, name, is_known ? cJSON_CreateDoubleArray(both, ESTIMATES) : cJSON_CreateNull());
}

cJSON *estimate_to_json(const struct estimate *e)
{
    static const char *const calls[] = { "executor_calls", "meta_calls" };
    static const char *const usd[] = { "usd_executor", "usd_meta" };
    cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "nodes", e->nodes);
    for (int i = 0; i < ESTIMATE_ROLES; i++)
        add_pair(object, calls[i], true, (double)e->roles[i].calls[ESTIMATE_LIKELY],
            (double)e->roles[i].calls[ESTIMATE_MOST]);
    add_pair(object, "tokens", true, (double)estimate_tokens(e, ESTIMATE_LIKELY),
        (double)estimate_tokens(e, ESTIMATE_MOST));
    add_pair(object, "usd", estimate_has_usd(e), estimate_usd(e, ESTIMATE_LIKELY),
        estimate_usd(e, ESTIMATE_MOST));
    for (int i = 0; i < ESTIMATE_ROLES; i++)
        add_pair(object, usd[i], e->roles[i].has_price, e->roles[i].usd[ESTIMATE_LIKELY],
            e->roles[i].usd[ESTIMATE_MOST]);
    return object;
}

static void add_usd(struct str *text, const struct estimate *e)
{
    if (estimate_has_usd(e))
        str_addf(text, "  USD      about %.2f, at most about %.2f",
            estimate_usd(e, ESTIMATE_LIKELY), estimate_usd(e, ESTIMATE_MOST));
    else
        str_add(text, "  USD     ");
    for (int i = 0; i < ESTIMATE_ROLES; i++) {
        const struct estimate_role *role = &e->roles[i];

        str_addf(text, "%s%s ", i > 0 ? "; " : estimate_has_usd(e) ? " (" : " ", role_names[i]);
        if (role->has_price)
            str_addf(text, "%.2f to %.2f", role->usd[ESTIMATE_LIKELY], role->usd[ESTIMATE_MOST]);
        else
            str_add(text, "unknown: its model has no \"price\"");
    }
    str_add(text, estimate_has_usd(e) ? ")\n" : "\n");
}

char *estimate_to_text(const struct estimate *e)
{
    const struct estimate_role *roles = e->roles;
    struct str text = STR_INIT;

    str_addf(&text, "  calls    about %llu (%llu of them meta), at most %llu with %u model steps\n",
        (unsigned long long)estimate_calls(e, ESTIMATE_LIKELY),
        (unsigned long long)roles[ESTIMATE_META].calls[ESTIMATE_LIKELY],
        (unsigned long long)estimate_calls(e, ESTIMATE_MOST), e->nodes);
    str_addf(&text,
        "  tokens   about %.1f million, at most about %.1f\n"
        "           (a call %llu in and %llu out, meta %llu and %llu)\n",
        (double)estimate_tokens(e, ESTIMATE_LIKELY) / 1e6,
        (double)estimate_tokens(e, ESTIMATE_MOST) / 1e6,
        (unsigned long long)roles[ESTIMATE_EXECUTOR].in,
        (unsigned long long)roles[ESTIMATE_EXECUTOR].out,
        (unsigned long long)roles[ESTIMATE_META].in, (unsigned long long)roles[ESTIMATE_META].out);
    add_usd(&text, e);
    str_addf(&text, "  time     about %.0f s, at most about %.0f, at %.3g s a call\n",
        e->seconds[ESTIMATE_LIKELY], e->seconds[ESTIMATE_MOST], e->latency_s);
    return str_take(&text);
}
