/* Equal runs: the facts and the workflow do not depend on who answers first. */
#include "sitting.h"

static void test_concurrency_decides_nothing(void **state)
{
    struct sitting one = { .place = *state, .sets = { "limits.concurrency=1" } };

    sitting_run(&one);
    expect_outcome(&one, 0);
    assert_int_equal(one.flaky.most_in_flight, 1);
    assert_true(undisturbed(*state)->flaky.most_in_flight > 8);
    expect_same(undisturbed(*state), &one);
    sitting_free(&one);
}

/* The task is worth comparing: something was proposed, taken and scored. */
static void test_the_run_is_a_real_one(void **state)
{
    const struct sitting *run = undisturbed(*state);
    unsigned proposals = 0, gradients = 0, validations = 0;

    for (size_t i = 0; i < run->fact_count; i++) {
        proposals += strstr(run->facts[i], "\"type\":\"proposal\"") != NULL;
        gradients += strstr(run->facts[i], "\"type\":\"gradient\"") != NULL;
        validations += strstr(run->facts[i], "\"type\":\"validation\"") != NULL;
    }
    assert_true(proposals >= 3);
    assert_true(gradients >= 20);
    assert_int_equal(validations, 3);
    assert_string_equal(string_of(run->finished, "reason"), "done");
    assert_int_equal((size_t)number_of(run->finished, "calls"), run->flaky.asked);
}

static void test_latencies_decide_nothing(void **state)
{
    for (uint64_t seed = 1; seed <= 20; seed += OF_MANY) {
        struct sitting run = {
            .place = *state,
            .sets = { seed % 3 == 0 ? "limits.concurrency=7" : "limits.concurrency=64" },
            .keep_flaky = true,
            .flaky = { .seed = seed, .delay_ms = 3, .log = -1 },
        };

        sitting_run(&run);
        expect_outcome(&run, 0);
        expect_same(undisturbed(*state), &run);
        sitting_free(&run);
    }
}

/* The comparison can fail: another seed of the run is another run. */
static void test_another_seed_is_another_run(void **state)
{
    struct sitting other = { .place = *state, .sets = { "seed=7" } };
    const struct sitting *first = undisturbed(*state);
    bool differs;

    sitting_run(&other);
    expect_outcome(&other, 0);
    differs = other.fact_count != first->fact_count;
    for (size_t i = 1; !differs && i < first->fact_count; i++)
        differs = strcmp(first->facts[i], other.facts[i]) != 0;
    assert_true(differs);
    sitting_free(&other);
}

static void test_a_finished_run_says_so_again(void **state)
{
    struct sitting run = { .place = *state };
    struct sitting again = { .place = *state };

    (void)snprintf(again.id, sizeof again.id, "%s", undisturbed(*state)->id);
    sitting_run(&again);
    expect_outcome(&again, 0);
    assert_int_equal(again.flaky.asked, 0);
    expect_same(undisturbed(*state), &again);
    sitting_free(&again);
    sitting_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_run_is_a_real_one),
        cmocka_unit_test(test_concurrency_decides_nothing),
        cmocka_unit_test(test_latencies_decide_nothing),
        cmocka_unit_test(test_another_seed_is_another_run),
        cmocka_unit_test(test_a_finished_run_says_so_again),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
