#ifndef OPTIMIZER_H
#define OPTIMIZER_H

/*
 * What the files of this folder share: the state of one optimisation, and the effects as they use
 * them.
 *
 * A function that returns bool returns false exactly when an effect did not return EFFECT_OK. The
 * optimiser's status then says which, its error why, and nobody asks or states anything more:
 * everybody frees what is his and returns false.
 */
#include "array.h"
#include "optimize.h"

enum level { LEVEL_OUTER, LEVEL_INNER };
enum { LEVELS = 2, PROPOSAL_KINDS = 2, DECLINED_MAX = 5, LABEL_MAX = 128 };

/* A change that was taken without review: it is stated when the next rollout of the batch shows
 * what it did. */
struct pending {
    bool open;
    struct proposal proposal;
    double *scores_before;
};

/* What a workflow scored on the validation split. */
struct known_score {
    struct hash workflow;
    double score; /* NAN: every example was lost */
    size_t lost, spoiled;
    uint32_t pass;
};

/* The validation under way beside the batch. */
struct validation {
    bool open;
    unsigned batch; /* 0: the baseline */
    const struct workflow *workflow;
    struct pass_handle *handle; /* NULL: the score is known already */
    struct known_score known;
};

struct optimizer {
    const struct optimize_input *in;
    enum effect_status status;
    struct err err;
    bool after_limit; /* a limit ended the search */

    unsigned epoch, batch, round, step; /* where we are, from 1 */
    const size_t *examples;             /* the batch; borrowed from the epoch's order */
    size_t example_count;
    /* For each level, the state in which this batch was last asked for a change: see was_asked in
     * optimize.c. */
    struct hash asked[LEVELS];

    const struct workflow *current, *best; /* references */
    double start_score, best_score;        /* NAN: not known */
    struct {
        struct known_score *items;
        size_t count, cap;
    } known;
    struct validation validation;
    struct {
        struct hash *items;
        size_t count, cap;
    } losses; /* (workflow, example) that were stated: losses.h */

    unsigned proposals;
    struct pending pending;
    unsigned rejections[PROPOSAL_KINDS];
    char *declined[PROPOSAL_KINDS][DECLINED_MAX]; /* oldest first */
    struct {
        struct draw {
            struct hash message;
            uint32_t draw;
        } * items; /* messages whose reply was turned down */
        size_t count, cap;
    } draws;
};

/* ---- the effects; what they hand back belongs to the caller ---- */

/* The current batch through a workflow. */
bool world_rollout(struct optimizer *o, const struct workflow *workflow,
    enum backward_mode backward, struct rollout **out);
bool world_pass_start(
    struct optimizer *o, const struct rollout_request *request, struct pass_handle **out);
bool world_pass_collect(struct optimizer *o, struct pass_handle *handle, struct rollout **out);
bool world_ask(struct optimizer *o, const struct meta_request *requests, size_t count,
    struct meta_reply *replies);
bool world_decide(struct optimizer *o, const struct proposal *proposal, struct decision *out);
bool world_revert(struct optimizer *o, const struct workflow **out);
bool world_state(struct optimizer *o, cJSON *take_fact);
void world_phase(const struct optimizer *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes a workflow the current one. Borrows `workflow`; stating it is the caller's. */
void optimizer_go_on_with(struct optimizer *o, const struct workflow *workflow);

const char *optimizer_example(const struct optimizer *o, size_t example); /* its name */

#endif
