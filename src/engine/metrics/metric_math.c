#include "metrics.h"

#include "math_answer.h"
#include "metric_case.h"

/* MATH, official: the last \boxed{…} of completion and solution, equal after normalising. */

static void describe(const char *expected, const char *got, bool right, struct str *words)
{
    struct str normal = STR_INIT;

    case_words(expected == NULL ? "(no box)" : expected, got == NULL ? "(no box)" : got, words);
    if (right) {
        str_add(words, "Right.");
    } else if (got == NULL) {
        str_add(words, "The answer must stand in \\boxed{…} at the end; there is no closed box.");
    } else if (expected == NULL || !math_normalize(got, &normal)) {
        str_add(words, "They are different.");
    } else {
        str_add(words, "Normalised it is \"");
        case_quote(str_text(&normal), 100, words);
        str_add(words, "\", which is not equal; the value or its written form is different.");
    }
    str_free(&normal);
}

static enum metric_end judge(
    const char *expected, const char *got, double *score, struct str *words)
{
    *score = math_equal(expected, got) ? 1 : 0;
    if (words != NULL)
        describe(expected, got, *score > 0, words);
    return METRIC_SCORED;
}

static enum metric_end score_solution(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str expected = STR_INIT;
    struct str got = STR_INIT;
    bool is_expected = math_boxed(one->target, &expected);
    bool is_got = math_boxed(one->prediction, &got);
    enum metric_end end;

    (void)err;
    end = judge(
        is_expected ? str_text(&expected) : NULL, is_got ? str_text(&got) : NULL, score, words);
    str_free(&expected);
    str_free(&got);
    return end;
}

static enum metric_end score_answer(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return judge(case_is_null(one->target_json) ? NULL : one->target,
        case_is_null(one->prediction_json) ? NULL : one->prediction, score, words);
}

static enum metric_end compare(bool (*convert)(const char *text, struct str *out),
    const struct metric_case *one, double *score, struct str *words)
{
    struct str got = STR_INIT;
    bool is_got = convert(one->prediction, &got);
    enum metric_end end = case_compare(case_is_null(one->target_json) ? NULL : one->target,
        is_got ? str_text(&got) : NULL, score, words);

    str_free(&got);
    return end;
}

static enum metric_end compare_boxed(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return compare(math_boxed, one, score, words);
}

static enum metric_end compare_normal(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return compare(math_normalize, one, score, words);
}

const struct metric metric_math = {
    .name = "math",
    .summary = "the last \\boxed{} of prediction and target, equal as MATH's grader has it",
    .score = score_solution,
};

const struct metric metric_math_equiv = {
    .name = "math_equiv",
    .summary = "prediction and target are bare answers, equal as MATH's grader has it",
    .score = score_answer,
};

const struct metric metric_math_boxed = {
    .name = "math_boxed",
    .summary = "is what stands in the prediction's last \\boxed{} the target?",
    .score = compare_boxed,
};

const struct metric metric_math_normalize = {
    .name = "math_normalize",
    .summary = "is the prediction, normalised as MATH does, the target?",
    .score = compare_normal,
};
