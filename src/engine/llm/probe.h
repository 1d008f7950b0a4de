#ifndef PROBE_H
#define PROBE_H

/*
 * What one endpoint of a remote model can do, found out by asking it: its list of models, a short
 * answer, an answer by a schema, a tool call. At most three small calls that are paid for; nothing
 * is journalled and no limit counts them. For `doctor` and `models`.
 *
 * Waiting contract as in client.h: the caller owns the struct, on_done fires exactly once and never
 * from probe_start. What a probe found is freed by probe_free.
 */
#include "client.h"
#include "model_list.h"

enum probe_check {
    PROBE_REACHABLE,
    PROBE_KEY,
    PROBE_MODEL, /* the endpoint lists it */
    PROBE_ANSWER,
    PROBE_STREAMING,
    PROBE_TOKENS,
    PROBE_SCHEMA,
    PROBE_TOOLS,
    PROBE_CHECKS
};

enum probe_state {
    PROBE_SKIPPED, /* an earlier check failed */
    PROBE_WELL,
    PROBE_NOTE, /* it works, in another way than one may think */
    PROBE_BAD
};

struct probe_finding {
    enum probe_state state;
    char words[600]; /* what was found, and what to do; from outside: not yet fit for a terminal */
};

struct probe {
    /* set by the caller */
    const struct llm_model *model; /* a remote one */
    unsigned endpoint;
    bool only_list;  /* nothing that is paid for */
    bool needs_json; /* it is asked for structured replies in any run: as meta model or judge */
    void (*on_done)(struct probe *probe);
    void *data;
    /* the outcome */
    struct probe_finding findings[PROBE_CHECKS];
    struct model_list list;            /* of the models that it offers */
    struct probe_state_private *state; /* private */
};

void probe_start(struct probe *probe);
/* Idempotent; completes posted, with a finding that says what took too long. */
void probe_cancel(struct probe *probe);
void probe_free(struct probe *probe); /* what it found, not the struct */

const char *probe_check_name(enum probe_check check); /* "key accepted" … */

#endif
