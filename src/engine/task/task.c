#include "task.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "task_read.h"

enum { TASK_FILE_MAX = 4 << 20 };

/* A task's text and where it is from. */
struct task_text {
    const char *title;
    const char *folder;
    const char *bytes;
    size_t len;
    enum json_flags flags;
    bool is_stored; /* in a run or with a workflow: nobody has it before him */
};

static bool read_settings(const struct task_text *text, const struct json *root,
    const char *const *options, size_t count, struct task *task, struct err *err)
{
    struct settings settings = {
        .title = text->is_stored ? NULL : text->title, .folder = text->folder, .err = err
    };
    struct overrides *overrides = overrides_apply(root, options, count, err);
    bool ok = overrides != NULL;

    if (ok) {
        settings.overrides = overrides;
        ok = task_read(&settings, task);
    }
    overrides_free(overrides);
    return ok;
}

static struct task *from_text(const struct task_text *text, const char *const *options,
    size_t count, bool with_data, struct err *err)
{
    struct json_doc *doc = json_parse(text->title, 1, text->bytes, text->len, text->flags, err);
    struct str canonical = STR_INIT;
    struct task *task;
    bool ok;

    if (doc == NULL)
        return NULL;
    task = mem_zalloc(1, sizeof *task);
    task->path = mem_strdup(text->title);
    ok = read_settings(text, json_root(doc), options, count, task, err) &&
         (!with_data || (data_load(task, err) && task_check_targets(task, err)));
    json_free(doc);
    if (!ok) {
        task_free(task);
        return NULL;
    }
    task_print(task, &canonical);
    task->canonical = str_take(&canonical);
    return task;
}

static struct task *load(
    const char *path, const char *const *options, size_t count, bool with_data, struct err *err)
{
    struct str bytes = STR_INIT;
    struct task *task = NULL;
    char *folder = file_folder(path);

    if (file_read(path, TASK_FILE_MAX, &bytes, err)) {
        struct task_text text = { path, folder, str_text(&bytes), bytes.len, JSON_COMMENTS, false };

        task = from_text(&text, options, count, with_data, err);
    }
    free(folder);
    str_free(&bytes);
    return task;
}

struct task *task_load(
    const char *path, const char *const *overrides, size_t count, struct err *err)
{
    return load(path, overrides, count, true, err);
}

struct task *task_load_settings(
    const char *path, const char *const *overrides, size_t count, struct err *err)
{
    return load(path, overrides, count, false, err);
}

struct task *task_from_text(const char *path, const char *bytes, size_t len, struct err *err)
{
    char *folder = file_folder(path);
    struct task_text text = { path, folder, bytes, len, JSON_COMMENTS, false };
    struct task *task = from_text(&text, NULL, 0, true, err);

    free(folder);
    return task;
}

static struct task_text canonical_text(const char *canonical)
{
    return (struct task_text){ "snapshot", "/", canonical, strlen(canonical), JSON_STRICT, true };
}

struct task *task_from_canonical(
    const char *canonical, const char *const *overrides, size_t count, struct err *err)
{
    struct task_text text = canonical_text(canonical);

    return from_text(&text, overrides, count, true, err);
}

struct task *task_settings_from_canonical(const char *canonical, struct err *err)
{
    struct task_text text = canonical_text(canonical);

    return from_text(&text, NULL, 0, false, err);
}

static void free_models_and_tools(struct task *task)
{
    for (size_t i = 0; i < task->model_count; i++) {
        free(task->models[i].name);
        free(task->models[i].settings);
        free(task->models[i].where);
        for (size_t k = 0; k < task->models[i].place_count; k++) {
            free(task->models[i].places[k].key);
            free(task->models[i].places[k].where);
        }
        free(task->models[i].places);
    }
    for (size_t i = 0; i < task->tool_count; i++) {
        free(task->tools[i].name);
        free(task->tools[i].type);
        free(task->tools[i].settings);
    }
    free(task->models);
    free(task->tools);
}

void task_free(struct task *task)
{
    if (task == NULL)
        return;
    for (size_t i = 0; i < task->example_count; i++)
        data_example_free(&task->examples[i], task->input_count);
    free(task->examples);
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(task->splits[i].items);
    for (size_t i = 0; i < task->input_count; i++)
        free(task->inputs[i]);
    free(task->inputs);
    free_models_and_tools(task);
    data_spec_free(task->data);
    metric_plan_free(task->metric_plan);
    free(task->optimizer.schedule);
    free(task->path);
    free(task->description);
    free(task->canonical);
    free(task);
}

int task_find_model(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->model_count; i++)
        if (strcmp(task->models[i].name, name) == 0)
            return (int)i;
    return -1;
}

const char *task_model_where(const struct task_model *model, const char *key)
{
    for (size_t i = 0; i < model->place_count; i++)
        if (strcmp(model->places[i].key, key) == 0)
            return model->places[i].where;
    return NULL;
}

int task_find_tool(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->tool_count; i++)
        if (strcmp(task->tools[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* The tools of a server have names of their own. */
static bool has_server(const struct task *task)
{
    for (size_t i = 0; i < task->tool_count; i++)
        if (strcmp(task->tools[i].type, "mcp") == 0)
            return true;
    return false;
}

struct workflow_scope task_scope(const struct task *task)
{
    const char **tools = mem_zalloc(task->tool_count, sizeof(char *));
    const char **models = mem_zalloc(task->model_count, sizeof(char *));

    for (size_t i = 0; i < task->tool_count; i++)
        tools[i] = task->tools[i].name;
    for (size_t i = 0; i < task->model_count; i++)
        models[i] = task->models[i].name;
    return (struct workflow_scope){
        .fields = (const char *const *)task->inputs,
        .field_count = task->input_count,
        .tools = tools,
        .tool_count = task->tool_count,
        .models = models,
        .model_count = task->model_count,
        .more_tools = has_server(task),
    };
}

void task_scope_free(struct workflow_scope *scope)
{
    free((void *)scope->tools);
    free((void *)scope->models);
    *scope = (struct workflow_scope){ .fields = NULL };
}
