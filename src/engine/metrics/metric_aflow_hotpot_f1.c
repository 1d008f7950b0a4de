#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static enum metric_end score_answer(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    static const struct answer_rule rule = { normalize_answer, .exact = false, .closed = false };

    return answer_score(&rule, one, score, words, err);
}

const struct metric metric_aflow_hotpot_f1 = {
    .name = "aflow_hotpot_f1",
    .summary = "F1 of shared words, yes and no treated like other words (AFlow)",
    .score = score_answer,
};
