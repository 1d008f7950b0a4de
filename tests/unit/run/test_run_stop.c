/* Runs that end early, and how they go on: interrupts, limits. */
#include <math.h>

#include "sitting.h"

/* ---- interrupts ---- */

struct interrupts {
    const char *type; /* at the nth event of this type … */
    unsigned nth;
    unsigned times; /* … so often */
    unsigned seen;
};

static void interrupt(struct sitting *sitting, const cJSON *event)
{
    struct interrupts *at = sitting->data;

    if (strcmp(string_of(event, "type"), at->type) != 0 || ++at->seen != at->nth)
        return;
    for (unsigned i = 0; i < at->times; i++)
        run_interrupt(sitting->run);
}

static void go_on(const struct place *place, const char *id, const char *set)
{
    struct sitting rest = { .place = place, .sets = { set } };

    (void)snprintf(rest.id, sizeof rest.id, "%s", id);
    sitting_run(&rest);
    expect_outcome(&rest, 0);
    expect_same(undisturbed(place), &rest);
    sitting_free(&rest);
}

static void interrupt_at(const struct place *place, const char *type, unsigned nth, unsigned times)
{
    struct interrupts at = { type, nth, times, 0 };
    struct sitting run = {
        .place = place,
        .keep_flaky = true,
        .flaky = { .seed = nth, .delay_ms = 5, .log = -1 },
        .on_event = interrupt,
        .data = &at,
    };

    sitting_run(&run);
    expect_outcome(&run, 130);
    expect_words(&run, "flowbot resume", run.id, NULL);
    assert_true(run.fact_count < undisturbed(place)->fact_count);
    if (times == 1) /* what was asked was waited for */
        assert_int_equal(run.flaky.asked, run.flaky.answered);
    go_on(place, run.id, NULL);
    sitting_free(&run);
}

static void test_interrupts(void **state)
{
    static const struct {
        const char *type;
        unsigned nth;
    } moments[] = { { "run_started", 1 }, { "workflow", 1 }, { "phase", 2 }, { "phase", 5 },
        { "calls", 1 }, { "rollout", 3 }, { "decision", 2 }, { "validation", 1 } };

    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++)
        for (unsigned times = 1; times <= 3; times++)
            if ((i + times) % OF_MANY == 0)
                interrupt_at(*state, moments[i].type, moments[i].nth, times);
}

/* Interrupted, gone on, interrupted again: many short sittings are one run. */
static void test_many_sittings(void **state)
{
    char id[64] = "";
    unsigned sittings = 0;
    int code = 130;

    while (code == 130 && sittings < 60) {
        struct interrupts at = { "phase", 0, 1, 0 };
        struct sitting run = { .place = *state, .on_event = interrupt, .data = &at };

        at.nth = sittings += OF_MANY;

        (void)snprintf(run.id, sizeof run.id, "%s", id);
        sitting_run(&run);
        code = run.outcome.exit_code;
        (void)snprintf(id, sizeof id, "%s", run.id);
        sitting_free(&run);
    }
    assert_int_equal(code, 0);
    assert_true(sittings > 5);
    go_on(*state, id, NULL);
}

/* ---- limits ---- */

/* A limit ends the search; the tests come out of what was set aside. */
static void check_limited(const struct sitting *run, const char *limit)
{
    expect_outcome(run, 3);
    expect_words(run, limit, NULL);
    assert_non_null(run->finished);
    assert_string_equal(string_of(run->finished, "reason"), "limit");
    assert_false(cJSON_HasObjectItem(run->finished, "seq"));
    assert_non_null(run->workflow);
    if (isnan(number_of(run->finished, "test")))
        assert_string_not_equal(string_of(run->finished, "no_test"), "");
}

