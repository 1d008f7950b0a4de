/* The golden cases, made by the official scorers: each file is one test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "metric.h"
#include "metric_line.h"
#include "utf8.h"

static size_t checked, wrong, unsupported;

/* A case may be unsupported only where it needs a language resource that is not here. */
static bool may_be_unsupported(const struct json *line)
{
    const struct json *needs = json_get(line, "needs");

    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        const char *need = needs->items[i].text;

        if (strcmp(need, "lang") == 0 || strcmp(need, "pos") == 0 || strcmp(need, "syll") == 0)
            return true;
    }
    return false;
}

static void check_words(const struct metric *metric, const struct metric_line *line, double score)
{
    struct err err = { 0 };
    struct str words = STR_INIT;
    double again = 0;

    assert_int_equal(metric_score(metric, &line->one, &again, &words, &err), METRIC_SCORED);
    assert_true(again == score);
    assert_in_range(words.len, 6, METRIC_WORDS_MAX);
    assert_true(utf8_valid(words.data, words.len, NULL));
    str_free(&words);
}

static void check_line(const struct json *line, void *data)
{
    struct err err = { 0 };
    const char *name = json_get(line, "metric")->text;
    const struct metric *metric = metric_find(name, &err);
    struct metric_line one;
    double score = -100;
    enum metric_end end;

    (void)data;
    if (metric == NULL)
        fail_msg("%s", err.message);
    assert_true(metric_line_read(line, &one, &err));
    end = metric_score(metric, &one.one, &score, NULL, &err);
    checked++;
    if (end == METRIC_UNSUPPORTED && may_be_unsupported(line)) {
        unsupported++;
    } else if (end != METRIC_SCORED) {
        wrong++;
        print_error("line %u: %s: %s\n", line->line, name, err.message);
    } else {
        if (!(fabs(score - json_get(line, "score")->number) <= 1e-9)) {
            wrong++;
            print_error("line %u: %s gave %.12g\n", line->line, name, score);
        }
        check_words(metric, &one, score);
    }
    metric_line_free(&one);
}

static void check_file(const char *name, size_t at_least)
{
    char *path = fixture_path(name);

    if (path == NULL)
        skip();
    checked = wrong = unsupported = 0;
    (void)each_line(path, check_line, NULL);
    free(path);
    if (unsupported > 0)
        print_message("%s: %zu of %zu lines are unsupported\n", name, unsupported, checked);
    assert_int_equal(wrong, 0);
    assert_true(checked >= at_least);
}

#define GOLDEN(file, at_least) \
    static void test_##file(void **state) \
    { \
        (void)state; \
        check_file("metrics/" #file ".jsonl", at_least); \
    }

GOLDEN(hotpot, 1000)
GOLDEN(normalize, 500)
GOLDEN(hotpot_supporting, 500)
GOLDEN(aflow_f1, 500)
GOLDEN(drop, 500)
GOLDEN(drop_official, 400)
GOLDEN(drop_normalize, 300)
GOLDEN(gsm8k, 500)
GOLDEN(gsm8k_extract, 500)
GOLDEN(math, 500)
GOLDEN(math_normalize, 200)
GOLDEN(math_solution, 200)
GOLDEN(math_boxed, 200)
GOLDEN(math_aflow_extract, 200)
GOLDEN(math_aflow, 200)
GOLDEN(hover, 300)
GOLDEN(hover_docs, 500)
GOLDEN(pass_at_k, 50)
GOLDEN(pupa, 400)
GOLDEN(ifbench, 900)
GOLDEN(ifeval, 500)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hotpot),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_hotpot_supporting),
        cmocka_unit_test(test_aflow_f1),
        cmocka_unit_test(test_drop),
        cmocka_unit_test(test_drop_official),
        cmocka_unit_test(test_drop_normalize),
        cmocka_unit_test(test_gsm8k),
        cmocka_unit_test(test_gsm8k_extract),
        cmocka_unit_test(test_math),
        cmocka_unit_test(test_math_normalize),
        cmocka_unit_test(test_math_solution),
        cmocka_unit_test(test_math_boxed),
        cmocka_unit_test(test_math_aflow_extract),
        cmocka_unit_test(test_math_aflow),
        cmocka_unit_test(test_hover),
        cmocka_unit_test(test_hover_docs),
        cmocka_unit_test(test_pass_at_k),
        cmocka_unit_test(test_pupa),
        cmocka_unit_test(test_ifbench),
        cmocka_unit_test(test_ifeval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
