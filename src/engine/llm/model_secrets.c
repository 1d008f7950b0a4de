#include "model_secrets.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "model_settings.h"
#include "redact.h"

enum {
    KEY_MIN = 20, /* no maker's keys are shorter */
    NAME_MOST = 32
};

/* How the keys of known makers begin. `more`: characters besides letters and digits that the rest
 * may have. OpenAI's, Anthropic's, DeepSeek's and OpenRouter's (sk-…) are redact.h's. */
static const struct key_form {
    const char *prefix, *more;
} forms[] = {
    { "AIza", "-_" },       /* Google */
    { "AKIA", "" },         /* AWS */
    { "ASIA", "" },         /* AWS, for a time */
    { "csk-", "" },         /* Cerebras */
    { "fw_", "" },          /* Fireworks */
    { "ghp_", "" },         /* GitHub */
    { "github_pat_", "_" }, /* GitHub */
    { "gsk_", "" },         /* Groq */
    { "hf_", "" },          /* Hugging Face */
    { "nvapi-", "-_" },     /* NVIDIA */
    { "pplx-", "" },        /* Perplexity */
    { "r8_", "" },          /* Replicate */
    { "tgp_v1_", "-_" },    /* Together */
    { "xai-", "" },         /* xAI */
};

bool model_is_secret_name(const char *name)
{
    static const char *const names[] = { "api_key", "api-key", "apikey", "key", "secret", "token",
        "access_token", "auth_token", "authorization", "password", "bearer", "x-api-key" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

bool model_refuse_secret(const struct model_place *place, const char *key, struct err *err)
{
    return model_fail(place, key, err,
        "looks like an API key, and no key belongs in a file: the task is stored and shown "
        "with every run. Put the key into an environment variable and name that: \"api_key_env\": "
        "\"OPENAI_API_KEY\"");
}

static bool begins_with_key(const char *at)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t len = strlen(forms[i].prefix);

        if (!str_starts(at, forms[i].prefix))
            continue;
        while (isalnum((unsigned char)at[len]) ||
               (at[len] != '\0' && strchr(forms[i].more, at[len]) != NULL))
            len++;
        if (len >= KEY_MIN)
            return true;
    }
    return false;
}

bool model_has_known_key(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && begins_with_key(at))
            return true;
    return false;
}

bool model_is_unlikely_name(const char *name)
{
    size_t len = strlen(name);
    bool has_digit = strpbrk(name, "0123456789") != NULL;
    bool has_small = strpbrk(name, "abcdefghijklmnopqrstuvwxyz") != NULL;

    if (model_has_known_key(name))
        return true;
    if (len < KEY_MIN)
        return false;
    return strchr(name, '_') != NULL ? has_digit && has_small : has_digit || len > NAME_MOST;
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
    return holds || model_has_known_key(value->text);
}

/* JSON has a bounded depth. */
static bool check(
    const struct model_place *place, const char *key, const struct json *value, struct err *err)
{
    if (holds_key(value))
        return model_refuse_secret(place, key, err);
    for (size_t i = 0; i < value->count; i++) {
        const char *name = value->type == JSON_OBJECT ? value->keys[i] : key;

        if (value->type == JSON_OBJECT && model_is_secret_name(name) &&
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
