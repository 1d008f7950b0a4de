/* Runs whose endpoint fails: what is lost has no score, is stated, and is asked again on request.
 */
#include <math.h>

#include "sitting.h"

static bool loses_some_executors(void *data, const struct llm_request *request)
{
    (void)data;
    return request->role == LLM_EXECUTOR && request->key.low % 16 == 0;
}

static bool loses_some(void *data, const struct llm_request *request)
{
    (void)data;
    return request->key.low % 16 == 3;
}

static bool loses_all_after(void *data, const struct llm_request *request)
{
    size_t *left = data;

    (void)request;
    if (*left == 0)
        return true;
    --*left;
    return false;
}

static double sum_of_failed(const struct sitting *sitting)
{
    double sum = 0;

    for (size_t i = 0; i < sitting->fact_count; i++) {
        cJSON *fact = cJSON_Parse(sitting->facts[i]);
        double failed = number_of(fact, "failed");

        sum += isnan(failed) ? 0 : failed;
        cJSON_Delete(fact);
    }
    return sum;
}

/* A rollout's lost examples stand there without a score, and the mean is over the others. */
static void check_rollouts(const struct sitting *sitting)
{
    for (size_t i = 0; i < sitting->fact_count; i++) {
        cJSON *fact = cJSON_Parse(sitting->facts[i]);
        double sum = 0, count = 0, lost = 0;
        const cJSON *example;

        cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(fact, "examples"))
        {
            const cJSON *score = cJSON_GetArrayItem(example, 1);

            lost += cJSON_IsNull(score);
            count += cJSON_IsNumber(score);
            sum += cJSON_IsNumber(score) ? score->valuedouble : 0;
        }
        if (strcmp(string_of(fact, "type"), "rollout") == 0) {
            assert_true(lost == number_of(fact, "failed"));
            assert_true(fabs(number_of(fact, "score") - sum / count) < 1e-9);
        }
        cJSON_Delete(fact);
    }
}

static void go_on(const struct place *place, const char *id, bool retry_failed)
{
    struct sitting rest = { .place = place, .retry_failed = retry_failed };

    (void)snprintf(rest.id, sizeof rest.id, "%s", id);
    sitting_run(&rest);
    expect_outcome(&rest, 0);
    expect_same(undisturbed(place), &rest);
    sitting_free(&rest);
}

static void lose_a_few(
    const struct place *place, bool (*is_lost)(void *data, const struct llm_request *request))
{
    struct sitting run = {
        .place = place, .keep_flaky = true, .flaky = { .log = -1, .is_lost = is_lost }
    };
    struct sitting again = { .place = place };

    sitting_run(&run);
    expect_outcome(&run, 0);
    assert_true(sum_of_failed(&run) > 0);
    assert_true(run.flaky.answered < run.flaky.asked);
    check_rollouts(&run);
    /* without a word a resumed run meets the same losses and asks nothing */
    (void)snprintf(again.id, sizeof again.id, "%s", run.id);
    sitting_run(&again);
    expect_outcome(&again, 0);
    expect_same(&run, &again);
    assert_int_equal(again.flaky.asked, 0);
    go_on(place, run.id, true);
    sitting_free(&again);
    sitting_free(&run);
}

static void test_few_lost(void **state)
{
    lose_a_few(*state, loses_some_executors);
}

/* Questions of the meta model, too: gradients and updates that could not be had. */
static void test_few_lost_of_all_roles(void **state)
{
    lose_a_few(*state, loses_some);
}

/* From some call on nobody answers: the run stops resumable, and resume alone asks again. */
static void test_endpoint_gone(void **state)
{
    static const size_t after[] = { 0, 4, 20, 60, 120 };

    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        size_t left = after[i];
        struct sitting run = {
            .place = *state,
            .keep_flaky = true,
            .flaky = { .log = -1, .is_lost = loses_all_after, .data = &left },
        };

        sitting_run(&run);
        expect_outcome(&run, 1);
        expect_words(&run, "the endpoint is down", "flowbot resume", NULL);
        assert_null(run.finished);
        assert_true(run.fact_count < undisturbed(*state)->fact_count);
        go_on(*state, run.id, false);
        sitting_free(&run);
    }
}

/* Still gone at the second sitting, back at the third. */
static void test_endpoint_gone_twice(void **state)
{
    size_t left = 30;
    struct sitting run = {
        .place = *state,
        .keep_flaky = true,
        .flaky = { .log = -1, .is_lost = loses_all_after, .data = &left },
    };
    struct sitting second = run;

    sitting_run(&run);
    expect_outcome(&run, 1);
    left = 10;
    (void)snprintf(second.id, sizeof second.id, "%s", run.id);
    sitting_run(&second);
    expect_outcome(&second, 1);
    go_on(*state, run.id, false);
    sitting_free(&second);
    sitting_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few_lost),
        cmocka_unit_test(test_few_lost_of_all_roles),
        cmocka_unit_test(test_endpoint_gone),
        cmocka_unit_test(test_endpoint_gone_twice),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
