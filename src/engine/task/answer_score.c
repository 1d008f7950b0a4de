#include "answer_score.h"

#include "metric_words.h"
#include "overlap.h"

static bool is_closed(const char *normal)
{
    return str_equal(normal, "yes") || str_equal(normal, "no") || str_equal(normal, "noanswer");
}

double answer_exact_match(
    const struct metric_case *metric_case, normalize_fn *normalize, struct str *words)
{
    struct str prediction = STR_INIT;
    struct str target = STR_INIT;
    double score;

    normalize(metric_case->prediction, &prediction);
    normalize(metric_case->target, &target);
    score = str_equal(str_text(&prediction), str_text(&target)) ? 1 : 0;
    if (words != NULL)
        metric_describe_answer(metric_case, str_text(&prediction), str_text(&target), words);
    str_free(&prediction);
    str_free(&target);
    return score;
}

static double f1_of(const char *prediction, const char *target, bool closed)
{
    struct overlap overlap;

    if (closed && !str_equal(prediction, target) && (is_closed(prediction) || is_closed(target)))
        return 0;
    overlap = overlap_of(prediction, target, NULL);
    return overlap_f1(&overlap);
}

double answer_f1(
    const struct metric_case *metric_case, normalize_fn *normalize, bool closed, struct str *words)
{
    struct str prediction = STR_INIT;
    struct str target = STR_INIT;
    double score;

    normalize(metric_case->prediction, &prediction);
    normalize(metric_case->target, &target);
    score = f1_of(str_text(&prediction), str_text(&target), closed);
    if (words != NULL)
        metric_describe_answer(metric_case, str_text(&prediction), str_text(&target), words);
    str_free(&prediction);
    str_free(&target);
    return score;
}
