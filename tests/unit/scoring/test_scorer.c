/* The scorer: the user's process and its ways to fail, sums, the journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "mem.h"
#include "scorer.h"

struct bench {
    uv_loop_t loop;
    struct workers *workers;
    struct store *store;
    struct metric_plan *plan;
    struct scorer *scorer;
};

static struct metric_plan *plan_of(const char *text, struct err *err)
{
    struct json_doc *doc = json_parse("plan", 1, text, strlen(text), JSON_STRICT, err);
    struct metric_plan *plan = doc == NULL ? NULL : metric_plan_new(json_root(doc), "/", err);

    json_free(doc);
    return plan;
}

static void open_bench(struct bench *bench, const char *plan, const char *folder, bool create)
{
    struct err err = { 0 };
    struct scorer_setup setup = { .loop = &bench->loop, .where = "test: metric" };

    *bench = (struct bench){ .store = NULL };
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->workers = setup.workers = workers_open(&bench->loop, 2);
    if (folder != NULL) {
        bench->store = create ? store_create(&bench->loop, folder, "s", "{}", &err)
                              : store_open(&bench->loop, folder, "s", &err);
        assert_non_null(bench->store);
    }
    setup.store = bench->store;
    bench->plan = plan_of(plan, &err);
    if (bench->plan == NULL)
        fail_msg("%s", err.message);
    bench->scorer = scorer_open(&setup, bench->plan, &err);
    if (bench->scorer == NULL)
        fail_msg("%s", err.message);
}

static void close_bench(struct bench *bench)
{
    scorer_close(bench->scorer);
    workers_close(bench->workers);
    store_close(bench->store);
    assert_int_equal(uv_run(&bench->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    metric_plan_free(bench->plan);
}

static void nothing(struct scoring *scoring)
{
    (void)scoring;
}

static void start(
    struct bench *bench, struct scoring *scoring, const char *prediction, const char *target)
{
    *scoring = (struct scoring){
        .prediction = text_from(prediction), .target = text_from(target), .on_done = nothing
    };
    scorer_start(bench->scorer, scoring);
    assert_non_null(scoring->private_state); /* never from inside the start */
}

static void finish(struct bench *bench, struct scoring *scoring)
{
    while (scoring->private_state != NULL)
        (void)uv_run(&bench->loop, UV_RUN_ONCE);
    text_unref(scoring->prediction);
    text_unref(scoring->target);
}

static double score(struct bench *bench, const char *prediction, const char *target)
{
    struct scoring scoring;

    start(bench, &scoring, prediction, target);
    finish(bench, &scoring);
    if (!scoring.scored)
        fail_msg("%s", scoring.error.message);
    text_unref(scoring.words);
    return scoring.score;
}

static void expect_lost(struct bench *bench, const char *prediction, const char *part)
{
    struct scoring scoring;

    start(bench, &scoring, prediction, "");
    finish(bench, &scoring);
    assert_false(scoring.scored);
    assert_int_equal(scoring.error.code, ERR_ENDPOINT);
    if (strstr(scoring.error.message, part) == NULL)
        fail_msg("\"%s\" has no \"%s\"", scoring.error.message, part);
}

/* A scorer in shell: what it does stands in the prediction. */
#define SCORER \
    "{\"name\":\"command\",\"timeout_s\":0.5,\"command\":[\"/bin/sh\",\"-c\",\"while read -r l; " \
    "do " \
    "case $l in *good*) echo '{\\\"score\\\":0.75,\\\"feedback\\\":\\\"fine\\\"}';; *dies*) exit " \
    "3;; *chats*) echo hello;; *lies*) echo '{\\\"score\\\":7}';; *sleeps*) sleep 5;; esac; " \
    "done\"]}"

static void test_command(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, SCORER, NULL, false);
    assert_true(score(&bench, "good", "") == 0.75);
    expect_lost(&bench, "dies", "ended instead of answering, twice");
    assert_true(score(&bench, "good", "") == 0.75); /* it was started again */
    expect_lost(&bench, "chats", "is no JSON");
    expect_lost(&bench, "lies", "not between 0 and 1");
    expect_lost(&bench, "sleeps", "no answer within 0.5 s");
    assert_true(score(&bench, "good", "") == 0.75);
    close_bench(&bench);
}

