/* The fold of events: what a progress line says after them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run_view.h"

static void apply(struct run_view *view, const char *json)
{
    cJSON *event = cJSON_Parse(json);

    assert_non_null(event);
    run_view_apply(view, event);
    cJSON_Delete(event);
}

static const char started[] =
    "{\"type\":\"run_started\",\"run\":\"abc\",\"t\":0,\"sizes\":{\"train\":12,\"validation\":10,"
    "\"test\":9},\"optimizer\":{\"epochs\":2,\"batch\":5,\"rounds\":2,\"inner_steps\":3,\"outer\":"
    "true}}";

static void expect_line(const struct run_view *view, bool brief, const char *words)
{
    char line[512];

    run_view_line(view, brief, line, sizeof line);
    if (strstr(line, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, line);
}

static void test_empty(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    assert_true(isnan(view.best_validation) && isnan(view.test));
    assert_true(run_view_share_done(&view) == 0);
    expect_line(&view, true, "b0/0 r0 s0 - | val - best - | 0 calls 0% hit 0t | ETA -");
    run_view_free(&view);
}

static void test_place_and_share(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply(&view, started);
    assert_string_equal(view.run, "abc");
    assert_int_equal(view.batches, 6); /* 2 epochs of 3 */
    apply(&view, "{\"type\":\"batch_started\",\"epoch\":1,\"batch\":2}");
    assert_true(fabs(run_view_share_done(&view) - 1.0 / 6) < 1e-9);
    apply(&view, "{\"type\":\"rollout\",\"round\":2,\"step\":2,\"kind\":\"inner\",\"score\":0.5,"
                 "\"failed\":1,\"spoiled\":2}");
    assert_true(fabs(run_view_share_done(&view) - (1 + 6.0 / 8) / 6) < 1e-9);
    assert_int_equal(view.lost, 1);
    assert_int_equal(view.spoiled, 2);
    expect_line(&view, false, "batch 2/6  round 2/2  step 2/4 inner  batch score .500");
    apply(&view, "{\"type\":\"run_finished\",\"reason\":\"done\",\"test\":null}");
    assert_true(run_view_share_done(&view) == 1);
    assert_true(isnan(view.test));
    run_view_free(&view);
}

static void test_scores(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply(&view, "{\"type\":\"baseline\",\"score\":0.25}");
    apply(&view, "{\"type\":\"validation\",\"score\":0.75,\"best\":true,\"workflow\":\"w1\"}");
    apply(&view, "{\"type\":\"validation\",\"score\":0.5,\"best\":false,\"workflow\":\"w2\"}");
    assert_true(view.start_validation == 0.25 && view.best_validation == 0.75);
    assert_string_equal(view.best_workflow, "w1");
    expect_line(&view, true, "val .500 best .750");
    apply(&view, "{\"type\":\"validation\",\"score\":null,\"best\":false,\"failed\":10}");
    expect_line(&view, true, "val - best .750");
    assert_int_equal(view.lost, 10);
    apply(&view, "{\"type\":\"test\",\"start\":0.1,\"best\":1}");
    assert_true(view.start_test == 0.1 && view.test == 1);
    run_view_free(&view);
}

static void test_costs(void **state)
{
    struct run_view view;
    struct view_cost total;

    (void)state;
    run_view_init(&view);
    apply(&view, "{\"type\":\"calls\",\"executor\":{\"calls\":30,\"requests\":60,\"tokens\":9000,"
                 "\"usd\":0.5},\"meta\":{\"calls\":10,\"requests\":20,\"tokens\":3500000,\"usd\":"
                 "1},\"in_flight\":3,\"waiting\":4,\"paid\":40,\"failed\":1,\"retries\":2}");
    total = run_view_total(&view);
    assert_int_equal(total.calls, 40);
    assert_int_equal(total.tokens, 3509000);
    assert_true(total.usd == 1.5);
    expect_line(&view, true, "40 calls 50% hit 3.5 Mt $1.50");
    /* the counts are totals, not additions */
    apply(&view, "{\"type\":\"calls\",\"executor\":{\"calls\":31,\"requests\":61}}");
    assert_int_equal(run_view_total(&view).calls, 31);
    run_view_free(&view);
}

/* Time left is reckoned from where this sitting began to pay, not from the run's begin. */
static void test_time_left(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply(&view, started);
    apply(&view, "{\"type\":\"batch_started\",\"t\":900000,\"epoch\":1,\"batch\":4}");
    apply(&view, "{\"type\":\"calls\",\"t\":1000000,\"paid\":1}");
    expect_line(&view, true, "ETA -");
    apply(&view, "{\"type\":\"batch_started\",\"t\":1030000,\"epoch\":2,\"batch\":5}");
    expect_line(&view, true, "ETA 60 s");
    apply(&view, "{\"type\":\"batch_started\",\"t\":1600000,\"epoch\":2,\"batch\":5}");
    expect_line(&view, true, "ETA 20 min");
    run_view_free(&view);
}

