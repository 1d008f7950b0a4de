#ifndef OPTIMIZE_H
#define OPTIMIZE_H

/*
 * The bilevel optimiser (paper.md): straight-line code on the conductor's thread over the effects.
 * The outer loop edits the sketch, the inner loop the prompts; every right-hand side of the paper's
 * equations is one meta request.
 */
#include "effects.h"
#include "workflow.h"

struct optimize_options {
    const char *description; /* the task in the user's words */
    unsigned epochs, batch, rounds, inner_steps;
    bool joint; /* inner: joint */
    bool inner; /* false: inner: none */
    bool outer;
    bool broadcast; /* gradient: broadcast */
    uint64_t seed;  /* order of the training examples */
};

struct optimize_input {
    const struct optimize_options *options;
    const struct effects *effects;
    const struct templates *templates;
    const struct workflow *start;
    const struct workflow_scope *scope;
    const char *tools_text;         /* the {{tools}} value: one line a tool */
    const char *const *example_ids; /* for facts and prompts, by index in the task's table */
    const size_t *train, *validation, *test;
    size_t train_count, validation_count, test_count;
};

struct optimize_result {
    const struct workflow *best; /* best by validation; a reference, the caller's; the start where
                                    nothing was better */
    double start_validation, validation; /* NAN: never had */
    double start_test, test;             /* NAN: never had */
    char no_test[512];                   /* why a test score is NAN; "" where both were had */
};

/* clang-format off */
/*
 * Runs the schedule to its end. EFFECT_FAILED with ERR_LIMIT: a limit was reached; the tests were
 * run all the same where something was set aside for them. Whatever is returned, *result holds the
 * best of the validations collected so far.
 *
 * The facts; `failed` counts examples that were lost for want of the endpoint, and a score is null
 * where all were:
 *   workflow           id, workflow: each as it becomes the current one, the start first
 *   batch_started      epoch, batch (counted through the run), examples [id…]
 *   rollout            batch, round, step (in the round, from 1), kind "outer"|"inner", workflow,
 *                      score, failed, spoiled, pass (its ordinal, under which traces are kept),
 *                      examples [[id, score]…]
 *   gradient           node, example, id, from [ids of the gradients that it was derived from]
 *   workflow_gradient  example, id
 *   proposal           ordinal, batch, round, step, kind "sketch"|"prompts", before, after, diff,
 *                      gradients, changes, evidence {fixed, broken, same, missing, pass, before,
 *                      after, examples [[id, before, after]…]}, or null with evidence_missing
 *   decision           proposal (ordinal; null for a revert), who, reason (may be null),
 *                      what "accept"|"reject"|"edit"|"revert"
 *   baseline           split, workflow, score, failed, spoiled, pass
 *   validation         batch, workflow, score, failed, spoiled, pass, best (is it the best so far),
 *                      again (was the score known: `pass` is then the earlier one)
 *   test               start, best (scores), failed and passes [start, best], workflow (the best's
 *                      id),
 *                      reason (where there are no scores), after_limit,
 *                      examples [[id, start, best]…]
 *   warning            batch, round, step, message, details [words…]: what could not be had,
 *                      or examples that were lost, each once for a workflow
 *
 * Their order: a rollout is followed by its gradients. A change that no person reviews is stated
 * before the next rollout of its batch, which is its evidence. A validation is stated after the
 * batch beside which it ran, that is one batch late; the last one before the test.
 */
/* clang-format on */
enum effect_status optimize(
    const struct optimize_input *input, struct optimize_result *result, struct err *err);
void optimize_result_free(struct optimize_result *result);

#endif
