#include "model_settings.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "mem.h"
#include "model_secrets.h"
#include "nearest.h"
#include "protocol.h"
#include "redact.h"
#include "secret.h"

enum {
    MAX_TOKENS = 4096,            /* where the task file does not say */
    MAX_TOKENS_REASONING = 16384, /* of models that think at length */
    MAX_TOKENS_MOST = 10000000,
    KEY_MAX = 4096
};

/* The settings being read. */
struct reader {
    struct llm_model *model;
    const struct model_place *place;
    const char *prefix; /* of the keys in messages: "" or "price." */
    const struct json *settings;
    struct err *err;
};

/* "PLACE: message", the place that of the key where it is known. */
static bool fail_at(
    const struct model_place *place, const char *key, const char *message, struct err *err)
{
    const char *at = place->of_key != NULL ? place->of_key(place->data, key) : NULL;

    return at != NULL ? err_set(err, ERR_INPUT, "%s: %s", at, message)
                      : err_set(err, ERR_INPUT, "%s: %s: %s", place->where, key, message);
}

bool model_fail(
    const struct model_place *place, const char *key, struct err *err, const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(place, key, message, err);
}

static bool fail(const struct reader *reader, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(const struct reader *reader, const char *key, const char *format, ...)
{
    char message[sizeof reader->err->message];
    char *path;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (reader->prefix[0] == '\0')
        return fail_at(reader->place, key, message, reader->err);
    path = mem_printf("%s%s", reader->prefix, key);
    (void)fail_at(reader->place, path, message, reader->err);
    free(path);
    return false;
}

static bool refuse_key(const struct model_place *place, const char *api, const char *key,
    const char *near, struct err *err)
{
    char *path = mem_printf("%s%s", api != NULL ? "" : "price.", key);

    model_fail(place, path, err, "unknown key%s%s%s%s%s%s",
        near != NULL ? "; the nearest known one is \"" : "", near != NULL ? near : "",
        near != NULL ? "\"" : "", api != NULL ? " for a model of api \"" : "",
        api != NULL ? api : "", api != NULL ? "\"" : "");
    free(path);
    return false;
}

bool model_check_keys(const struct model_place *place, const char *api, const struct json *object,
    const char *const *known, size_t count, struct err *err)
{
    for (size_t i = 0; i < object->count; i++) {
        const char *key = object->keys[i];
        size_t k = 0;

        while (k < count && strcmp(key, known[k]) != 0)
            k++;
        if (k < count)
            continue;
        if (secret_is_name(key))
            return model_refuse_secret(place, key, err);
        return refuse_key(place, api, key, nearest_name(key, known, count), err);
    }
    return true;
}

/* A number in [min, max]; *found tells whether it is there. */
static bool read_number(
    const struct reader *reader, const char *key, double min, double max, double *out, bool *found)
{
    const struct json *value = json_get(reader->settings, key);

    *found = value != NULL;
    if (value == NULL)
        return true;
    if (value->type != JSON_NUMBER || !(value->number >= min && value->number <= max))
        return fail(reader, key, "must be a number from %g to %g", min, max);
    *out = value->number;
    return true;
}

static bool read_whole(
    const struct reader *reader, const char *key, double min, double max, double *out, bool *found)
{
    if (!read_number(reader, key, min, max, out, found))
        return false;
    if (*found && *out != floor(*out))
        return fail(reader, key, "must be a whole number");
    return true;
}

static bool read_flag(const struct reader *reader, const char *key, bool otherwise, bool *out)
{
    const struct json *value = json_get(reader->settings, key);

    *out = value != NULL ? value->boolean : otherwise;
    if (value != NULL && value->type != JSON_BOOL)
        return fail(reader, key, "must be true or false");
    return true;
}

static bool read_parameters(const struct reader *reader)
{
    struct llm_model *model = reader->model;
    double tokens = 0, seed = 0;

    if (!read_number(reader, "temperature", 0, 2, &model->temperature, &model->has_temperature) ||
        !read_number(reader, "top_p", 0, 1, &model->top_p, &model->has_top_p) ||
        !read_whole(reader, "seed", -0x1p53, 0x1p53, &seed, &model->has_seed) ||
        !read_whole(reader, "max_tokens", 1, MAX_TOKENS_MOST, &tokens, &model->has_max_tokens))
        return false;
    quirks_of_name(model->quirks, model->name);
    model->sampling_seed = (int64_t)seed;
    model->max_tokens = model->quirks->no_temperature ? MAX_TOKENS_REASONING : MAX_TOKENS;
    if (model->has_max_tokens)
        model->max_tokens = (uint32_t)tokens;
    return true;
}

static bool read_limits(const struct reader *reader)
{
    struct llm_model *model = reader->model;
    double seconds = (double)MODEL_TIMEOUT_MS / 1000, rpm = 0, tpm = 0;
    bool found;

    if (!read_number(reader, "timeout_s", 0.1, 86400, &seconds, &found) ||
        !read_whole(reader, "rpm", 1, 1e9, &rpm, &found) ||
        !read_whole(reader, "tpm", 1, 4e9, &tpm, &found) ||
        !read_flag(reader, "stream", true, &model->stream))
        return false;
    model->timeout_ms = (uint32_t)(seconds * 1000);
    model->rpm = (uint32_t)rpm;
    model->tpm = (uint32_t)tpm;
    return true;
}

static bool read_price(const struct reader *reader)
{
    static const char *const known[] = { "in", "cached", "out" };
    const struct json *price = json_get(reader->settings, "price");
    struct reader inner = *reader;
    struct llm_model *model = reader->model;
    bool has_in, has_cached, has_out, ok;

    if (price == NULL)
        return true;
    if (price->type != JSON_OBJECT)
        return fail(reader, "price",
            "must be an object such as { \"in\": 0.15, \"cached\": 0.075, \"out\": 0.6 }, in USD "
            "for "
            "a million tokens");
    inner.prefix = "price.";
    inner.settings = price;
    ok = model_check_keys(reader->place, NULL, price, known, 3, reader->err) &&
         read_number(&inner, "in", 0, 1e6, &model->price_in, &has_in) &&
         read_number(&inner, "out", 0, 1e6, &model->price_out, &has_out) &&
         read_number(&inner, "cached", 0, 1e6, &model->price_cached, &has_cached);
    if (ok && (!has_in || !has_out))
        ok = fail(reader, "price", "needs both \"in\" and \"out\"");
    if (ok && !has_cached)
        model->price_cached = model->price_in;
    model->has_price = ok;
    return ok;
}

static bool read_extra(const struct reader *reader)
{
    static const char *const ours[] = { "model", "messages", "system", "stream", "stream_options",
        "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "tools",
        "response_format", "n" };
    const struct json *extra = json_get(reader->settings, "extra");
    struct str members = STR_INIT;

    if (extra == NULL)
        return true;
    if (extra->type != JSON_OBJECT)
        return fail(reader, "extra", "must be an object: its members go into each request");
    for (size_t i = 0; i < extra->count; i++) {
        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++) {
            if (strcmp(extra->keys[i], ours[k]) == 0) {
                str_free(&members);
                return fail(reader, "extra",
                    "\"%s\" is set by flowbot itself; use the setting of that name where there is "
                    "one",
                    ours[k]);
            }
        }
        str_add(&members, i > 0 ? "," : "");
        json_print_string(extra->keys[i], strlen(extra->keys[i]), &members);
        str_add_char(&members, ':');
        json_print(&extra->items[i], &members);
    }
    if (members.len > 0)
        reader->model->extra = str_take(&members);
    return true;
}

