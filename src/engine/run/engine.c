#include "engine.h"

#include <stdlib.h>

#include "mem.h"
#include "nearest.h"
#include "str.h"

static const char *place_of(const void *data, const char *key)
{
    return task_model_where(data, key);
}

const struct llm_model *engine_open_model(
    struct client *client, const struct task *task, size_t index, struct err *err)
{
    const struct task_model *model = &task->models[index];
    const struct model_place place = { model->where, place_of, model };

    return client_open_model_at(client, &place, model->settings, err);
}

static bool open_models(struct engine *engine, const struct task *task, struct err *err)
{
    engine->models = mem_zalloc(task->model_count, sizeof(const struct llm_model *));
    for (size_t i = 0; i < task->model_count; i++) {
        engine->models[i] = engine_open_model(engine->client, task, i, err);
        if (engine->models[i] == NULL)
            return false;
    }
    return true;
}

/* Nothing runs a program before a sandbox has shown that it works. */
static bool open_sandbox(
    struct engine *engine, const struct engine_options *options, struct err *err)
{
    if (!toolbox_needs_sandbox(options->task) &&
        (options->task->example_count == 0 || !scorer_needs_sandbox(options->task->metric_plan)))
        return true;
    if (!sandbox_check(options->task->unsafe_exec, err))
        return false;
    engine->sandbox = sandbox_open(options->loop, options->task->unsafe_exec, err);
    return engine->sandbox != NULL;
}

static bool open_tools(struct engine *engine, const struct engine_options *options, struct err *err)
{
    struct toolbox_options toolbox = {
        .loop = options->loop,
        .task = options->task,
        .store = options->store,
        .workers = engine->workers,
        .client = engine->client,
        .models = engine->models,
    };

    if (!open_sandbox(engine, options, err))
        return false;
    toolbox.sandbox = engine->sandbox;
    engine->toolbox = toolbox_open(&toolbox, err);
    if (engine->toolbox == NULL)
        return false;
    engine->scope = task_scope(options->task);
    free((void *)engine->scope.tools);
    engine->scope.tools = toolbox_names(engine->toolbox, &engine->scope.tool_count);
    engine->scope.more_tools = false;
    return true;
}

static char *describe_tools(const struct engine *engine)
{
    struct str text = STR_INIT;

    for (size_t i = 0; i < engine->scope.tool_count; i++)
        str_addf(&text, "%s%s: %s", i > 0 ? "\n" : "", engine->scope.tools[i],
            toolbox_summary(engine->toolbox, engine->scope.tools[i]));
    if (engine->scope.tool_count == 0)
        str_add(&text, "(none)");
    return str_take(&text);
}

static const struct llm_model *find_model(
    const struct engine *engine, const struct task *task, const char *name)
{
    int index = task_find_model(task, name);

    return index >= 0 ? engine->models[index] : NULL;
}

struct models_by_name {
    const struct engine *engine;
    const struct task *task;
};

static const struct llm_model *find_judge(void *data, const char *name)
{
    const struct models_by_name *models = data;

    return find_model(models->engine, models->task, name);
}

static bool open_scorer(
    struct engine *engine, const struct engine_options *options, struct err *err)
{
    struct models_by_name models = { engine, options->task };
    char *where = mem_printf("%s: metric", options->task->path);
    struct scorer_setup setup = {
        .loop = options->loop,
        .workers = engine->workers,
        .store = options->store,
        .sandbox = engine->sandbox,
        .client = engine->client,
        .find_model = find_judge,
        .data = &models,
        .where = where,
    };

    if (options->task->example_count > 0)
        engine->scorer = scorer_open(&setup, options->task->metric_plan, err);
    free(where);
    return options->task->example_count == 0 || engine->scorer != NULL;
}

bool engine_open(struct engine *engine, const struct engine_options *options, struct err *err)
{
    const struct task *task = options->task;
    struct client_options client = {
        .loop = options->loop,
        .store = options->store,
        .concurrency = task->limits.concurrency,
        .limit_calls = task->limits.calls,
        .limit_tokens = task->limits.tokens,
        .limit_usd = task->limits.usd,
        .provider = options->provider,
        .provider_ctx = options->provider_ctx,
        .seed = options->seed,
        .on_landed = options->on_landed,
        .landed_data = options->landed_data,
    };

    engine->loop = options->loop;
    engine->workers = workers_open(options->loop, 0);
    client.workers = engine->workers;
    engine->client = client_open(&client);
    if (!open_models(engine, task, err))
        return false;
    if (!open_tools(engine, options, err) || !open_scorer(engine, options, err))
        return false;
    engine->tools_text = describe_tools(engine);
    engine->context = (struct pass_context){
        .loop = options->loop,
        .client = engine->client,
        .toolbox = engine->toolbox,
        .workers = engine->workers,
        .scorer = engine->scorer,
        .store = options->store,
        .task = task,
        .templates = options->templates,
        .meta = find_model(engine, task, "meta"),
        .models = engine->models,
        .tools_text = engine->tools_text,
    };
    return true;
}

static bool has_tool(
    const struct engine *engine, const struct node *node, const char *tool, struct err *err)
{
    const struct workflow_scope *scope = &engine->scope;
    const char *nearest;

    if (toolbox_summary(engine->toolbox, tool) != NULL)
        return true;
    nearest = nearest_name(tool, scope->tools, scope->tool_count);
    return err_set(err, ERR_INPUT, "node \"%s\": there is no tool \"%.60s\"%s%.60s%s", node->id,
        tool, nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "\"?" : "");
}

bool engine_has_tools(const struct engine *engine, const struct workflow *workflow, struct err *err)
{
    for (size_t i = 0; i < workflow->count; i++)
        for (size_t j = 0; j < workflow->nodes[i].tool_count; j++)
            if (!has_tool(engine, &workflow->nodes[i], workflow->nodes[i].tools[j], err))
                return false;
    return true;
}

void engine_close(struct engine *engine)
{
    scorer_close(engine->scorer);
    toolbox_close(engine->toolbox);
    sandbox_close(engine->sandbox);
    client_close(engine->client);
    workers_close(engine->workers);
    task_scope_free(&engine->scope);
    free(engine->models);
    free(engine->tools_text);
    *engine = (struct engine){ 0 };
}

static bool is_input(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->input_count; i++)
        if (str_equal(task->inputs[i], name))
            return true;
    return false;
}

/* "answer", or with a number behind it where a field has that name. The caller's. */
static char *free_name(const struct task *task)
{
    char *name = mem_strdup("answer");

    for (unsigned n = 2; is_input(task, name); n++) {
        free(name);
        name = mem_printf("answer_%u", n);
    }
    return name;
}

const struct workflow *engine_trivial_workflow(
    const struct task *task, const struct workflow_scope *scope, struct err *err)
{
    const struct workflow *workflow;
    char *id = free_name(task);
    struct node_spec node = {
        .id = id,
        .kind = NODE_LLM,
        .description = "Solve the task in one step.",
        .prompt = task->description,
        .inputs = (const char *const *)task->inputs,
        .input_count = task->input_count,
    };

    workflow = workflow_build(&node, 1, scope, err);
    free(id);
    return workflow;
}
