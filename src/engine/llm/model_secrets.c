#include "model_secrets.h"

#include <string.h>

#include "model_settings.h"
#include "redact.h"
#include "secret.h"

bool model_refuse_secret(const struct model_place *place, const char *key, struct err *err)
{
    return model_fail(place, key, err,
        "looks like an API key, and no key belongs in a file: the task is stored and shown "
        "with every run. Put the key into an environment variable and name that: \"api_key_env\": "
        "\"OPENAI_API_KEY\"");
}

static bool holds_key(const struct json *value)
{
    struct str text = STR_INIT;
    bool holds;

    if (value->type != JSON_STRING)
        return false;
    str_add_n(&text, value->text, value->len);
    redact(&text, NULL);
    holds = text.len != value->len || memcmp(str_text(&text), value->text, text.len) != 0;
    str_free(&text);
    return holds || secret_has_key(value->text);
}

/* JSON has a bounded depth. */
static bool check(
    const struct model_place *place, const char *key, const struct json *value, struct err *err)
{
    if (holds_key(value))
        return model_refuse_secret(place, key, err);
    for (size_t i = 0; i < value->count; i++) {
        const char *name = value->type == JSON_OBJECT ? value->keys[i] : key;

        if (value->type == JSON_OBJECT && secret_is_name(name) &&
            value->items[i].type == JSON_STRING)
            return model_refuse_secret(place, name, err);
        if (!check(place, name, &value->items[i], err))
            return false;
    }
    return true;
}

bool model_check_secrets(
    const struct model_place *place, const struct json *settings, struct err *err)
{
    return check(place, "settings", settings, err);
}
