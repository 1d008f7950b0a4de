#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "model_settings.h"
#include "redact.h"

enum { BUILTIN_MAX_TOKENS = 2048 };

/* One api: which settings it knows, how it reads them, who answers. */
struct model_api {
    const struct provider *provider;
    const char *const *keys;
    size_t key_count;
    bool (*read)(struct llm_model *model, const struct model_place *place,
        const struct json *settings, struct err *err);
};

static bool read_bad_advice(struct llm_model *model, const struct model_place *place,
    const struct json *settings, struct err *err)
{
    const struct json *value = json_get(settings, "bad_advice");

    model->bad_advice = BUILTIN_BAD_ADVICE;
    if (value == NULL)
        return true;
    if (value->type != JSON_NUMBER || !(value->number >= 0 && value->number <= 1))
        return model_fail(place, "bad_advice", err, "must be a number from 0 to 1");
    model->bad_advice = value->number;
    return true;
}

/* The answer depends on the seed too (which advice is bad), so the seed is a part of who answers.
 */
static bool read_builtin(struct llm_model *model, const struct model_place *place,
    const struct json *settings, struct err *err)
{
    if (!read_bad_advice(model, place, settings, err))
        return false;
    model->max_tokens = BUILTIN_MAX_TOKENS;
    model->identity =
        mem_printf("{\"api\":\"builtin\",\"model\":\"builtin\",\"bad_advice\":%.17g,\"seed\":%llu}",
            model->bad_advice, (unsigned long long)model->seed);
    return true;
}

static const char *const builtin_keys[] = { "model", "api", "bad_advice" };
static const char *const remote_keys[] = { "model", "api", "base_url", "api_key_env", "temperature",
    "top_p", "max_tokens", "seed", "timeout_s", "stream", "extra", "price", "rpm", "tpm",
    "allow_plain_http" };

#define KEYS(keys) keys, sizeof(keys) / sizeof *(keys)

static const struct model_api apis[] = {
    { &builtin_provider, KEYS(builtin_keys), read_builtin },
    { &openai_provider, KEYS(remote_keys), model_read_remote },
    { &anthropic_provider, KEYS(remote_keys), model_read_remote },
};

enum { API_COUNT = sizeof apis / sizeof *apis };

/* The text of settings.key; `otherwise` where it is absent; NULL and an error where it is no text.
 */
static const char *text_of(const struct model_place *place, const struct json *settings,
    const char *key, const char *otherwise, struct err *err)
{
    const struct json *value = json_get(settings, key);

    if (value == NULL && otherwise != NULL)
        return otherwise;
    if (value != NULL && value->type == JSON_STRING && value->len > 0)
        return value->text;
    model_fail(place, key, err, "%s",
        value == NULL ? "is missing; write \"model\": \"builtin\""
                      : "must be a text that is not empty");
    return NULL;
}

static const struct model_api *find_api(
    const struct model_place *place, const char *name, const char *model, struct err *err)
{
    for (size_t i = 0; i < API_COUNT; i++)
        if (strcmp(name, apis[i].provider->api) == 0)
            return &apis[i];
    model_fail(place, "api", err,
        "model \"%s\" has the api \"%s\", which this version does not know; it knows "
        "\"openai\" (any OpenAI-compatible endpoint), \"anthropic\" and \"builtin\"",
        model, name);
    return NULL;
}

static struct llm_model *read_model(
    const struct model_place *place, const struct json *settings, uint64_t seed, struct err *err)
{
    const char *name = text_of(place, settings, "model", NULL, err);
    const char *api_name = NULL;
    const struct model_api *api = NULL;
    struct llm_model *model;

    if (name != NULL)
        api_name = text_of(
            place, settings, "api", strcmp(name, "builtin") == 0 ? "builtin" : "openai", err);
    if (api_name != NULL)
        api = find_api(place, api_name, name, err);
    if (api == NULL ||
        !model_check_keys(place, api->provider->api, settings, api->keys, api->key_count, err))
        return NULL;
    model = mem_zalloc(1, sizeof *model);
    model->api = api->provider->api;
    model->name = mem_strdup(name);
    model->seed = seed;
    model->provider = api->provider;
    model->quirks = mem_zalloc(1, sizeof *model->quirks);
    if (!api->read(model, place, settings, err)) {
        model_free(model);
        return NULL;
    }
    return model;
}

struct llm_model *model_open_at(
    const struct model_place *place, const char *settings, uint64_t seed, struct err *err)
{
    struct json_doc *doc =
        json_parse(place->where, 1, settings, strlen(settings), JSON_STRICT, err);
    struct llm_model *model = NULL;

    if (doc != NULL && json_root(doc)->type == JSON_OBJECT)
        model = read_model(place, json_root(doc), seed, err);
    else if (doc != NULL)
        err_set(err, ERR_INPUT, "%s: must be an object such as { \"model\": \"builtin\" }",
            place->where);
    json_free(doc);
    return model;
}

struct llm_model *model_open(
    const char *where, const char *settings, uint64_t seed, struct err *err)
{
    return model_open_at(&(struct model_place){ .where = where }, settings, seed, err);
}

void model_free(struct llm_model *model)
{
    if (model == NULL)
        return;
    for (size_t i = 0; i < model->url_count; i++)
        free(model->urls[i].base);
    free(model->urls);
    free(model->key_env);
    redact_wipe(model->key);
    free(model->extra);
    free(model->quirks);
    free(model->name);
    free(model->identity);
    free(model);
}

double model_price(const struct llm_model *model, uint64_t in, uint64_t out)
{
    return ((double)in * model->price_in + (double)out * model->price_out) / 1e6;
}

double model_cost(const struct llm_model *model, const struct llm_usage *usage)
{
    uint64_t fresh = usage->in - (usage->cached_in < usage->in ? usage->cached_in : usage->in);

    return model_price(model, fresh, usage->out) +
           (double)(usage->in - fresh) * model->price_cached / 1e6;
}

bool model_check_money(
    const struct model_place *place, const struct llm_model *model, struct err *err)
{
    if (!model->provider->is_remote || (model->has_price && model->has_max_tokens))
        return true;
    return err_set(err, ERR_INPUT,
        "%s: %s is missing: limits.usd can only be kept where the worst case of a call is known; "
        "add %s",
        place->where, model->has_price ? "max_tokens" : "price",
        model->has_price ? "for example \"max_tokens\": 2048"
                         : "\"price\": { \"in\": 0.15, \"cached\": 0.075, \"out\": 0.6 }, in USD "
                           "for a million tokens (zeroes where it costs nothing)");
}
