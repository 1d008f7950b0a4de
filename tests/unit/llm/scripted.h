#ifndef SCRIPTED_H
#define SCRIPTED_H

/*
 * A model for tests and benches: its answers are a function of the request, its latencies are fixed
 * or shuffled by a seed, and it counts what it was asked. Put into client_options.provider with the
 * script as its ctx.
 */
#include "client.h"
#include "random.h"

struct script {
    /* set by the test, then script_open */
    uv_loop_t *loop;
    /* A reply (taken), or NULL and *err, *retryable. `attempt` counts the attempts at this
     * request's key, from 1. */
    struct llm_reply *(*answer)(
        struct script *script, const struct llm_request *request, struct err *err, bool *retryable);
    void *data;
    uint64_t seed;
    unsigned latency_ms; /* fixed */
    unsigned shuffle_ms; /* plus 0 … this, by the seed */
    bool at_once;        /* no timer: on the loop's next turn */
    bool is_billed;      /* also what fails may have been paid */
    /* counted */
    size_t starts, cancels;
    unsigned in_flight, most_in_flight;
    /* private */
    struct random random;
    struct post_queue posts;
};

extern const struct provider scripted_provider;

void script_open(struct script *script);
void script_close(struct script *script); /* the loop has to run once more */

/* A reply of this text with a usage of one token a byte, 1 USD a thousand tokens. */
struct llm_reply *script_reply(const struct llm_request *request, const char *text);

#endif
