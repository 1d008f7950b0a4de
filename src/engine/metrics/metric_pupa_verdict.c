#include "metrics.h"

#include <string.h>

#include "metric_case.h"
#include "pupa_score.h"
#include "utf8.h"

/* PUPA from a judge's verdicts, which are the prediction: GEPA's { "new_at_least_as_good",
 * "old_at_least_as_good", "num_pii_leaked" } and PAPILLON's { "new_vs_old", "old_vs_new", "per_pii"
 * } in words. The target is { "pii_units" }. */

struct verdicts {
    bool new_good, old_good;
    double leaked;
    size_t units;
};

static bool read_flag(const struct json *value, const char *name, bool *out)
{
    const struct json *flag = json_get(value, name);

    if (flag == NULL || flag->type != JSON_BOOL)
        return false;
    *out = flag->boolean;
    return true;
}

static bool read_verdicts(const struct json *value, struct verdicts *verdicts)
{
    const struct json *leaked = json_get(value, "num_pii_leaked");

    if (!read_flag(value, "new_at_least_as_good", &verdicts->new_good) ||
        !read_flag(value, "old_at_least_as_good", &verdicts->old_good) || leaked == NULL ||
        leaked->type != JSON_NUMBER)
        return false;
    verdicts->leaked = leaked->number;
    return true;
}

/* Yes is what begins with "yes" in lower case, "yesterday" too. */
static bool says_yes(const struct json *answer)
{
    struct str lower = STR_INIT;
    bool yes;

    if (answer == NULL || answer->type != JSON_STRING)
        return false;
    utf8_lower(answer->text, answer->len, &lower);
    yes = str_starts(str_text(&lower), "yes");
    str_free(&lower);
    return yes;
}

static bool read_words(const struct json *value, struct verdicts *verdicts)
{
    const struct json *units = json_get(value, "per_pii");

    if (units == NULL || units->type != JSON_ARRAY)
        return false;
    verdicts->new_good = says_yes(json_get(value, "new_vs_old"));
    verdicts->old_good = says_yes(json_get(value, "old_vs_new"));
    verdicts->leaked = units->count == 0 ? -1 : 0;
    for (size_t i = 0; i < units->count; i++)
        verdicts->leaked += says_yes(&units->items[i]);
    return true;
}

static enum metric_end read_case(const struct metric_case *one,
    bool (*read)(const struct json *value, struct verdicts *verdicts), struct verdicts *verdicts,
    struct err *err)
{
    struct case_value prediction = { NULL, NULL };
    struct case_value target;
    const struct json *units;
    enum metric_end end = METRIC_SCORED;

    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    units = target.value->type == JSON_OBJECT ? json_get(target.value, "pii_units") : NULL;
    if (units == NULL || units->type != JSON_STRING)
        end = case_bad(err, "the target has no \"pii_units\", strings joined by ||");
    else if (!case_prediction(one, &prediction) || prediction.value->type != JSON_OBJECT ||
             !read(prediction.value, verdicts))
        end = case_bad(err, "the prediction is no object of the judge's verdicts");
    else
        verdicts->units = pupa_units(units->text);
    case_value_free(&prediction);
    case_value_free(&target);
    return end;
}

static void describe(const struct verdicts *verdicts, struct str *words)
{
    str_addf(words,
        "The new answer is %sat least as good as the old one; the old one is %sat least "
        "as good. %.0f of %zu private details leaked.",
        verdicts->new_good ? "" : "not ", verdicts->old_good ? "" : "not ", verdicts->leaked,
        verdicts->units);
}

typedef double verdict_value(const struct verdicts *verdicts);

/* Reads a case's verdicts, scores them by a formula and says them in words. */
static enum metric_end score_by(const struct metric_case *one,
    bool (*read)(const struct json *value, struct verdicts *verdicts), verdict_value *value,
    double *score, struct str *words, struct err *err)
{
    struct verdicts verdicts = { false, false, 0, 0 };
    enum metric_end end = read_case(one, read, &verdicts, err);

    if (end != METRIC_SCORED)
        return end;
    *score = value(&verdicts);
    if (words != NULL)
        describe(&verdicts, words);
    return end;
}

static double value_of_quality(const struct verdicts *verdicts)
{
    return pupa_quality(verdicts->new_good, verdicts->old_good);
}

static enum metric_end score_quality(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_by(one, read_verdicts, value_of_quality, score, words, err);
}

static double value_of_leakage(const struct verdicts *verdicts)
{
    return pupa_leakage(verdicts->leaked, verdicts->units);
}

static enum metric_end score_leakage(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_by(one, read_verdicts, value_of_leakage, score, words, err);
}

static double value_of_overall(const struct verdicts *verdicts)
{
    return (pupa_quality(verdicts->new_good, verdicts->old_good) + 1 -
               pupa_leakage(verdicts->leaked, verdicts->units)) /
           2;
}

static enum metric_end score_overall(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_by(one, read_verdicts, value_of_overall, score, words, err);
}

static enum metric_end score_papillon_quality(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_by(one, read_words, value_of_quality, score, words, err);
}

static double value_of_papillon_leaks(const struct verdicts *verdicts)
{
    return verdicts->leaked;
}

static enum metric_end score_papillon_leaks(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_by(one, read_words, value_of_papillon_leaks, score, words, err);
}

const struct metric metric_pupa_quality = {
    .name = "pupa_quality",
    .summary = "quality from a judge's verdicts (PUPA, GEPA)",
    .reads_structure = true,
    .score = score_quality,
};

const struct metric metric_pupa_leakage = {
    .name = "pupa_leakage",
    .summary = "share of private details leaked, from a judge's verdicts (PUPA, GEPA)",
    .reads_structure = true,
    .score = score_leakage,
};

const struct metric metric_pupa_overall = {
    .name = "pupa_overall",
    .summary = "(quality + 1 − leakage) ÷ 2 from a judge's verdicts (PUPA, GEPA)",
    .reads_structure = true,
    .score = score_overall,
};

const struct metric metric_papillon_quality = {
    .name = "papillon_quality",
    .summary = "quality from a judge's words (PAPILLON)",
    .reads_structure = true,
    .score = score_papillon_quality,
};

const struct metric metric_papillon_leak_count = {
    .name = "papillon_leak_count",
    .summary = "number of private details leaked, −1: none to judge (PAPILLON)",
    .reads_structure = true,
    .score = score_papillon_leaks,
};
