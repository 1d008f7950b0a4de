/* HumanEval and MBPP: the golden cases through the sandbox, and what is said of failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "code_program.h"
#include "file.h"
#include "fixtures.h"
#include "mem.h"
#include "metric_line.h"
#include "scorer.h"

struct records {
    struct json_doc **items;
    size_t count;
};

static struct records records;
static uv_loop_t loop;
static struct scorer *scorer;
static size_t checked, wrong;

static void keep_record(const struct json *line, void *data)
{
    struct str text = STR_INIT;
    struct err err;

    (void)data;
    json_print(line, &text);
    records.items = mem_realloc(records.items, records.count + 1, sizeof *records.items);
    records.items[records.count++] = json_parse("", 1, text.data, text.len, JSON_STRICT, &err);
    str_free(&text);
}

static const struct json *find_record(const char *task_id)
{
    for (size_t i = 0; i < records.count; i++)
        if (strcmp(json_get(json_root(records.items[i]), "task_id")->text, task_id) == 0)
            return json_root(records.items[i]);
    fail_msg("no record %s", task_id);
    return NULL;
}

static void nothing(struct scoring *scoring)
{
    (void)scoring;
}

static void check_line(const struct json *line, void *data)
{
    struct err err = { 0 };
    struct metric_line one;
    struct scoring scoring = { .line = &one.one, .on_done = nothing };

    (void)data;
    assert_true(metric_line_read(line, &one, &err));
    one.one.target_json = find_record(json_get(line, "task_id")->text);
    scorer_start(scorer, &scoring);
    while (scoring.private_state != NULL)
        (void)uv_run(&loop, UV_RUN_ONCE);
    checked++;
    if (!scoring.scored || scoring.score != json_get(line, "score")->number) {
        wrong++;
        print_error("line %u: %s\n", line->line,
            scoring.scored ? scoring.words->data : scoring.error.message);
    }
    text_unref(scoring.words);
    metric_line_free(&one);
}

static void check_file(const char *cases, const char *data)
{
    struct err err = { 0 };
    struct json name = { .type = JSON_STRING, .text = "pass_at_1", .len = 9 };
    struct metric_plan *plan = metric_plan_new(&name, "", &err);
    char *cases_path = fixture_path(cases);
    char *records_path = cases_path == NULL ? NULL : data_path(data);
    struct scorer_setup setup = { .loop = &loop, .where = "test" };

    if (records_path == NULL || !sandbox_check(false, &err)) {
        print_message("skipped: %s\n", err.message);
        free(cases_path);
        free(records_path);
        metric_plan_free(plan);
        skip();
    }
    assert_int_equal(uv_loop_init(&loop), 0);
    setup.sandbox = sandbox_open(&loop, false, &err);
    scorer = scorer_open(&setup, plan, &err);
    assert_non_null(scorer);
    (void)each_line(records_path, keep_record, NULL);
    checked = wrong = 0;
    (void)each_line(cases_path, check_line, NULL);
    scorer_close(scorer);
    sandbox_close(setup.sandbox);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    for (size_t i = 0; i < records.count; i++)
        json_free(records.items[i]);
    free(records.items);
    records = (struct records){ NULL, 0 };
    metric_plan_free(plan);
    free(cases_path);
    free(records_path);
    assert_int_equal(wrong, 0);
    assert_true(checked > 100);
}

static void test_humaneval(void **state)
{
    (void)state;
    check_file("metrics/humaneval.jsonl", "humaneval/HumanEval.jsonl");
}

static void test_mbpp(void **state)
{
    (void)state;
    check_file("metrics/mbpp.jsonl", "mbpp/mbpp.jsonl");
}

static void test_verdict(void **state)
{
    struct str words = STR_INIT;

    (void)state;
    assert_true(code_verdict("noise\nM {\"result\":\"passed\"}\n", "M ", "", &words) == 1);
    str_clear(&words);
    assert_true(code_verdict("x M {\"result\":\"passed\"}\n", "M ", "", &words) == 0);
    assert_non_null(strstr(words.data, "no end in time"));
    str_clear(&words);
    assert_true(code_verdict("M {\"result\":\"failed\",\"error\":\"AssertionError: \",\"line\":"
                             "\"assert f(1) == 2\",\"got\":\"3\",\"expected\":\"2\"}\n",
                    "M ", "", &words) == 0);
    assert_string_equal(words.data, "The tests fail. AssertionError:  At: assert f(1) == 2 "
                                    "Expected: 2 Got: 3");
    str_free(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_humaneval),
        cmocka_unit_test(test_mbpp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
