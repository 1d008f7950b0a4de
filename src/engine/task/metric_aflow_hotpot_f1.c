#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static double score(const struct metric_case *metric_case, struct str *words)
{
    return answer_f1(metric_case, normalize_answer, false, words);
}

const struct metric metric_aflow_hotpot_f1 = {
    .name = "aflow_hotpot_f1",
    .alias = NULL,
    .summary = "F1 of shared words, yes and no treated like other words (AFlow)",
    .score = score,
};
