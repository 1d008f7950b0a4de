#include "uses.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "json.h"
#include "mem.h"

enum { USES_FILE_MAX = 64 * 1024 * 1024 };

/* What a run was allowed to spend says nothing of its workflow: equal runs write equal files, and
 * exec is not held to a limit of the run. */
static char *without_limits(const char *canonical)
{
    cJSON *task = cJSON_Parse(canonical);
    char *text;

    cJSON_DeleteItemFromObjectCaseSensitive(task, "limits");
    text = cJSON_PrintUnformatted(task);
    cJSON_Delete(task);
    return text;
}

void uses_write(const struct task *task, const struct workflow *workflow, struct str *out)
{
    struct str json = STR_INIT;
    char *needs = without_limits(task->canonical);

    workflow_to_json(workflow, &json);
    str_addf(out, "{\n  \"task\": %s,", needs);
    str_add(out, strchr(str_text(&json), '{') + 1); /* the workflow's own members */
    str_free(&json);
    cJSON_free(needs);
}

static struct task *load_task(const char *path, const struct json *value, struct err *err)
{
    struct str canonical = STR_INIT;
    struct task *task;

    if (value->type == JSON_STRING) {
        char *folder = file_folder(path);
        char *task_path = file_join(folder, value->text);

        task = task_load_settings(task_path, NULL, 0, err);
        free(task_path);
        free(folder);
        return task;
    }
    json_print(value, &canonical);
    task = task_settings_from_canonical(str_text(&canonical), err);
    if (task == NULL)
        err_prefix(err, "%s: task", path);
    str_free(&canonical);
    return task;
}

static bool load(const char *path, const struct json *root, struct task **task,
    const struct workflow **workflow, struct err *err)
{
    const struct json *value = root->type == JSON_OBJECT ? json_get(root, "task") : NULL;
    struct workflow_scope scope;

    if (root->type == JSON_OBJECT && json_get(root, "nodes") == NULL)
        return err_set(err, ERR_INPUT,
            "%s: is no workflow: it has no \"nodes\" (a run writes its best workflow to a file and "
            "prints its path)",
            path);
    if (value == NULL || (value->type != JSON_STRING && value->type != JSON_OBJECT))
        return err_set(err, ERR_INPUT,
            "%s: names no task (models, tools, inputs), so it cannot be executed by itself; take "
            "the file that a run wrote, or add \"task\": \"PATH OF A TASK FILE\"",
            path);
    *task = load_task(path, value, err);
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
