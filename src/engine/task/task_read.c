#include "task_read.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

enum { TASK_TEXT_MAX = 65536, CALLS_MAX = 1000000000, COUNT_OF_SCHEDULES = 1 };

const char *const inner_mode_names[3] = {
    [INNER_MODULAR] = "modular", [INNER_JOINT] = "joint", [INNER_NONE] = "none"
};
const char *const gradient_mode_names[2] = {
    [GRADIENT_BACKPROP] = "backprop", [GRADIENT_BROADCAST] = "broadcast"
};

static bool read_description(
    const struct settings *s, const struct setting_at *root, struct task *task)
{
    struct setting_at at = settings_get(root, "task");

    if (!settings_need(s, &at, JSON_STRING, "say in a sentence what the workflow has to do"))
        return false;
    task->description = settings_string(s, &at, TASK_TEXT_MAX);
    return task->description != NULL;
}

static bool read_model(
    const struct settings *s, const struct setting_at *at, struct task_model *model)
{
    const struct json *value = at->value;
    struct str settings = STR_INIT;
    struct setting_at name;

    if (value->type == JSON_STRING && strcmp(value->text, "builtin") == 0) {
        model->settings = mem_strdup("{\"model\":\"builtin\"}");
        return true;
    }
    if (value->type == JSON_STRING)
        return settings_fail(s, at,
            "is the string \"%.60s\"; a plain string may only be \"builtin\", any other model is "
            "an object: { \"model\": \"%.60s\", … }",
            value->text, value->text);
    if (value->type != JSON_OBJECT)
        return settings_fail(s, at, "is %s; \"builtin\" or an object with \"model\" was expected",
            json_type_name(value->type));
    name = settings_get(at, "model");
    if (!settings_need(s, &name, JSON_STRING, "name the model, for example \"builtin\"") ||
        !settings_no_secrets(s, at))
        return false;
    json_print(value, &settings);
    model->settings = str_take(&settings);
    return true;
}

static void add_place(const struct settings *s, const struct setting_at *at, const char *key,
    struct task_model *model)
{
    model->places = mem_realloc(model->places, model->place_count + 1, sizeof *model->places);
    model->places[model->place_count++] =
        (struct task_place){ mem_strdup(key), settings_where(s, at) };
}

/* The model's settings are checked where models are known (llm): there each error names its place.
 */
static void keep_places(
    const struct settings *s, const struct setting_at *at, struct task_model *model)
{
    model->where = settings_where(s, at);
    for (size_t i = 0; at->value->type == JSON_OBJECT && i < at->value->count; i++) {
        struct setting_at item = settings_item(at, i);

        add_place(s, &item, at->value->keys[i], model);
        for (size_t k = 0; item.value->type == JSON_OBJECT && k < item.value->count; k++) {
            struct setting_at inner = settings_item(&item, k);
            char *key = mem_printf("%s.%s", at->value->keys[i], item.value->keys[k]);

            add_place(s, &inner, key, model);
            free(key);
        }
    }
}

static bool need_role(const struct settings *s, const struct setting_at *models, const char *role,
    const char *purpose)
{
    struct setting_at at = settings_get(models, role);

    return at.value != NULL ||
           settings_fail(s, &at, "missing; %s: \"%s\": { \"model\": \"builtin\" }", purpose, role);
}

static bool read_models(const struct settings *s, const struct setting_at *root, struct task *task)
{
    struct setting_at models = settings_get(root, "models");

    if (!settings_need(s, &models, JSON_OBJECT,
            "give the models of the roles: { \"executor\": { \"model\": \"builtin\" }, \"meta\": { "
            "\"model\": \"builtin\" } }"))
        return false;
    if (!need_role(s, &models, "executor", "the model that runs the workflow's steps") ||
        !need_role(s, &models, "meta", "the model that writes gradients and updates"))
        return false;
    task->models = mem_zalloc(models.value->count, sizeof *task->models);
    for (size_t i = 0; i < models.value->count; i++) {
        struct setting_at at = settings_item(&models, i);
        struct task_model *model = &task->models[task->model_count++];

        model->name = mem_strdup(models.value->keys[i]);
        keep_places(s, &at, model);
        if (!settings_check_name(s, &at, model->name) || !read_model(s, &at, model))
            return false;
    }
    return true;
}

static bool read_modes(
    const struct settings *s, const struct setting_at *at, struct optimizer_options *options)
{
    static const char *const schedules[COUNT_OF_SCHEDULES] = { "paper" };
    static const char *const switches[] = { "on", "off" };
    struct setting_at schedule_at = settings_get(at, "schedule");
    struct setting_at inner_at = settings_get(at, "inner");
    struct setting_at gradient_at = settings_get(at, "gradient");
    struct setting_at outer_at = settings_get(at, "outer");
    size_t schedule = 0, inner = INNER_MODULAR, gradient = GRADIENT_BACKPROP, outer = 0;

    if (!settings_word(s, &schedule_at, schedules, COUNT_OF_SCHEDULES, &schedule) ||
        !settings_word(s, &inner_at, inner_mode_names, 3, &inner) ||
        !settings_word(s, &gradient_at, gradient_mode_names, 2, &gradient) ||
        !settings_word(s, &outer_at, switches, 2, &outer))
        return false;
    options->schedule = mem_strdup(schedules[schedule]);
    options->inner = (enum inner_mode)inner;
    options->gradient = (enum gradient_mode)gradient;
    options->outer = outer == 0;
    return true;
}

