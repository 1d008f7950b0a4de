#include "sitting_settings.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

static const char *const model_keys[] = { "base_url", "api_key_env", "allow_plain_http",
    "timeout_s", "rpm", "tpm", "stream" };

enum { MODEL_KEY_COUNT = sizeof model_keys / sizeof model_keys[0] };

static bool is_model_key(const char *key)
{
    for (size_t i = 0; i < MODEL_KEY_COUNT; i++)
        if (str_equal(model_keys[i], key))
            return true;
    return false;
}

static bool refuse(const char *path, struct err *err)
{
    return err_set(err, ERR_INPUT,
        "--set %s: a resumed run keeps what it was started with; it takes only limits "
        "(limits.calls, …, limits.concurrency) and, of each model, base_url, api_key_env, "
        "allow_plain_http, timeout_s, rpm, tpm and stream (models.executor.base_url=URL)",
        path);
}

static bool check_model(const cJSON *task, const char *path, const char *name, struct err *err)
{
    const cJSON *models = cJSON_GetObjectItemCaseSensitive(task, "models");
    const cJSON *model;
    struct str names = STR_INIT;

    if (cJSON_HasObjectItem(models, name))
        return true;
    cJSON_ArrayForEach(model, models)
        str_addf(&names, "%s%s", names.len > 0 ? ", " : "", model->string);
    err_set(err, ERR_INPUT, "--set %s: the run has no model \"%s\"; it has %s", path, name,
        str_text(&names));
    str_free(&names);
    return false;
}

/* Ends the text at its first dot; what is behind it, or NULL. */
static char *cut_at_dot(char *text)
{
    char *dot = text != NULL ? strchr(text, '.') : NULL;

    if (dot == NULL)
        return NULL;
    *dot = '\0';
    return dot + 1;
}

/* "limits.KEY" or "models.NAME.KEY"; cuts `head` into its parts. */
static bool check_path(const cJSON *task, const char *path, char *head, struct err *err)
{
    char *name = cut_at_dot(head);
    char *key = cut_at_dot(name);

    if (strcmp(head, "limits") == 0 && name != NULL && key == NULL)
        return true;
    if (strcmp(head, "models") != 0 || key == NULL || !is_model_key(key))
        return refuse(path, err);
    return check_model(task, path, name, err);
}

bool sitting_settings_check(const cJSON *task, const char *option, struct err *err)
{
    char *path = mem_strndup(option, strcspn(option, "="));
    char *parts = mem_strdup(path);
    bool ok = check_path(task, path, parts, err);

    free(parts);
    free(path);
    return ok;
}

cJSON *sitting_settings_model(const char *settings)
{
    cJSON *model = cJSON_Parse(settings);

    for (size_t i = 0; i < MODEL_KEY_COUNT; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(model, model_keys[i]);
    return model;
}
