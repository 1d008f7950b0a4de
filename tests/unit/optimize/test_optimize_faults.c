#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A fault at every single call: the optimiser returns its status at once, states and asks nothing
 * more (the fake ends the program otherwise), collects what is open, leaks nothing, and says the
 * best of the validations collected so far.
 */
static cJSON *grow(struct fake *fake, const struct meta_request *request)
{
    const char *first_time = strstr(request->message, "\"find\"");

    if (request->template != TEMPLATE_OPTIM_WORKFLOW || first_time != NULL)
        return fake_answer(fake, request);
    return cJSON_Parse(
        "{\"steps\":[{\"id\":\"find\",\"status\":\"new\",\"kind\":\"agent\",\"description\":"
        "\"finds\","
        "\"inputs\":[\"question\"],\"tools\":[\"search\"],\"replaces\":[]},"
        "{\"id\":\"answer\",\"status\":\"reuse\",\"kind\":\"llm\",\"description\":\"answers\","
        "\"inputs\":[\"question\",\"find\"],\"tools\":[],\"replaces\":[]}],\"changes_made\":[\"f\"]"
        "}");
}

static void decide_in_turn(struct fake *fake, const struct proposal *proposal, struct decision *out)
{
    (void)fake;
    out->verdict = (enum verdict)(proposal->ordinal % 3);
    if (out->verdict == VERDICT_EDIT)
        out->workflow = workflow_ref(proposal->after);
}

static void open_small(struct fake *fake, bool reviewed)
{
    fake_open(fake, NULL);
    fake->answer = grow;
    fake->decide = decide_in_turn;
    fake->reviewed[PROPOSAL_SKETCH] = fake->reviewed[PROPOSAL_PROMPTS] = reviewed;
    fake->revert_to = fake->input.start;
    fake->revert_batch = 3;
    fake->input.train_count = 5;
    fake->options.batch = 2;
    fake->options.rounds = 2;
    fake->options.inner_steps = 2;
}

/* The best of the `baseline` and `validation` facts stated: the score that the result must have. */
static double best_stated(const struct fake *fake)
{
    double best = NAN;

    for (const char *at = str_text(&fake->json); (at = strstr(at, "{\"type\":\"")) != NULL; at++) {
        bool scored = strncmp(at + 9, "baseline", 8) == 0 || strncmp(at + 9, "validation", 10) == 0;
        const char *score = scored ? strstr(at, "\"score\":") : NULL;
        double value = score != NULL ? strtod(score + 8, NULL) : NAN;

        if (score != NULL && (isnan(best) || value > best))
            best = value;
    }
    return best;
}

static void check_best(const struct fake *fake, const struct optimize_result *result)
{
    double best = best_stated(fake);

    assert_non_null(result->best);
    if (isnan(best))
        assert_ptr_equal(result->best, fake->input.start);
    else
        assert_true(fabs(result->validation - best) < 1e-9);
}

/* Runs with a fault at call k; false where the run has fewer calls. */
static bool run_with_fault(
    unsigned k, bool reviewed, enum effect_status fault, enum err_code code, bool no_reserve)
{
    struct fake fake;
    struct optimize_result result;
    struct err err = { 0 };
    enum effect_status status;
    bool reached;

    open_small(&fake, reviewed);
    fake.fault_at = k;
    fake.fault = fault;
    fake.fault_code = code;
    fake.no_reserve = no_reserve;
    status = fake_run(&fake, &result, &err);
    reached = fake.calls >= k;
    if (reached) {
        assert_int_equal(status, fault);
        assert_true(fault == EFFECT_CANCELLED || err.code == code);
        assert_true(err.message[0] != '\0');
    } else { /* without room for its tests it is not done */
        assert_int_equal(status, no_reserve ? EFFECT_FAILED : EFFECT_OK);
    }
    assert_int_equal(fake.passes_open, 0);
    check_best(&fake, &result);
    if (isnan(result.test))
        assert_true(result.no_test[0] != '\0');
    if (reached && code == ERR_LIMIT && !fake.test_unstated)
        assert_int_equal(fake_count(&fake.json, "{\"type\":\"test\""), 1);
    optimize_result_free(&result);
    fake_close(&fake);
    return reached;
}

static void fault_everywhere(
    bool reviewed, enum effect_status fault, enum err_code code, bool no_reserve)
{
    unsigned k = 1;

    while (run_with_fault(k, reviewed, fault, code, no_reserve))
        k++;
    assert_true(k > 100); /* the run is as long as it was when this was written */
}

static void test_cancel_everywhere(void **state)
{
    (void)state;
    fault_everywhere(false, EFFECT_CANCELLED, ERR_CANCELLED, false);
    fault_everywhere(true, EFFECT_CANCELLED, ERR_CANCELLED, false);
}

static void test_error_everywhere(void **state)
{
    (void)state;
    fault_everywhere(false, EFFECT_FAILED, ERR_IO, false);
    fault_everywhere(true, EFFECT_FAILED, ERR_IO, false);
}

static void test_limit_everywhere(void **state)
{
    (void)state;
    fault_everywhere(false, EFFECT_FAILED, ERR_LIMIT, false);
    fault_everywhere(true, EFFECT_FAILED, ERR_LIMIT, false);
    fault_everywhere(false, EFFECT_FAILED, ERR_LIMIT, true);
}

/* The call after which the fourth batch's facts begin, as an example looked at closely. */
static void test_limit_keeps_the_best_and_tests_it(void **state)
{
    struct fake fake;
    struct optimize_result result;
    struct err err = { 0 };

    (void)state;
    fake_open(&fake, NULL);
    fake.fault = EFFECT_FAILED;
    fake.fault_code = ERR_LIMIT;
    fake.fault_at =
        250; /* in batch 2: the baseline is collected, the validation of batch 1 is not */
    assert_int_equal(fake_run(&fake, &result, &err), EFFECT_FAILED);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"baseline\""), 1);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"validation\""), 0);
    assert_ptr_equal(result.best, fake.input.start);
    assert_true(fabs(result.test) < 1e-9 && fabs(result.start_test) < 1e-9);
    assert_int_equal(fake.passes_started, 2 + 1);
    assert_non_null(strstr(str_text(&fake.json), "\"after_limit\":true"));
    optimize_result_free(&result);
    fake_close(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel_everywhere),
        cmocka_unit_test(test_error_everywhere),
        cmocka_unit_test(test_limit_everywhere),
        cmocka_unit_test(test_limit_keeps_the_best_and_tests_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
