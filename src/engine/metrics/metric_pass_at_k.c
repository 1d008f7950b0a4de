#include "metrics.h"

#include "metric_case.h"

static bool read_count(const struct json *object, const char *name, double *out)
{
    const struct json *value = object->type == JSON_OBJECT ? json_get(object, name) : NULL;

    if (value == NULL || value->type != JSON_NUMBER || !(value->number >= 0) ||
        value->number > 1e6 || value->number != (double)(long)value->number)
        return false;
    *out = value->number;
    return true;
}

/* The chance that at least one of k draws out of n samples, c of them right, is right:
 * 1 − ∏ (1 − k/i) for i = n − c + 1 … n. */
static enum metric_end score_counts(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct case_value counts;
    double n, c, k, product = 1;
    bool ok = case_prediction(one, &counts) && read_count(counts.value, "n", &n) &&
              read_count(counts.value, "c", &c) && read_count(counts.value, "k", &k) && c <= n;

    case_value_free(&counts);
    if (!ok)
        return case_bad(
            err, "the prediction is not { \"n\", \"c\", \"k\" }, whole numbers with c ≤ n");
    for (long i = (long)(n - c) + 1; i <= (long)n; i++)
        product *= 1 - k / (double)i;
    *score = n - c < k ? 1 : 1 - product;
    if (words != NULL)
        str_addf(words, "%.0f of %.0f samples are right; drawn %.0f at a time.", c, n, k);
    return METRIC_SCORED;
}

const struct metric metric_pass_at_k = {
    .name = "pass_at_k",
    .summary = "1 − C(n−c, k) ÷ C(n, k) of { \"n\", \"c\", \"k\" }",
    .reads_structure = true,
    .score = score_counts,
};
