#include "metrics.h"

#include "answer_score.h"
#include "normalize.h"

static double score(const struct metric_case *metric_case, struct str *words)
{
    return answer_exact_match(metric_case, normalize_answer_nfd, words);
}

const struct metric metric_dspy_em = {
    .name = "dspy_em",
    .alias = NULL,
    .summary = "exact match after canonical decomposition (dspy, GEPA)",
    .score = score,
};
