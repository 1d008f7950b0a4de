#ifndef FACTS_H
#define FACTS_H

/* The facts that the optimiser states, as JSON with "type" first; optimize.h lists them. Each
 * function states one or, where it says so, several. Scores that are NAN become null. */
#include "optimizer.h"

/* A pass in numbers. */
struct pass_score {
    double score; /* NAN: every example was lost */
    size_t lost, spoiled;
    uint32_t pass; /* its ordinal in the run */
};
struct pass_score pass_score_of(const struct rollout *rollout);

/* The score of each example in the rollout's order, NAN where it was lost; the caller's. */
double *scores_of(const struct rollout *rollout);

bool facts_workflow(struct optimizer *o, const struct workflow *workflow);
bool facts_batch_started(struct optimizer *o);

/* The rollout, then its gradients, then one warning where some could not be had. */
bool facts_rollout(struct optimizer *o, enum level level, enum backward_mode backward,
    const struct rollout *rollout);

/* take_details: array of strings; NULL for none. */
bool facts_warning(struct optimizer *o, const char *message, cJSON *take_details);

bool facts_proposal(struct optimizer *o, const struct proposal *proposal);
/* proposal 0: a decision that is about none. reason may be NULL. */
bool facts_decision(
    struct optimizer *o, unsigned proposal, const char *what, const char *who, const char *reason);

bool facts_baseline(struct optimizer *o, const struct workflow *workflow, struct pass_score score);
bool facts_validation(struct optimizer *o, const struct validation *validation,
    struct pass_score score, bool best, bool again);

/* start, best: the passes, the same one twice where the best is the start; NULL with a reason where
 * there is none. */
bool facts_test(struct optimizer *o, const struct rollout *start, const struct rollout *best,
    const char *reason);

#endif
