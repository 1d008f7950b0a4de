#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static double score(const struct metric_case *metric_case, struct str *words)
{
    return answer_exact_match(metric_case, normalize_answer, words);
}

const struct metric metric_exact_match = {
    .name = "exact_match",
    .alias = "hotpot_em",
    .summary = "1 where answer and target are equal but for case, punctuation and articles "
               "(HotpotQA, SQuAD)",
    .score = score,
};
