#ifndef MODEL_H
#define MODEL_H

/*
 * An opened model, and the list of the apis that a model may have. For providers and for tests;
 * everybody else only passes pointers on. Adding an api = one file with its provider, one row in
 * model.c.
 */
#include "client.h"

/* Share of the builtin meta model's advice that is deliberately bad, where the task file does not
 * say (docs/BUILTIN.md). */
#define BUILTIN_BAD_ADVICE 0.05

struct llm_model {
    const char *api;
    char *name;
    char *identity;      /* compact JSON of api, model and parameters; never base URL, keys or
                            concurrency */
    uint32_t max_tokens; /* of a reply: what is reserved for it */
    double price_in, price_out; /* USD for a million tokens */
    double bad_advice;          /* builtin */
    uint64_t seed;              /* builtin */
    const struct provider *provider;
    void *provider_ctx;
};

/* Reads the settings. NULL and ERR_INPUT, headed by `where`. `seed` is the run's. provider_ctx is
 * left to the client. */
struct llm_model *model_open(
    const char *where, const char *settings, uint64_t seed, struct err *err);
void model_free(struct llm_model *model); /* NULL is nothing */

/* Takes the wait out of a price list: USD for so many tokens. */
double model_price(const struct llm_model *model, uint64_t in, uint64_t out);

/* The builtin model on workers; its ctx is the `struct workers`. */
extern const struct provider builtin_provider;

#endif
