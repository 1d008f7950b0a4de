#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static double score(const struct metric_case *metric_case, struct str *words)
{
    return answer_f1(metric_case, normalize_answer_nfd, false, words);
}

const struct metric metric_dspy_f1 = {
    .name = "dspy_f1",
    .alias = NULL,
    .summary = "F1 of shared words after canonical decomposition (dspy, GEPA)",
    .score = score,
};
