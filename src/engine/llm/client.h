#ifndef CLIENT_H
#define CLIENT_H

/*
 * The one way to a model. Life of a call: journal look-up by key, and in the journal of a run whose
 * replies are lent (a hit costs nothing) → an
 * identical call in flight is joined → admission (priority, then first come; concurrency; limits:
 * the worst case is reserved) → provider, with retries → reply journalled → released. Concurrency,
 * rate, retries and backoff live here and nowhere else. Loop thread only.
 *
 * Waiting contract (style.md): the caller owns `struct llm_call` and the request stays alive until
 * on_done, which fires exactly once, never from inside client_start, and is the last thing done
 * with the call. After client_cancel it still completes, posted, as ERR_CANCELLED: at once where no
 * provider has it yet, else when the reply that is on its way was journalled (what is paid is kept;
 * client_abort cuts that short). So nothing of a call is under way after its on_done.
 */
#include <uv.h>

#include "fault.h"
#include "llm.h"
#include "post.h"
#include "store.h"
#include "told.h"
#include "workers.h"

struct client;

/* What a call is about, for tables of calls; both borrowed until on_done, NULL: nothing to tell. */
struct call_label {
    const char *node;    /* id of a workflow's node, or what the question is */
    const char *example; /* id */
};

struct llm_call {
    struct llm_request *request; /* the caller's reference */
    struct call_label label;
    unsigned priority; /* higher goes first: the longest remaining path */
    void (*on_done)(struct llm_call *call);
    void *data;
    /* the outcome, valid in on_done */
    struct llm_reply *reply; /* a reference for the caller; NULL on failure */
    struct err error; /* ERR_ENDPOINT: lost after all retries (journalled as a failure); ERR_LIMIT;
                         ERR_IO; ERR_CANCELLED */
    bool cached;      /* answered by the journal or by an identical call of this run */
    void *private_state;
};

/* A call as a table shows it. */
enum call_stage {
    CALL_STAGE_WAITING,  /* for the journal, for admission */
    CALL_STAGE_RUNNING,  /* a provider has it, or its reply is being saved */
    CALL_STAGE_RETRYING, /* between two attempts */
    CALL_STAGE_DONE,
    CALL_STAGE_FAILED,
    CALL_STAGE_CACHED, /* done, without being paid for now */
};
enum { CALL_WHY_MAX = 160, CALL_NODE_MAX = 65, CALL_MODEL_MAX = 64 };
struct call_news {
    struct hash key;
    struct hash example; /* hash_text of its id; zero: none */
    int64_t began_us;    /* clock_us */
    uint64_t tokens_in, tokens_out;
    enum llm_role role;
    enum call_stage stage;
    unsigned attempt;
    bool is_remote;      /* an endpoint answers it, not a model within this program */
    bool is_new;         /* done: the run's first reply to this request */
    uint32_t latency_ms; /* of the reply, or so far */
    char model[CALL_MODEL_MAX], node[CALL_NODE_MAX], why[CALL_WHY_MAX];
};

/* How a provider does one attempt. Providers know nothing of journals, limits or retries. */
struct provider_call;
struct provider {
    const char *api;
    bool is_remote; /* talks HTTP: its ctx is the client's `struct http`, else the workers */
    /* Starts it; `done` is called from the loop, never from inside start, exactly once. */
    void (*start)(void *provider_ctx, struct provider_call *call);
    void (*cancel)(void *provider_ctx, struct provider_call *call); /* still completes, posted */
};

struct provider_call {
    struct llm_request *request; /* borrowed until done */
    /* A reply (taken), or NULL and an error: ERR_ENDPOINT; ERR_CANCELLED after `cancel`. */
    void (*done)(struct provider_call *call, struct llm_reply *take_reply, const struct err *error);
    unsigned endpoint; /* which of the model's base URLs: the client's choice */
    /* NULL, or told the answer's visible text as it comes, for show: an attempt that fails has told
     * in vain, the next one begins anew. May start and cancel nothing. */
    void (*on_text)(struct provider_call *call, const char *text, size_t len);
    /* set by the provider before `done` with an error */
    bool retryable;          /* false: it cannot heal, one attempt is enough */
    uint32_t retry_after_ms; /* 0: not told; else never sooner */
    enum fault_kind fault;   /* FAULT_NONE where the provider does not tell */
    bool maybe_billed;       /* the server may have worked for it: usage is unknown */
    bool learned;            /* it told how the model wants to be asked: the next attempt does so */
    /* set before `done` in every case */
    long status;       /* of HTTP; 0: none */
    bool rate_limited; /* 429, 529 or the like inside a reply of status 200: the endpoint wants
                          less from us */
    bool usage_known;  /* of a reply: false counts as the reservation */
    struct told_limit limit_requests, limit_tokens; /* advice of the endpoint's headers */
    int64_t first_byte_us;                          /* clock_us; 0: no answer began */
    void *data;                                     /* the client's */
    void *private_state;                            /* the provider's */
};

/* What a retry waits: between 3/4 of b and b, b = first_ms × 2^n but at most max_ms; between the
 * provider's own retry_after and 5/4 of it where it told one. Zeroes mean the defaults. */
