#ifndef OPTIMIZE_H
#define OPTIMIZE_H

/*
 * The bilevel optimiser (paper.md): straight-line code on the conductor's thread over the effects. The outer loop edits
 * the sketch, the inner loop the prompts; every right-hand side of the paper's equations is one meta request.
 */
#include "effects.h"
#include "workflow.h"

struct optimize_options {
    const char *description; /* the task in the user's words */
    unsigned epochs, batch, rounds, inner_steps;
    bool joint;              /* inner: joint */
    bool inner;              /* false: inner: none */
    bool outer;
    bool broadcast;          /* gradient: broadcast */
    uint64_t seed;           /* order of the training examples */
};

struct optimize_input {
    const struct optimize_options *options;
    const struct effects *effects;
    const struct templates *templates;
    const struct workflow *start;
    const struct workflow_scope *scope;
    const char *tools_text; /* the {{tools}} value: one line a tool */
    const char *const *example_ids; /* names for facts and prompts, by index in the task's example table */
    const size_t *train, *validation, *test;
    size_t train_count, validation_count, test_count;
};

struct optimize_result {
    const struct workflow *best;    /* best by validation; a reference, the caller's; the start where nothing was better */
    double start_validation, validation; /* NAN: never had */
    double start_test, test;        /* NAN: never had (a limit left none) */
};

/* Runs the schedule to its end. EFFECT_FAILED with ERR_LIMIT: a limit was reached; *result holds the best so far all the
 * same (so do the other two statuses). */
enum effect_status optimize(const struct optimize_input *input, struct optimize_result *result, struct err *err);
void optimize_result_free(struct optimize_result *result);

#endif