static bool add_url(const struct reader *reader, const struct json *value, bool allow_plain_http)
{
    struct llm_model *model = reader->model;
    struct err err = { 0 };
    bool is_loopback = false;
    size_t len = value->len;

    if (value->type != JSON_STRING || len == 0)
        return fail(reader, "base_url", "must be a URL, or a list of URLs");
    if (strlen(value->text) != len ||
        !endpoint_check_url(value->text, allow_plain_http, &is_loopback, &err))
        return fail(reader, "base_url", "%s",
            err.code != ERR_NONE ? err.message : "must not hold a NUL character");
    while (len > 0 && value->text[len - 1] == '/')
        len--;
    model->urls[model->url_count++] =
        (struct model_url){ .base = mem_strndup(value->text, len), .is_loopback = is_loopback };
    return true;
}

static bool read_urls(const struct reader *reader)
{
    const struct json *value = json_get(reader->settings, "base_url");
    bool is_list = value != NULL && value->type == JSON_ARRAY;
    bool anthropic = strcmp(reader->model->api, "anthropic") == 0;
    const char *otherwise =
        anthropic ? "https://api.anthropic.com/v1" : "https://api.openai.com/v1";
    struct json fallback = { .type = JSON_STRING, .text = otherwise, .len = strlen(otherwise) };
    const struct json *items = is_list ? value->items : value != NULL ? value : &fallback;
    size_t count = is_list ? value->count : 1;
    bool allow_plain_http;

    if (!read_flag(reader, "allow_plain_http", false, &allow_plain_http))
        return false;
    if (count == 0 || count > MODEL_URLS_MAX)
        return fail(reader, "base_url", "must list 1 to %d URLs", MODEL_URLS_MAX);
    reader->model->urls = mem_zalloc(count, sizeof *reader->model->urls);
    for (size_t i = 0; i < count; i++)
        if (!add_url(reader, &items[i], allow_plain_http))
            return false;
    return true;
}

