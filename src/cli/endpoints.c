#include "endpoints.h"

#include <stdlib.h>

#include "engine.h"
#include "mem.h"
#include "model.h"
#include "str.h"

enum { PATIENCE_MS = 90000 }; /* for all calls of one endpoint */

static bool open_models(struct endpoints *endpoints, struct err *err)
{
    const struct task *task = endpoints->task;

    endpoints->models = mem_zalloc(task->model_count, sizeof(const struct llm_model *));
    for (size_t i = 0; i < task->model_count; i++) {
        endpoints->models[i] = engine_open_model(endpoints->client, task, i, err);
        if (endpoints->models[i] == NULL)
            return false;
    }
    return true;
}

bool endpoints_open(struct endpoints *endpoints, const struct task *task, struct err *err)
{
    struct client_options options = { .loop = &endpoints->loop, .concurrency = 1 };

    *endpoints = (struct endpoints){ .task = task };
    if (uv_loop_init(&endpoints->loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    endpoints->has_loop = true;
    endpoints->client = client_open(&options);
    return open_models(endpoints, err);
}

void endpoints_close(struct endpoints *endpoints)
{
    client_close(endpoints->client);
    free(endpoints->models);
    if (!endpoints->has_loop)
        return;
    (void)uv_run(&endpoints->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&endpoints->loop);
}

struct asking {
    struct probe probe;
    uv_timer_t timer;
    bool is_done;
};

static void on_done(struct probe *probe)
{
    struct asking *asking = probe->data;

    asking->is_done = true;
}

static void on_late(uv_timer_t *timer)
{
    struct asking *asking = timer->data;

    probe_cancel(&asking->probe);
}

static void ask(struct endpoints *endpoints, struct asking *asking)
{
    asking->probe.on_done = on_done;
    asking->probe.data = asking;
    asking->timer.data = asking;
    if (uv_timer_init(&endpoints->loop, &asking->timer) != 0 ||
        uv_timer_start(&asking->timer, on_late, PATIENCE_MS, 0) != 0)
        abort();
    probe_start(&asking->probe);
    while (!asking->is_done)
        (void)uv_run(&endpoints->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&asking->timer, NULL);
    (void)uv_run(&endpoints->loop, UV_RUN_NOWAIT);
}

/* Whether one answer goes for both. The list of models depends on the key alone. */
static bool is_same(const struct llm_model *a, const struct llm_model *b, bool only_list)
{
    if (!str_equal(a->api, b->api) || !str_equal(a->name, b->name) ||
        !str_equal(a->key_env, b->key_env))
        return false;
    return only_list || (str_equal(a->identity, b->identity) && a->stream == b->stream &&
                            a->timeout_ms == b->timeout_ms);
}

static bool has_url(const struct llm_model *model, const char *base)
{
    for (size_t i = 0; i < model->url_count; i++)
        if (str_equal(model->urls[i].base, base))
            return true;
    return false;
}

static bool is_judge(const struct metric_plan *plan, const char *name)
{
    const char *judge = metric_plan_text(plan, "model");
    bool asks = plan->metric->kind == METRIC_JUDGE || plan->metric->kind == METRIC_PUPA;

    if (asks && str_equal(name, judge != NULL ? judge : "judge"))
        return true;
    for (size_t i = 0; i < plan->part_count; i++)
        if (is_judge(&plan->parts[i], name))
            return true;
    return false;
}

/* The roles that one probe speaks for. */
struct roles {
    struct str names; /* with commas; empty where a model before it has them: it was asked then */
    bool need_json;
};

static struct roles roles_of(
    const struct endpoints *endpoints, size_t first, const char *base, bool only_list)
{
    const struct llm_model *as = endpoints->models[first];
    const struct task *task = endpoints->task;
    struct roles roles = { .names = STR_INIT };

    for (size_t i = 0; i < task->model_count; i++) {
        const char *name = task->models[i].name;

        if (!is_same(endpoints->models[i], as, only_list) || !has_url(endpoints->models[i], base))
            continue;
        if (i < first)
            break;
        str_addf(&roles.names, "%s%s", roles.names.len > 0 ? ", " : "", name);
        roles.need_json = roles.need_json || str_equal(name, "meta") ||
                          (task->metric_plan != NULL && is_judge(task->metric_plan, name));
    }
    return roles;
}

void endpoints_ask(struct endpoints *endpoints, bool only_list, endpoints_each *each, void *data)
{
    for (size_t i = 0; i < endpoints->task->model_count; i++) {
        const struct llm_model *model = endpoints->models[i];

        for (unsigned at = 0; at < model->url_count; at++) {
            struct roles roles = roles_of(endpoints, i, model->urls[at].base, only_list);
            struct asking asking = { .probe = {
                                         .model = model,
                                         .endpoint = at,
                                         .only_list = only_list,
                                         .needs_json = roles.need_json,
                                     } };

            if (roles.names.len > 0) {
                ask(endpoints, &asking);
                each(data, &asking.probe, str_text(&roles.names));
                probe_free(&asking.probe);
            }
            str_free(&roles.names);
        }
    }
}
