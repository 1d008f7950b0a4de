#include "metrics.h"

#include "answer_score.h"
#include "drop_answer.h"
#include "metric_case.h"
#include "normalize.h"

/* Normalisers as metrics: is the prediction, normalised, the target? */
static enum metric_end compare(
    normalize_fn *normalize, const struct metric_case *one, double *score, struct str *words)
{
    struct str out = STR_INIT;
    enum metric_end end;

    normalize(one->prediction, &out);
    end = case_compare(one->target, str_text(&out), score, words);
    str_free(&out);
    return end;
}

static enum metric_end score_hotpot(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return compare(normalize_answer, one, score, words);
}

static enum metric_end score_dspy(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return compare(normalize_answer_nfd, one, score, words);
}

static enum metric_end score_drop(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return compare(drop_normalize, one, score, words);
}

const struct metric metric_hotpot_normalize = {
    .name = "hotpot_normalize",
    .summary = "is the prediction, normalised as HotpotQA does, the target?",
    .score = score_hotpot,
};

const struct metric metric_dspy_normalize = {
    .name = "dspy_normalize",
    .summary = "is the prediction, normalised as dspy does, the target?",
    .score = score_dspy,
};

const struct metric metric_drop_normalize = {
    .name = "drop_normalize",
    .summary = "is the prediction, normalised as DROP does, the target?",
    .score = score_drop,
};
