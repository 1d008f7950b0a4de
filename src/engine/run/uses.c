#include "uses.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "mem.h"

enum { USES_FILE_MAX = 64 * 1024 * 1024 };

static void add_settings(
    struct str *out, const char *key, const char *name, const char *settings, bool first)
{
    if (first)
        str_addf(out, ",\n    \"%s\": {", key);
    str_add(out, first ? "\n      " : ",\n      ");
    json_print_string(name, strlen(name), out);
    str_addf(out, ": %s", settings);
}

static void add_inputs(struct str *out, const struct task *task)
{
    str_add(out, "\"inputs\": [");
    for (size_t i = 0; i < task->input_count; i++) {
        str_add(out, i > 0 ? ", " : "");
        json_print_string(task->inputs[i], strlen(task->inputs[i]), out);
    }
    str_add(out, "]");
}

void uses_write(const struct task *task, const struct workflow *workflow, struct str *out)
{
    struct str json = STR_INIT;

    workflow_to_json(workflow, &json);
    str_add(out, "{\n  \"uses\": {\n    ");
    add_inputs(out, task);
    for (size_t i = 0; i < task->model_count; i++)
        add_settings(out, "models", task->models[i].name, task->models[i].settings, i == 0);
    str_add(out, task->model_count > 0 ? "\n    }" : "");
    for (size_t i = 0; i < task->tool_count; i++)
        add_settings(out, "tools", task->tools[i].name, task->tools[i].settings, i == 0);
    str_add(out, task->tool_count > 0 ? "\n    }" : "");
    str_add(out, "\n  },");
    str_add(out, strchr(str_text(&json), '{') + 1); /* the workflow's own members */
    str_free(&json);
}

static bool load(const char *path, const struct json *root, struct task **task,
    const struct workflow **workflow, struct err *err)
{
    const struct json *uses = json_get(root, "uses");
    struct workflow_scope scope;

    if (root->type != JSON_OBJECT || uses == NULL)
        return err_set(err, ERR_INPUT,
            "%s: has no \"uses\" (inputs, models, tools), so it cannot be executed by itself; take "
            "the file that a run "
            "wrote, or add \"uses\" as in its first lines",
            path);
    *task = task_without_data(path, uses, err);
    if (*task == NULL)
        return false;
    scope = task_scope(*task);
    *workflow = workflow_from_json(path, root, &scope, err);
    task_scope_free(&scope);
    if (*workflow == NULL) {
        task_free(*task);
        *task = NULL;
    }
    return *workflow != NULL;
}

bool uses_load(
    const char *path, struct task **task, const struct workflow **workflow, struct err *err)
{
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    bool ok = false;

    *task = NULL;
    *workflow = NULL;
    if (file_read(path, USES_FILE_MAX, &bytes, err))
        doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc != NULL)
        ok = load(path, json_root(doc), task, workflow, err);
    json_free(doc);
    str_free(&bytes);
    return ok;
}
