#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static enum metric_end score_answer(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    static const struct answer_rule rule = { normalize_answer_nfd, .exact = true, .closed = false };

    return answer_score(&rule, one, score, words, err);
}

const struct metric metric_dspy_em = {
    .name = "dspy_em",
    .summary = "exact match after canonical decomposition (dspy, GEPA)",
    .score = score_answer,
};
