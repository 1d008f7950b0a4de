#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static double score(const struct metric_case *metric_case, struct str *words)
{
    return answer_f1(metric_case, normalize_answer, true, words);
}

const struct metric metric_f1 = {
    .name = "f1",
    .alias = "hotpot_f1",
    .summary =
        "F1 of the words that answer and target share; yes and no are right or wrong (HotpotQA)",
    .score = score,
};
