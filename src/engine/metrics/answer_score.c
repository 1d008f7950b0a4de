#include "answer_score.h"

#include "metric_case.h"
#include "metric_words.h"
#include "overlap.h"

static bool is_closed(const char *normal)
{
    return str_equal(normal, "yes") || str_equal(normal, "no") || str_equal(normal, "noanswer");
}

static bool breaks_closed_rule(const char *prediction, const char *target)
{
    return !str_equal(prediction, target) && (is_closed(prediction) || is_closed(target));
}

static double score_normal(
    const struct answer_rule *rule, const char *prediction, const char *target)
{
    struct overlap overlap;

    if (rule->exact)
        return str_equal(prediction, target) ? 1 : 0;
    if (rule->closed && breaks_closed_rule(prediction, target))
        return 0;
    overlap = overlap_of(prediction, target, NULL);
    return overlap_f1(&overlap);
}

void answer_precision_recall(const struct answer_rule *rule, const char *prediction,
    const char *target, double *precision, double *recall)
{
    struct str a = STR_INIT;
    struct str b = STR_INIT;
    struct overlap overlap;

    *precision = *recall = 0;
    rule->normalize(prediction, &a);
    rule->normalize(target, &b);
    overlap = overlap_of(str_text(&a), str_text(&b), NULL);
    if (overlap.shared > 0 && !(rule->closed && breaks_closed_rule(str_text(&a), str_text(&b)))) {
        *precision = (double)overlap.shared / (double)overlap.predicted;
        *recall = (double)overlap.shared / (double)overlap.expected;
    }
    str_free(&a);
    str_free(&b);
}

static double score_target(const struct answer_rule *rule, const struct metric_case *one,
    const char *target, struct str *words)
{
    struct str a = STR_INIT;
    struct str b = STR_INIT;
    double score;

    rule->normalize(one->prediction, &a);
    rule->normalize(target, &b);
    score = score_normal(rule, str_text(&a), str_text(&b));
    if (words != NULL)
        metric_describe_answer(one->prediction, target, str_text(&a), str_text(&b), words);
    str_free(&a);
    str_free(&b);
    return score;
}

static enum metric_end score_best(const struct answer_rule *rule, const struct metric_case *one,
    double *score, struct str *words, struct err *err)
{
    const struct json *targets = one->target_json;
    const char *best = NULL;

    *score = 0;
    for (size_t i = 0; i < targets->count; i++) {
        double value;

        if (targets->items[i].type != JSON_STRING)
            return case_bad(err, "a right answer is %s; a string was expected",
                json_type_name(targets->items[i].type));
        value = score_target(rule, one, targets->items[i].text, NULL);
        if (best == NULL || value > *score) {
            best = targets->items[i].text;
            *score = value;
        }
    }
    if (best == NULL)
        return case_bad(err, "the target is an empty list");
    if (words != NULL)
        (void)score_target(rule, one, best, words);
    return METRIC_SCORED;
}

enum metric_end answer_score(const struct answer_rule *rule, const struct metric_case *one,
    double *score, struct str *words, struct err *err)
{
    if (one->target_json != NULL && one->target_json->type == JSON_ARRAY)
        return score_best(rule, one, score, words, err);
    *score = score_target(rule, one, one->target, words);
    return METRIC_SCORED;
}
