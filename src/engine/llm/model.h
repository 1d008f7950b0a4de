#ifndef MODEL_H
#define MODEL_H

/*
 * An opened model, and the list of the apis that a model may have. For providers, for
 * estimates (prices) and for tests; everybody else only passes pointers on. Adding an api = one
 * file with its provider, one row in model.c.
 */
#include "client.h"

/* Share of the builtin meta model's advice that is deliberately bad, where the task file does not
 * say (docs/BUILTIN.md). */
#define BUILTIN_BAD_ADVICE 0.05

/* What was learned about an endpoint from its refusals; loop thread only. A known model name starts
 * with some of it. */
struct model_quirks {
    bool completion_tokens; /* max_completion_tokens instead of max_tokens */
    bool token_name_learned;
    bool no_temperature, no_top_p, no_seed, no_stream_options, no_stream;
    enum { SCHEMA_NATIVE, SCHEMA_JSON_OBJECT, SCHEMA_IN_WORDS } schema;
    bool tools_in_words; /* no function calling: a JSON text protocol instead (tool_text.h) */
};

struct model_url {
    char *base;       /* without a slash at its end */
    bool is_loopback; /* reached past any proxy */
};

enum { MODEL_URLS_MAX = 64, MODEL_TIMEOUT_MS = 600000 };

struct llm_model {
    const char *api;
    char *name;
    char *identity;      /* compact JSON of api, model and parameters; never base URL, keys or
                            concurrency */
    uint32_t max_tokens; /* of a reply: what is reserved for it */
    bool has_max_tokens, has_price;           /* the task file says so */
    double price_in, price_cached, price_out; /* USD for a million tokens */
    /* of remote models */
    struct model_url *urls;
    size_t url_count;
    char *key_env, *key; /* NULL: none. The key is a secret: redact.h */
    bool has_temperature, has_top_p, has_seed;
    double temperature, top_p;
    int64_t sampling_seed;
    bool stream;
    char *extra;         /* members for the request's body, "\"k\":v,…"; NULL: none */
    uint32_t timeout_ms; /* of one attempt (timeout_s in the task file) */
    uint32_t rpm, tpm;   /* of each base URL; 0: none */
    struct model_quirks *quirks;
    double bad_advice; /* builtin */
    uint64_t seed;     /* builtin */
    const struct provider *provider;
    void *provider_ctx;
};

/* Reads the settings. NULL and ERR_INPUT, headed by the place. `seed` is the run's. provider_ctx is
 * left to the client. */
struct llm_model *model_open_at(
    const struct model_place *place, const char *settings, uint64_t seed, struct err *err);
struct llm_model *model_open(
    const char *where, const char *settings, uint64_t seed, struct err *err);
void model_free(struct llm_model *model); /* NULL is nothing */

/* USD for so many tokens, none of them cached: the worst case. */
double model_price(const struct llm_model *model, uint64_t in, uint64_t out);
/* USD of a usage. */
double model_cost(const struct llm_model *model, const struct llm_usage *usage);
/* With a limit in USD a remote model needs prices and max_tokens: ERR_INPUT says so. */
bool model_check_money(
    const struct model_place *place, const struct llm_model *model, struct err *err);

/* The builtin model on workers; its ctx is the `struct workers`. */
extern const struct provider builtin_provider;
/* Remote models; their ctx is the `struct http`. */
extern const struct provider openai_provider, anthropic_provider;

#endif