static void test_calls_limit(void **state)
{
    static const char *const limits[] = { "limits.calls=1", "limits.calls=5", "limits.calls=40",
        "limits.calls=100", "limits.calls=150", "limits.calls=200" };
    const struct sitting *whole = undisturbed(*state);

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct sitting run = { .place = *state, .sets = { limits[i] } };
        size_t limit = (size_t)strtoul(strchr(limits[i], '=') + 1, NULL, 10);

        sitting_run(&run);
        check_limited(&run, "calls");
        assert_true(run.flaky.asked <= limit);
        assert_true(limit < 100 || !isnan(number_of(run.finished, "test")));
        assert_true(run.fact_count < whole->fact_count);
        go_on(*state, run.id, "limits.calls=null");
        sitting_free(&run);
    }
}

/* With a limit at 1, 64 or in steps of 25, the same run comes out in the end. */
static void test_limit_raised_bit_by_bit(void **state)
{
    char id[64] = "", set[40];
    size_t asked = 0;
    int code = 3;

    for (unsigned limit = 25; code == 3 && limit < 1000; limit += 25 * OF_MANY) {
        struct sitting run = { .place = *state, .sets = { set } };

        (void)snprintf(set, sizeof set, "limits.calls=%u", limit);
        (void)snprintf(run.id, sizeof run.id, "%s", id);
        sitting_run(&run);
        asked += run.flaky.asked;
        assert_true(asked <= limit);
        code = run.outcome.exit_code;
        if (code == 0)
            expect_same(undisturbed(*state), &run);
        (void)snprintf(id, sizeof id, "%s", run.id);
        sitting_free(&run);
    }
    assert_int_equal(code, 0);
}

/* The search gets through and the tests run into the limit: they are no fact, so a sitting with
 * room for them comes to its end. */
static void test_limit_in_the_tests(void **state)
{
    char *task = place_task(
        *state, "validate.json", "\"optimizer\": { \"inner\": \"none\", \"outer\": \"off\" }");
    struct sitting run = { .place = *state, .task = task, .sets = { "limits.calls=19" } };
    struct sitting rest = { .place = *state, .sets = { "limits.calls=null" } };

    sitting_run(&run);
    check_limited(&run, "calls");
    assert_true(isnan(number_of(run.finished, "test")));
    (void)snprintf(rest.id, sizeof rest.id, "%s", run.id);
    sitting_run(&rest);
    expect_outcome(&rest, 0);
    assert_true(number_of(rest.finished, "test") >= 0);
    sitting_free(&rest);
    sitting_free(&run);
    free(task);
}

static void test_tokens_limit(void **state)
{
    struct sitting run = { .place = *state, .sets = { "limits.tokens=100000" } };

    sitting_run(&run);
    check_limited(&run, "tokens");
    assert_true(number_of(run.finished, "tokens") <= 100000);
    go_on(*state, run.id, "limits.tokens=null");
    sitting_free(&run);
}

static void test_wall_limit(void **state)
{
    struct sitting run = {
        .place = *state,
        .sets = { "limits.wall_s=0.3", "limits.concurrency=2" },
        .keep_flaky = true,
        .flaky = { .delay_ms = 40, .log = -1 },
    };

    sitting_run(&run);
    check_limited(&run, "wall_s");
    assert_true(isnan(number_of(run.finished, "test")));
    go_on(*state, run.id, "limits.wall_s=null");
    sitting_free(&run);
}

/* The same limit again: nothing more is paid, and it ends in the same way. */
static void test_resume_at_the_limit(void **state)
{
    struct sitting run = { .place = *state, .sets = { "limits.calls=120" } };
    struct sitting again = { .place = *state };

    sitting_run(&run);
    expect_outcome(&run, 3);
    (void)snprintf(again.id, sizeof again.id, "%s", run.id);
    sitting_run(&again);
    check_limited(&again, "calls");
    assert_true(run.flaky.asked + again.flaky.asked <= 120);
    assert_true(again.fact_count >= run.fact_count);
    sitting_free(&again);
    sitting_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupts),
        cmocka_unit_test(test_many_sittings),
        cmocka_unit_test(test_calls_limit),
        cmocka_unit_test(test_limit_raised_bit_by_bit),
        cmocka_unit_test(test_limit_in_the_tests),
        cmocka_unit_test(test_tokens_limit),
        cmocka_unit_test(test_wall_limit),
        cmocka_unit_test(test_resume_at_the_limit),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
