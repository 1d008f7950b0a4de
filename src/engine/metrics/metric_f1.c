#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static enum metric_end score_answer(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    static const struct answer_rule rule = { normalize_answer, .exact = false, .closed = true };

    return answer_score(&rule, one, score, words, err);
}

const struct metric metric_f1 = {
    .name = "f1",
    .summary =
        "F1 of the words that answer and target share; yes and no are right or wrong (HotpotQA)",
    .score = score_answer,
};