static bool read_optimizer(
    const struct settings *s, const struct setting_at *root, struct task *task)
{
    static const char *const known[] = { "schedule", "epochs", "batch", "rounds", "inner_steps",
        "inner", "gradient", "outer" };
    struct setting_at at = settings_get(root, "optimizer");
    struct setting_at epochs = settings_get(&at, "epochs");
    struct setting_at batch = settings_get(&at, "batch");
    struct setting_at rounds = settings_get(&at, "rounds");
    struct setting_at inner_steps = settings_get(&at, "inner_steps");
    struct optimizer_options *options = &task->optimizer;

    if (at.value != NULL && (!settings_need(s, &at, JSON_OBJECT,
                                 "for example { \"schedule\": \"paper\", \"batch\": 5 }") ||
                                !settings_keys(s, &at, known, sizeof known / sizeof known[0])))
        return false;
    options->epochs = 1;
    options->batch = 5;
    options->rounds = 2;
    options->inner_steps = 5;
    return settings_count(s, &epochs, 1, 1000, &options->epochs) &&
           settings_count(s, &batch, 1, 10000, &options->batch) &&
           settings_count(s, &rounds, 1, 1000, &options->rounds) &&
           settings_count(s, &inner_steps, 0, 1000, &options->inner_steps) &&
           read_modes(s, &at, options);
}

/* A limit that is there must allow something: null, or leaving it out, means none. */
static bool check_limit(const struct settings *s, const struct setting_at *limits, const char *key)
{
    struct setting_at at = settings_get(limits, key);

    if (at.value == NULL || at.value->type != JSON_NUMBER || at.value->number != 0)
        return true;
    return settings_fail(s, &at, "is 0, which would allow nothing; null means no limit");
}

/* NULL where the limit is null. */
static struct setting_at limit_at(const struct setting_at *limits, const char *key)
{
    struct setting_at at = settings_get(limits, key);

    if (at.value != NULL && at.value->type == JSON_NULL)
        at.value = NULL;
    return at;
}

static bool read_limits(const struct settings *s, const struct setting_at *root, struct task *task)
{
    static const char *const known[] = { "calls", "tokens", "usd", "wall_s", "concurrency" };
    struct setting_at at = settings_get(root, "limits");
    struct setting_at calls = limit_at(&at, "calls");
    struct setting_at tokens = limit_at(&at, "tokens");
    struct setting_at usd = limit_at(&at, "usd");
    struct setting_at wall_s = limit_at(&at, "wall_s");
    struct setting_at concurrency = settings_get(&at, "concurrency");
    struct limits *limits = &task->limits;

    if (at.value != NULL &&
        (!settings_need(s, &at, JSON_OBJECT, "for example { \"calls\": 60000, \"usd\": 20.0 }") ||
            !settings_keys(s, &at, known, sizeof known / sizeof known[0])))
        return false;
    limits->concurrency = 64;
    return check_limit(s, &at, "calls") && check_limit(s, &at, "tokens") &&
           check_limit(s, &at, "usd") && check_limit(s, &at, "wall_s") &&
           settings_whole(s, &calls, 0, CALLS_MAX, &limits->calls) &&
           settings_whole(s, &tokens, 0, (uint64_t)CALLS_MAX * 1000000, &limits->tokens) &&
           settings_real(s, &usd, 1e9, &limits->usd) &&
           settings_real(s, &wall_s, 1e9, &limits->wall_s) &&
           settings_count(s, &concurrency, 1, 4096, &limits->concurrency);
}

static bool refuse_workflow(const struct settings *s, const struct setting_at *root)
{
    return json_get(root->value, "nodes") == NULL ||
           settings_fail(
               s, root, "is a workflow, a task file was expected: { \"task\": …, \"data\": …, … }");
}

bool task_read(const struct settings *s, struct task *task)
{
    static const char *const known[] = { "task", "data", "inputs", "metric", "models", "tools",
        "optimizer", "limits", "seed" };
    struct setting_at root = settings_root(s);
    struct setting_at seed = settings_get(&root, "seed");

    return settings_need(s, &root, JSON_OBJECT, "a task file is { \"task\": …, \"data\": …, … }") &&
           refuse_workflow(s, &root) &&
           settings_keys(s, &root, known, sizeof known / sizeof known[0]) &&
           read_description(s, &root, task) && task_read_data(s, task) &&
           task_read_metric(s, &root, task) && read_models(s, &root, task) &&
           task_read_tools(s, &root, task) && read_optimizer(s, &root, task) &&
           read_limits(s, &root, task) && settings_whole(s, &seed, 0, UINT64_MAX, &task->seed);
}
