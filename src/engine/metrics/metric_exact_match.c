#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static enum metric_end score_answer(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    static const struct answer_rule rule = { normalize_answer, .exact = true, .closed = false };

    return answer_score(&rule, one, score, words, err);
}

const struct metric metric_exact_match = {
    .name = "exact_match",
    .summary = "1 where answer and target are equal but for case, punctuation and articles "
               "(HotpotQA, SQuAD)",
    .score = score_answer,
};
