#ifndef EFFECTS_H
#define EFFECTS_H

/*
 * All that the algorithm can see and do: a small table of blocking operations. On the conductor
 * thread they wait for the loop; in a unit test they are a fake that answers at once.
 *
 * Every operation returns EFFECT_OK, EFFECT_FAILED (with *err) or EFFECT_CANCELLED. After a cancel
 * every operation returns EFFECT_CANCELLED at once, and the conductor unwinds without writing
 * anything. What is handed back belongs to the caller.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "err.h"
#include "hash.h"
#include "rollout.h"
#include "templates.h"

enum effect_status { EFFECT_OK, EFFECT_FAILED, EFFECT_CANCELLED };

/* One question to the meta model. */
struct meta_request {
    enum template_id template;
    char *message;     /* the rendered template */
    uint32_t draw;     /* 0; +1 when the same request follows a rejection */
    const char *label; /* for progress, e.g. "prompt update: answer"; borrowed */
};

/* Zeroed by the asker; filled only where the whole question returns EFFECT_OK. */
struct meta_reply {
    cJSON *json;      /* checked against the template's schema; the caller's; NULL on failure */
    struct err error; /* why this one failed; the others are not touched by it */
};

enum proposal_kind { PROPOSAL_SKETCH, PROPOSAL_PROMPTS };

/* The batch with and without the change, over the examples scored in both. */
struct evidence {
    bool run;                   /* false: nothing depended on it, it was not paid for */
    size_t fixed, broken, same; /* by score: higher, lower, equal */
    double before, after;       /* mean scores over those examples */
    size_t missing;             /* examples left out because one side was lost */
    uint32_t pass;              /* ordinal of the pass with the change */
};

/* Lent to decide(). */
struct proposal {
    unsigned ordinal; /* from 1, in the order of the run */
    enum proposal_kind kind;
    unsigned batch, round, step; /* where it arose */
    const struct workflow *before, *after;
    struct hash key;  /* of kind, before and after: a decision is kept under (key, ordinal) */
    cJSON *changes;   /* what the meta model says it changed: array of strings */
    cJSON *gradients; /* those behind it: array of {node, example, id}; workflow gradients have no
                         node */
    struct evidence evidence;
    const size_t *examples; /* the batch, borrowed; scores by its order, NAN where lost */
    const double *scores_before, *scores_after; /* scores_after: NULL where evidence.run is false */
    size_t example_count;
};

enum verdict { VERDICT_ACCEPT, VERDICT_REJECT, VERDICT_EDIT };

struct decision {
    enum verdict verdict;
    char who[64]; /* "schedule" or "person" */
    char *reason; /* what the meta model is shown after a rejection; the caller's; may be NULL */
    const struct workflow *workflow; /* VERDICT_EDIT: what to go on with; the caller's reference */
};

/* A pass under way that is collected later. */
struct pass_handle;

struct effects {
    void *ctx;
    /* Forward, loss and (as asked) backward of every example; returns when all are done. Lost
     * examples do not fail it. */
    enum effect_status (*rollout)(
        void *ctx, const struct rollout_request *request, struct rollout **out, struct err *err);
    /* Starts a pass beside whatever comes next; the request is copied. */
    enum effect_status (*pass_start)(void *ctx, const struct rollout_request *request,
        struct pass_handle **out, struct err *err);
    /* Waits for it. The handle is gone afterwards, whatever is returned. */
    enum effect_status (*pass_collect)(
        void *ctx, struct pass_handle *handle, struct rollout **out, struct err *err);
    /* Asks the meta model all requests at once; replies[i] answers requests[i]. Fails only as a
     * whole (limit, store). */
    enum effect_status (*ask)(void *ctx, const struct meta_request *requests, size_t count,
        struct meta_reply *replies, struct err *err);
    /* True where a person decides on proposals of this kind (the review mode now in force). */
    bool (*is_reviewed)(void *ctx, enum proposal_kind kind);
    /* Waits for the decision. A rejection carries its reason. */
    enum effect_status (*decide)(
        void *ctx, const struct proposal *proposal, struct decision *out, struct err *err);
    /* Before each batch: a workflow that a person chose to go back to, or NULL (a reference, the
     * caller's). */
    enum effect_status (*revert)(void *ctx, const struct workflow **out, struct err *err);
    /* States a fact: journalled and shown, or on resume compared with the journal. Takes `fact`
     * ("type" first). */
    enum effect_status (*state)(void *ctx, cJSON *take_fact, struct err *err);
    /* The best workflow so far, and the one that is about to be scored (or NULL): their tests are
     * set aside anew. */
    void (*provide)(void *ctx, const struct workflow *best, const struct workflow *candidate);
    /* The search is over: by its schedule, or because an effect returned ERR_LIMIT. Opens what was
     * set aside for the test passes (and lifts the limit's stop), which are all that follows.
     * False: nothing is left for them. Called once. */
    bool (*tests_begin)(void *ctx);
    /* A phase for the screen: progress, not a fact. */
    void (*phase)(void *ctx, const char *text);
};

#endif
