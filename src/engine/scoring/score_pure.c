/* Pure metrics: on a worker, which sees immutable texts only. */
#include "scorer_type.h"

#include <stdlib.h>

#include "mem.h"

struct pure {
    struct workers *workers;
    const struct metric_plan *plan;
};

struct pure_run {
    struct work work;
    struct score_run *run;
    const struct metric_plan *plan;
};

static void *pure_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    struct pure *pure = mem_zalloc(1, sizeof *pure);

    (void)err;
    *pure = (struct pure){ setup->workers, plan };
    return pure;
}

static void on_worker(struct work *work, unsigned worker)
{
    struct pure_run *pure = (struct pure_run *)work;
    struct score_run *run = pure->run;
    struct scoring_case one;

    (void)worker;
    scoring_case_open(&one, run->scoring, pure->plan);
    run->end = metric_score(pure->plan->metric, &one.one, &run->score, &run->words, &run->error);
    scoring_case_close(&one);
}

static void on_done(struct work *work)
{
    struct pure_run *pure = (struct pure_run *)work;
    struct score_run *run = pure->run;

    free(pure);
    run->done(run);
}

static void pure_start(void *kind, struct score_run *run)
{
    struct pure *pure = kind;
    struct pure_run *work = mem_zalloc(1, sizeof *work);

    work->work = (struct work){ .run = on_worker, .on_done = on_done };
    work->run = run;
    work->plan = pure->plan;
    workers_submit(pure->workers, &work->work);
}

const struct scorer_type scorer_pure = {
    .kind = METRIC_PURE,
    .open = pure_open,
    .close = free,
    .start = pure_start,
};