struct retry_policy {
    unsigned attempts; /* 5, the first one included */
    unsigned limited;  /* 30: attempts turned away as too much (429, 529), which count apart */
    uint32_t first_ms; /* 500 */
    uint32_t max_ms;   /* 8000 */
    uint32_t total_ms; /* 1,200,000: since the first attempt, waits for the endpoint's gate
                          included; beyond it no further one */
};

/* A scripted provider for tests and benches can be put in for every model. */
struct client_options {
    uv_loop_t *loop;
    struct store *store;                /* NULL: nothing is journalled (exec, eval without a run) */
    struct workers *workers;            /* for the builtin model */
    unsigned concurrency;               /* calls with a provider at one time; 0 is 1 */
    uint64_t limit_calls, limit_tokens; /* 0: none */
    double limit_usd;
    const struct provider *provider; /* NULL: by each model's api */
    void *provider_ctx;
    uint64_t seed; /* of the run, for the builtin model's advice */
    struct retry_policy retry;
    /* Every distinct call that has come to its end, from the loop; may be NULL. It may start and
     * cancel nothing. */
    void (*on_landed)(void *data, const struct call_news *news);
    void *landed_data;
};

struct client *client_open(const struct client_options *options);
/* Nothing under way. The loop has to run once more for the close callbacks. NULL is nothing. */
void client_close(struct client *client);

/* Where a model's settings stand, for messages. */
struct model_place {
    const char *where; /* of all of them: "task.json:3:14: models.meta" */
    /* Of one, by its key ("base_url", "price.in"): "task.json:5:9: models.meta.price.in"; borrowed.
     * NULL: it is not there, or nothing is known of it. May be NULL itself. */
    const char *(*of_key)(const void *data, const char *key);
    const void *data;
};

/* Opens a model from its settings in the task file (compact JSON). Owned by the client. NULL and
 * ERR_INPUT name the setting that is wrong and its place, the unknown key or api, the missing
 * environment variable of a key, or what a limit in USD wants. */
const struct llm_model *client_open_model_at(
    struct client *client, const struct model_place *place, const char *settings, struct err *err);
/* The same where nothing but `where` is known. */
const struct llm_model *client_open_model(
    struct client *client, const char *where, const char *settings, struct err *err);

void client_start(struct client *client, struct llm_call *call);
void client_cancel(
    struct client *client, struct llm_call *call); /* idempotent; nothing before client_start */

/* Once a limit was reached, a store failed, or the user stopped: no further call is admitted; those
 * that no provider has yet end with this error; those that one has go on to their end. Set by the
 * client itself for limits and store trouble. After ERR_LIMIT the journal still answers. The first
 * stop stays. */
void client_stop(struct client *client, const struct err *why);
const struct err *client_stopped(const struct client *client); /* NULL: it runs */
/* Ends the attempts under way as well, without waiting for their replies; why it was stopped before
 * stays. For the second Ctrl-C, and where time is up. */
void client_abort(struct client *client);

/* While it is paused no further call goes to a provider; the journal answers on. */
void client_pause(struct client *client, bool pause);
bool client_is_paused(const struct client *client);

/* The calls under way, the newest first: rows `from` … `from + count`; returns how many were
 * written, *total is how many there are. */
size_t client_calls(
    const struct client *client, size_t from, size_t count, struct call_news *rows, size_t *total);

/* Sets a part of the limits aside for later (the tests at the end), in place of what was set aside
 * before: until it is released a call that would eat into it reaches the limit. False, and nothing
 * changes, where so much is not left any more. Releasing gives it back and ends a stop by
 * ERR_LIMIT. */
bool client_reserve(struct client *client, uint64_t calls, uint64_t tokens, double usd);
void client_release_reserve(struct client *client);

/* The most that one call uses: for limits and reserves. No token is less than a byte of the text;
 * 16 more for each message and for the chat template's own words; max_tokens of output. */
struct llm_usage client_worst_case(const struct llm_request *request);
/* What one call is likely to use at most, at three bytes a token: for rates, which a server keeps
 * itself. */
uint64_t client_likely_tokens(const struct llm_request *request);

/* Runs post->run once, from the loop, not from inside this call: for completions of what uses the
 * client. */
void client_post(struct client *client, struct post *post);

struct client_counts {
    uint64_t requests[LLM_ROLES]; /* calls answered, joined and cached ones included */
    uint64_t calls[LLM_ROLES]; /* distinct calls of the run: paid now, or paid before and found in
                                  the journal */
    uint64_t paid[LLM_ROLES];  /* paid by this process */
    struct llm_usage usage[LLM_ROLES]; /* of the distinct calls */
    uint64_t failed, retries;          /* distinct calls lost; attempts beyond the first */
    uint64_t cut, odd; /* distinct replies that ended at max_tokens, and for a reason that is not
                          known: what came is used, and it is told */
    struct llm_usage unknown; /* reserved for failed attempts that the endpoint may have billed: it
                                 counts against the limits, in no reply's usage; of all sittings */
    uint64_t unknown_calls;   /* so many attempts */
    uint64_t worst_tokens;    /* of the call with the worst worst case of this sitting */
    double worst_usd;
    unsigned in_flight, waiting;
};
struct client_counts client_counts(const struct client *client);

#endif
