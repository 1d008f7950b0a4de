#ifndef CLIENT_H
#define CLIENT_H

/*
 * The one way to a model. Life of a call: journal look-up by key (a hit costs nothing) → an identical call in flight is
 * joined → admission (concurrency, limits: the worst case is reserved) → provider → reply journalled → released.
 * Concurrency, rate, retries and backoff live here and nowhere else. Loop thread only.
 *
 * Waiting contract (style.md): the caller owns `struct llm_call` and the request stays alive until on_done, which fires
 * exactly once, never from inside client_start, and is the last thing done with the call. After client_cancel it still
 * completes, posted, as ERR_CANCELLED.
 */
#include <uv.h>

#include "llm.h"
#include "store.h"
#include "workers.h"

struct client;

struct llm_call {
    struct llm_request *request; /* the caller's reference */
    unsigned priority;           /* higher goes first: the longest remaining path */
    void (*on_done)(struct llm_call *call);
    void *data;
    /* the outcome, valid in on_done */
    struct llm_reply *reply;     /* a reference for the caller; NULL on failure */
    struct err error;            /* ERR_ENDPOINT: lost after all retries (journalled as a failure); ERR_LIMIT; ERR_IO; ERR_CANCELLED */
    bool cached;                 /* answered by the journal or by an identical call of this run */
    void *private_state;
};

/* How a provider does one call. Providers know nothing of journals, limits or retries of others. */
struct provider_call;
struct provider {
    const char *api;
    /* Starts it; `done` is posted to the loop exactly once with a reply (taken) or an error (ERR_ENDPOINT). */
    void (*start)(void *provider_ctx, struct provider_call *call);
    void (*cancel)(void *provider_ctx, struct provider_call *call); /* still completes, posted */
};

struct provider_call {
    struct llm_request *request; /* borrowed until done */
    void (*done)(struct provider_call *call, struct llm_reply *take_reply, const struct err *error);
    void *data;          /* the client's */
    void *private_state; /* the provider's */
};

/* A scripted provider for tests and benches can be put in for every model. */
struct client_options {
    uv_loop_t *loop;
    struct store *store;      /* NULL: nothing is journalled (exec, eval without a run) */
    struct workers *workers;  /* for the builtin model */
    unsigned concurrency;
    uint64_t limit_calls, limit_tokens; /* 0: none */
    double limit_usd;
    const struct provider *provider; /* NULL: by each model's api */
    void *provider_ctx;
    uint64_t seed;            /* of the run, for the builtin model's advice */
};

struct client *client_open(const struct client_options *options);
void client_close(struct client *client); /* nothing under way; NULL is nothing */

/* Opens a model from its settings in the task file (compact JSON). "builtin" is the only api of this version; `where`
 * heads messages. Owned by the client. NULL and ERR_INPUT name the unknown key or api. */
const struct llm_model *client_open_model(
    struct client *client, const char *where, const char *settings, struct err *err);

void client_start(struct client *client, struct llm_call *call);
void client_cancel(struct client *client, struct llm_call *call);

/* Once a limit was reached, a store failed, or the user stopped: no further call is admitted; waiting ones end with this
 * error. Set by the client itself for limits and store trouble. */
void client_stop(struct client *client, const struct err *why);
const struct err *client_stopped(const struct client *client); /* NULL: it runs */

struct client_counts {
    uint64_t requests[LLM_ROLES]; /* calls asked for, joined and cached ones included */
    uint64_t calls[LLM_ROLES];    /* distinct calls of the run: paid now, or paid before and found in the journal */
    uint64_t paid[LLM_ROLES];     /* paid by this process */
    struct llm_usage usage[LLM_ROLES]; /* of the distinct calls */
    uint64_t failed, retries;
    unsigned in_flight, waiting;
    uint32_t latency_ms_last[64]; /* ring of the last latencies, for p50/p95 */
    unsigned latency_count;
};
struct client_counts client_counts(const struct client *client);

#endif