static void test_command_cancel(void **state)
{
    struct bench bench;
    struct scoring first, second, third;

    (void)state;
    open_bench(&bench, SCORER, NULL, false);
    start(&bench, &first, "sleeps", "");
    start(&bench, &second, "good", "");
    start(&bench, &third, "good too", "");
    (void)uv_run(&bench.loop, UV_RUN_ONCE);
    scorer_cancel(bench.scorer, &first);
    scorer_cancel(bench.scorer, &first);
    scorer_cancel(bench.scorer, &third);
    finish(&bench, &first);
    finish(&bench, &second);
    finish(&bench, &third);
    assert_int_equal(first.error.code, ERR_CANCELLED);
    assert_true(second.scored && second.score == 0.75);
    assert_int_equal(third.error.code, ERR_CANCELLED);
    text_unref(second.words);
    close_bench(&bench);
}

static void test_sum(void **state)
{
    struct bench bench;
    struct scoring scoring;

    (void)state;
    open_bench(&bench,
        "{\"name\":\"sum\",\"of\":[{\"metric\":\"exact_match\",\"weight\":1},{\"metric\":\"f1\","
        "\"weight\":3}]}",
        NULL, false);
    start(&bench, &scoring, "a cat sat", "cat");
    finish(&bench, &scoring);
    assert_true(scoring.scored && fabs(scoring.score - 3 * (2.0 / 3) / 4) < 1e-12);
    assert_non_null(strstr(scoring.words->data, "exact_match 0.00: "));
    assert_non_null(strstr(scoring.words->data, "f1 0.67: "));
    text_unref(scoring.words);
    close_bench(&bench);
}

/* Each process answers with a count of its own, so that a second answer would be another one. */
#define COUNTER \
    "{\"name\":\"command\",\"command\":[\"/bin/sh\",\"-c\",\"read -r l; case $l in *dies*) exit " \
    "1;; " \
    "esac; echo '{\\\"score\\\":0.'$(($$ % 9 + 1))'}'\"]}"

static void test_journal(void **state)
{
    struct bench bench;
    char *folder = in_folder("runs");
    double first;

    (void)state;
    open_bench(&bench, COUNTER, folder, true);
    first = score(&bench, "x", "y");
    assert_true(score(&bench, "x", "y") == first);
    expect_lost(&bench, "dies", "twice");
    close_bench(&bench);
    open_bench(&bench, COUNTER, folder, false);
    for (int i = 0; i < 5; i++)
        assert_true(score(&bench, "x", "y") == first);
    expect_lost(&bench, "dies", "twice");
    assert_int_equal(store_counts(bench.store).puts, 0);
    close_bench(&bench);
    free(folder);
}

static void test_plans(void **state)
{
    static const struct {
        const char *text, *part;
    } wrong[] = {
        { "\"sum\"", "needs settings" },
        { "\"f2\"", "nearest known one is \"f1\"" },
        { "{\"name\":\"f1\",\"x\":1}", "x" },
        { "{\"name\":\"command\",\"command\":\"ls\"}", "list of strings" },
        { "{\"name\":\"sum\",\"of\":[]}", "1 to 16" },
        { "{\"name\":\"sum\",\"of\":[{\"metric\":\"f1\",\"weight\":0}]}", "above 0" },
        { "{\"name\":\"sum\",\"of\":[{\"metric\":\"f2\"}]}", "f1" },
        { "{\"pattern\":\"x\"}", "no \"name\"" },
        { "3", "a name or an object" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err err = { 0 };

        assert_null(plan_of(wrong[i].text, &err));
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, wrong[i].part) == NULL)
            fail_msg("%s: \"%s\" has no \"%s\"", wrong[i].text, err.message, wrong[i].part);
    }
}

static void test_judge_needs_model(void **state)
{
    struct err err = { 0 };
    struct metric_plan *plan = plan_of("\"judge\"", &err);
    struct scorer_setup setup = { .where = "t.json: metric" };

    (void)state;
    assert_null(scorer_open(&setup, plan, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "asks the model \"judge\""));
    metric_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_command_cancel),
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_journal),
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_judge_needs_model),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
