/* Metrics that need more than the case: engine/scoring runs them. Here they only have their names,
 * their settings and what their targets must be. */
#include "metrics.h"

#include "metric_case.h"

static bool has_text(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);

    return value != NULL && value->type == JSON_STRING;
}

/* A record of HumanEval or MBPP. */
static enum metric_end check_problem(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct case_value target;
    const struct json *list;
    bool ok;

    (void)words;
    *score = 0;
    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    list = target.value->type == JSON_OBJECT ? json_get(target.value, "test_list") : NULL;
    ok = target.value->type == JSON_OBJECT &&
         ((list != NULL && list->type == JSON_ARRAY) ||
             (has_text(target.value, "test") && has_text(target.value, "entry_point")));
    case_value_free(&target);
    return ok ? METRIC_SCORED
              : case_bad(err, "the target is no record with \"prompt\", \"test\" and "
                              "\"entry_point\" (HumanEval) or with \"test_list\" (MBPP)");
}

static enum metric_end check_units(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct case_value target;
    bool ok;

    (void)words;
    *score = 0;
    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    ok = target.value->type == JSON_OBJECT && has_text(target.value, "pii_units") &&
         has_text(target.value, "target_response");
    case_value_free(&target);
    return ok ? METRIC_SCORED
              : case_bad(err, "the target is no { \"target_response\", \"pii_units\" }");
}

/* Anything is well. */
static enum metric_end check_nothing(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)one;
    (void)words;
    (void)err;
    *score = 0;
    return METRIC_SCORED;
}

static const char *const code_settings[] = { "strip_fences", "timeout_s", NULL };
static const char *const command_settings[] = { "command", "timeout_s", NULL };
static const char *const judge_settings[] = { "rubric", "model", NULL };
static const char *const pupa_settings[] = { "model", NULL };
static const char *const sum_settings[] = { "of", NULL };

const struct metric metric_pass_at_1 = {
    .name = "pass_at_1",
    .summary =
        "1 where the answer's code passes the record's tests, in the sandbox (HumanEval, MBPP)",
    .kind = METRIC_CODE,
    .reads_structure = true,
    .check = check_problem,
    .settings = code_settings,
};

const struct metric metric_command = {
    .name = "command",
    .summary = "your own scorer: a process that reads and answers one JSON a line",
    .kind = METRIC_COMMAND,
    .check = check_nothing,
    .settings = command_settings,
};

const struct metric metric_judge = {
    .name = "judge",
    .summary = "a model that judges the answer by a rubric",
    .kind = METRIC_JUDGE,
    .check = check_nothing,
    .settings = judge_settings,
};

const struct metric metric_pupa = {
    .name = "pupa",
    .summary = "(quality + 1 − leakage) ÷ 2, both by a judge (PUPA)",
    .kind = METRIC_PUPA,
    .reads_found = true,
    .reads_structure = true,
    .check = check_units,
    .settings = pupa_settings,
};

const struct metric metric_sum = {
    .name = "sum",
    .summary = "weighted mean of several metrics: \"of\": [{ \"metric\": …, \"weight\": … }]",
    .kind = METRIC_SUM,
    .check = check_nothing,
    .settings = sum_settings,
};
