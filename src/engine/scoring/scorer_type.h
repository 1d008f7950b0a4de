#ifndef SCORER_TYPE_H
#define SCORER_TYPE_H

/*
 * How one kind of metric scores. A kind knows nothing of the journal. Private to engine/scoring;
 * score_pure.c is the one to imitate.
 */
#include "scorer.h"

/* One case on its way through one kind: the scorer's or a sum's. */
struct score_run {
    const struct scoring *scoring;       /* borrowed */
    void (*done)(struct score_run *run); /* exactly once on the loop thread, never inside `start` */
    void *data;
    /* the outcome, set before `done` */
    enum metric_end end;
    double score;
    struct str words;    /* the receiver's */
    struct err error;    /* ERR_NONE: see `end` */
    void *private_state; /* the kind's */
};

struct scorer_type {
    enum metric_kind kind;
    bool journalled; /* by the scorer, verdict by verdict */
    void *(*open)(
        const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err);
    void (*close)(void *kind);
    void (*start)(void *kind, struct score_run *run);
    void (*cancel)(void *kind, struct score_run *run); /* still completes; NULL: runs are short */
};

extern const struct scorer_type scorer_pure, scorer_code, scorer_command, scorer_judge, scorer_pupa,
    scorer_sum;

const struct scorer_type *scorer_type_of(const struct metric_plan *plan);

/* The case as metrics take it: the line's, or made of the texts; arrays live in the run's caller.
 */
struct scoring_case {
    struct metric_case one;
    const char **found;
};
void scoring_case_open(
    struct scoring_case *to, const struct scoring *scoring, const struct metric_plan *plan);
void scoring_case_close(struct scoring_case *one);

#endif