static bool is_clean(const char *key)
{
    for (const char *c = key; *c != '\0'; c++)
        if (!isgraph((unsigned char)*c))
            return false;
    return true;
}

static bool refuse_key_as_name(const struct reader *reader)
{
    return fail(reader, "api_key_env",
        "must be the name of an environment variable that holds the key, such as OPENAI_API_KEY, "
        "not the key itself, which is what stands there by its looks; letters, digits and "
        "underscores only");
}

/* What may be a key that stands in the wrong place is not repeated. */
static bool refuse_unset(const struct reader *reader, const char *name)
{
    if (secret_is_no_variable(name))
        return refuse_key_as_name(reader);
    return fail(reader, "api_key_env",
        "the environment variable %s is not set; set it to the key (export %s=…), %s", name, name,
        json_get(reader->settings, "base_url") != NULL
            ? "or leave api_key_env out where the endpoint wants none"
            : "or say with base_url where the model is, if not at its maker's");
}

static bool take_key(const struct reader *reader, const char *name)
{
    const char *key = getenv(name);

    if (key == NULL || key[0] == '\0')
        return refuse_unset(reader, name);
    if (!is_clean(key) || strlen(key) > KEY_MAX)
        return fail(reader, "api_key_env",
            "the value of %s is no key: it has blanks, line breaks or other characters that no "
            "header may have, or is longer than %d",
            name, KEY_MAX);
    reader->model->key_env = mem_strdup(name);
    reader->model->key = mem_strdup(key);
    return true;
}

/* The makers' own endpoints want a key, in the variable that everybody uses for it. */
static bool read_key(const struct reader *reader)
{
    const struct json *value = json_get(reader->settings, "api_key_env");
    bool anthropic = strcmp(reader->model->api, "anthropic") == 0;

    if (value == NULL)
        return json_get(reader->settings, "base_url") != NULL ||
               take_key(reader, anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");
    if (value->type != JSON_STRING || value->len == 0)
        return fail(reader, "api_key_env", "must be the name of an environment variable");
    if (redact_looks_like_key(value->text))
        return refuse_key_as_name(reader);
    return take_key(reader, value->text);
}

/* What an answer depends on; never where it is asked. */
static char *identity_of(const struct llm_model *model)
{
    struct str out = STR_INIT;

    str_addf(&out, "{\"api\":\"%s\",\"model\":", model->api);
    json_print_string(model->name, strlen(model->name), &out);
    str_addf(&out, ",\"max_tokens\":%lu", (unsigned long)model->max_tokens);
    if (model->has_temperature)
        str_addf(&out, ",\"temperature\":%.17g", model->temperature);
    if (model->has_top_p)
        str_addf(&out, ",\"top_p\":%.17g", model->top_p);
    if (model->has_seed)
        str_addf(&out, ",\"seed\":%lld", (long long)model->sampling_seed);
    if (model->extra != NULL)
        str_addf(&out, ",\"extra\":{%s}", model->extra);
    str_add_char(&out, '}');
    return str_take(&out);
}

bool model_read_remote(struct llm_model *model, const struct model_place *place,
    const struct json *settings, struct err *err)
{
    const struct reader reader = { model, place, "", settings, err };

    if (!model_check_secrets(place, settings, err) || !read_parameters(&reader) ||
        !read_limits(&reader) || !read_price(&reader) || !read_extra(&reader) ||
        !read_urls(&reader) || !read_key(&reader))
        return false;
    model->identity = identity_of(model);
    return true;
}
