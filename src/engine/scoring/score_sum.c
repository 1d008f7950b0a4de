/* A weighted mean of several metrics of any kind, scored side by side. */
#include "scorer_type.h"

#include <stdlib.h>

#include "mem.h"

struct part {
    const struct scorer_type *type;
    void *kind;
};

struct sum {
    const struct metric_plan *plan;
    size_t count;
    struct part parts[METRIC_PARTS_MAX];
};

struct sum_run {
    struct sum *sum;
    struct score_run *run;
    size_t left;
    struct score_run parts[METRIC_PARTS_MAX];
};

static void sum_close(void *kind)
{
    struct sum *sum = kind;

    for (size_t i = 0; i < sum->count; i++)
        sum->parts[i].type->close(sum->parts[i].kind);
    free(sum);
}

static void *sum_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    struct sum *sum = mem_zalloc(1, sizeof *sum);

    sum->plan = plan;
    for (size_t i = 0; i < plan->part_count; i++) {
        struct part *part = &sum->parts[i];

        part->type = scorer_type_of(&plan->parts[i]);
        part->kind = part->type->open(setup, &plan->parts[i], err);
        if (part->kind == NULL) {
            sum_close(sum);
            return NULL;
        }
        sum->count++;
    }
    return sum;
}

static void finish(struct sum_run *sums)
{
    const struct metric_plan *plan = sums->sum->plan;
    struct score_run *run = sums->run;
    double all = 0;

    run->end = METRIC_SCORED;
    for (size_t i = 0; i < plan->part_count; i++) {
        struct score_run *part = &sums->parts[i];

        if (run->end == METRIC_SCORED && run->error.code == ERR_NONE) {
            run->end = part->end;
            run->error = part->error;
        }
        run->score += plan->weights[i] * part->score;
        all += plan->weights[i];
        str_addf(&run->words, "%s%s %.2f: %s", i > 0 ? " " : "", plan->parts[i].metric->name,
            part->score, str_text(&part->words));
        str_free(&part->words);
    }
    run->score /= all;
    free(sums);
    run->done(run);
}

static void on_part_done(struct score_run *part)
{
    struct sum_run *sums = part->data;

    if (--sums->left == 0)
        finish(sums);
}

static void sum_start(void *kind, struct score_run *run)
{
    struct sum *sum = kind;
    struct sum_run *sums = mem_zalloc(1, sizeof *sums);

    sums->sum = sum;
    sums->run = run;
    sums->left = sum->count;
    run->private_state = sums;
    for (size_t i = 0; i < sum->count; i++) {
        sums->parts[i] =
            (struct score_run){ .scoring = run->scoring, .done = on_part_done, .data = sums };
        sum->parts[i].type->start(sum->parts[i].kind, &sums->parts[i]);
    }
}

static void sum_cancel(void *kind, struct score_run *run)
{
    struct sum *sum = kind;
    struct sum_run *sums = run->private_state;

    for (size_t i = 0; i < sum->count; i++)
        if (sum->parts[i].type->cancel != NULL)
            sum->parts[i].type->cancel(sum->parts[i].kind, &sums->parts[i]);
}

const struct scorer_type scorer_sum = {
    .kind = METRIC_SUM,
    .open = sum_open,
    .close = sum_close,
    .start = sum_start,
    .cancel = sum_cancel,
};