/* While the run is paused or waits for a decision it stands still, and goes on from there. */
static void test_time_left_stands_still(void **state)
{
    static const char *const stills[][2] = {
        { "{\"type\":\"paused\",\"t\":1030000,\"paused\":true}",
            "{\"type\":\"paused\",\"t\":1630000,\"paused\":false}" },
        { "{\"type\":\"waiting\",\"t\":1030000,\"pending\":{\"proposal\":1}}",
            "{\"type\":\"decision\",\"t\":1630000,\"what\":\"accept\"}" }
    };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct run_view view;

        run_view_init(&view);
        apply(&view, started);
        apply(&view, "{\"type\":\"batch_started\",\"t\":900000,\"epoch\":1,\"batch\":4}");
        apply(&view, "{\"type\":\"calls\",\"t\":1000000,\"paid\":1}");
        apply(&view, "{\"type\":\"batch_started\",\"t\":1030000,\"epoch\":2,\"batch\":5}");
        expect_line(&view, true, "ETA 60 s");
        apply(&view, stills[i][0]);
        apply(&view, "{\"type\":\"calls\",\"t\":1300000,\"paid\":2}");
        expect_line(&view, true, "ETA 60 s");
        apply(&view, stills[i][1]);
        expect_line(&view, true, "ETA 60 s");
        apply(&view, "{\"type\":\"calls\",\"t\":1660000,\"paid\":3}");
        expect_line(&view, true, "ETA 2 min");
        run_view_free(&view);
    }
}

/* One who watches comes later and tells the same. */
static void test_time_left_for_all(void **state)
{
    static const char *const facts[] = { started,
        "{\"type\":\"batch_started\",\"t\":900000,\"epoch\":1,\"batch\":4}",
        "{\"type\":\"rollout\",\"t\":950000,\"batch\":4,\"round\":1,\"step\":1,\"score\":0.5}",
        "{\"type\":\"batch_started\",\"t\":1030000,\"epoch\":2,\"batch\":5}" };
    static const char calls[] = "{\"type\":\"calls\",\"t\":%d,\"paid\":1,\"since\":1000000}";
    struct run_view live, watched;
    char text[2][100];

    (void)state;
    run_view_init(&live);
    run_view_init(&watched);
    for (int i = 0; i < 4; i++) {
        apply(&watched, facts[i]);
        if (i == 3) {
            (void)snprintf(text[0], sizeof text[0], calls, 1000200);
            apply(&live, text[0]);
        }
        apply(&live, facts[i]);
    }
    (void)snprintf(text[1], sizeof text[1], calls, 1030000);
    apply(&watched, text[1]);
    assert_true(run_view_seconds_left(&live) > 0);
    assert_true(run_view_seconds_left(&live) == run_view_seconds_left(&watched));
    run_view_free(&live);
    run_view_free(&watched);
}

static void test_decisions_and_warnings(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply(&view, "{\"type\":\"proposal\"}");
    apply(&view, "{\"type\":\"decision\",\"what\":\"reject\"}");
    apply(&view, "{\"type\":\"decision\",\"what\":\"accept\"}");
    apply(&view, "{\"type\":\"decision\",\"what\":\"edit\"}");
    apply(&view, "{\"type\":\"warning\",\"message\":\"look here\"}");
    apply(&view, "{\"type\":\"gradient\"}");
    apply(&view, "{\"type\":\"workflow_gradient\"}");
    assert_int_equal(view.proposals, 1);
    assert_int_equal(view.rejected, 1);
    assert_int_equal(view.accepted, 2);
    assert_int_equal(view.gradients, 2);
    assert_string_equal(view.last_warning, "look here");
    run_view_free(&view);
}

/* Another version's events, or a damaged file's: nothing that is not what it should be gets in. */
static void test_odd_events(void **state)
{
    static const char *const odd[] = { "{}", "{\"type\":5}", "{\"type\":\"no such\"}", "[]",
        "{\"type\":\"run_started\",\"run\":7,\"sizes\":[],\"optimizer\":null}",
        "{\"type\":\"batch_started\",\"batch\":-1,\"epoch\":1e300}",
        "{\"type\":\"rollout\",\"score\":\"x\",\"round\":\"y\"}",
        "{\"type\":\"calls\",\"executor\":5}", "{\"type\":\"validation\"}",
        "{\"type\":\"decision\"}", "{\"type\":\"stopped\"}" };
    struct run_view view;
    char line[512], *huge = malloc(5001);

    (void)state;
    run_view_init(&view);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        apply(&view, odd[i]);
    assert_int_equal(view.batch, 0);
    assert_non_null(huge);
    (void)memset(huge, 'x', 5000);
    huge[5000] = '\0';
    {
        cJSON *event = cJSON_CreateObject();

        cJSON_AddStringToObject(event, "type", "warning");
        cJSON_AddStringToObject(event, "message", huge);
        run_view_apply(&view, event);
        cJSON_Delete(event);
    }
    free(huge);
    assert_int_equal(strlen(view.last_warning), sizeof view.last_warning - 1);
    run_view_line(&view, false, line, 20);
    assert_true(strlen(line) < 20);
    run_view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_place_and_share),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_time_left),
        cmocka_unit_test(test_time_left_for_all),
        cmocka_unit_test(test_time_left_stands_still),
        cmocka_unit_test(test_decisions_and_warnings),
        cmocka_unit_test(test_odd_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
