#include "metric_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "normalize.h"
#include "overlap.h"
#include "utf8.h"

static void test_normalize(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = { { "The  Cat, an Apple!", "cat apple" }, { "the-end", "theend" }, { "A.", "" },
        { "an_apple", "anapple" }, { "a—b", "—b" }, { "a an the", "" }, { "the\u00A0the", "" },
        { "éa a", "éa" }, { "\u200Ba", "\u200B" }, { "", "" }, { "THE\n\n  beatles", "beatles" } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = STR_INIT;

        normalize_answer(cases[i].in, &out);
        assert_string_equal(str_text(&out), cases[i].out);
        str_free(&out);
    }
}

static void test_normalize_nfd(void **state)
{
    struct str out = STR_INIT;

    (void)state;
    normalize_answer("Ärzte à la", &out);
    assert_string_equal(str_text(&out), "ärzte à la");
    str_clear(&out);
    normalize_answer_nfd("Ärzte à la", &out);
    assert_string_equal(str_text(&out), "\u0308rzte \u0300 la");
    str_free(&out);
}

static void test_overlap(void **state)
{
    struct str missing = STR_INIT;
    struct overlap overlap = overlap_of("b a a c", "a b b d a e", &missing);

    (void)state;
    assert_int_equal(overlap.shared, 3);
    assert_int_equal(overlap.predicted, 4);
    assert_int_equal(overlap.expected, 6);
    assert_string_equal(str_text(&missing), "b d e");
    overlap = overlap_of("", "", NULL);
    assert_int_equal(overlap.shared + overlap.predicted + overlap.expected, 0);
    assert_true(overlap_f1(&overlap) == 0);
    str_free(&missing);
}

static void test_words(void **state)
{
    static const struct {
        const char *prediction, *target, *words;
    } cases[] = {
        { "Chief of Protocol", "Chief of Protocol",
            "Expected: \"Chief of Protocol\". Got: \"Chief of Protocol\". Right." },
        { "She was the Chief of Protocol", "Chief of Protocol",
            "Expected: \"Chief of Protocol\". Got: \"She was the Chief of Protocol\". The expected "
            "answer is in it, but it is too "
            "long by 2 words." },
        { "Smith", "Adam Smith",
            "Expected: \"Adam Smith\". Got: \"Smith\". It is too short; missing word: adam." },
        { "John Smith", "Adam Smith",
            "Expected: \"Adam Smith\". Got: \"John Smith\". Partly right; missing word: adam; too "
            "long by 1 word." },
        { "Paris", "Rome",
            "Expected: \"Rome\". Got: \"Paris\". No word of it was expected: another answer is "
            "right." },
        { "Rome Paris", "Paris Rome",
            "Expected: \"Paris Rome\". Got: \"Rome Paris\". The words are right, their order is "
            "not." },
        { "", "Rome", "Expected: \"Rome\". Got: \"\". The answer is empty." },
        { "They are both American", "yes",
            "Expected: \"yes\". Got: \"They are both American\". A plain yes or no was expected. "
            "No word of it was expected: "
            "another answer is right." },
        { "No", "Rome",
            "Expected: \"Rome\". Got: \"No\". Yes or no is the wrong type of answer here. No word "
            "of it was expected: another "
            "answer is right." },
        { "in spring", "1984",
            "Expected: \"1984\". Got: \"in spring\". The type is different: a number or a date was "
            "expected. No word of it was "
            "expected: another answer is right." },
        { "1984", "George Orwell",
            "Expected: \"George Orwell\". Got: \"1984\". The type is different: words were "
            "expected, not a number. No word of it "
            "was expected: another answer is right." },
        { "a\nb\x1B[1m", "c",
            "Expected: \"c\". Got: \"a b [1m\". No word of it was expected: another answer is "
            "right." },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };
        struct metric_case one = { .prediction = cases[i].prediction, .target = cases[i].target };
        struct str words = STR_INIT;
        double score;

        assert_int_equal(
            metric_score(metric_find("f1", &err), &one, &score, &words, &err), METRIC_SCORED);
        assert_string_equal(str_text(&words), cases[i].words);
        str_free(&words);
    }
}

static void test_words_are_short(void **state)
{
    struct err err = { 0 };
    struct str prediction = STR_INIT;
    struct str target = STR_INIT;
    struct str words = STR_INIT;
    struct metric_case one;
    double score;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        str_addf(&prediction, "p%d é ", i);
        str_addf(&target, "é w%d ", i);
    }
    one = (struct metric_case){ .prediction = prediction.data, .target = target.data };
    (void)metric_score(metric_find("exact_match", &err), &one, &score, &words, &err);
    assert_in_range(words.len, 100, METRIC_WORDS_MAX);
    assert_non_null(strstr(words.data, "…"));
    assert_true(utf8_valid(words.data, words.len, NULL));
    str_free(&prediction);
    str_free(&target);
    str_free(&words);
}

static void test_find(void **state)
{
    struct err err = { 0 };
    size_t count;

    (void)state;
    assert_string_equal(metric_find("hotpot_f1", &err)->name, "f1");
    assert_string_equal(metric_find("exact_match", &err)->name, "exact_match");
    assert_null(metric_find("exactmatch", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(
        err.message, "unknown metric \"exactmatch\"; the nearest known one is \"exact_match\"");
    assert_null(metric_find("bleurt score", &err));
    assert_non_null(strstr(err.message, "known are: exact_match, f1"));
    for (const struct metric *const *m = metric_list(&count); count > 0; count--, m++)
        assert_true(strlen((*m)->summary) > 10);
}

/* Metrics of our own, which no official scorer speaks for. */
static void test_own(void **state)
{
    static const struct {
        const char *metric, *line;
        double score;
    } cases[] = {
        { "contains", "{\"prediction\":\"It is PARIS, I think\",\"target\":\"paris\"}", 1 },
        { "contains", "{\"prediction\":\"I know\",\"target\":\"no\"}", 0 },
        { "contains", "{\"prediction\":\"a  b c\",\"target\":[\"a b\",\"d\"]}", 0.5 },
        { "regex", "{\"prediction\":\"x 12 y\",\"target\":\"\\\\d{2}\"}", 1 },
        { "regex", "{\"prediction\":\"A: 1\\nA: 2\",\"target\":\"2\",\"pattern\":\"A: (.*)\"}", 1 },
        { "regex", "{\"prediction\":\"A: 1\",\"target\":\"2\",\"pattern\":\"A: (.*)\"}", 0 },
        { "regex",
            "{\"prediction\":\"YES\",\"target\":\"\",\"pattern\":\"yes\",\"ignore_case\":true}",
            1 },
        { "json_match",
            "{\"prediction\":\"Here: ```{\\\"a\\\":1.0}```\",\"target\":{\"a\":1,\"b\":[2]}}",
            0.5 },
        { "json_match",
            "{\"prediction\":{\"a\":1},\"target\":{\"a\":1,\"b\":2},\"fields\":{\"a\":3,\"b\":1}}",
            0.75 },
        { "json_match", "{\"prediction\":\"no\",\"target\":{\"a\":1}}", 0 },
        { "rouge_l", "{\"prediction\":\"the cat sat\",\"target\":\"The cat.\"}", 0.8 },
        { "rouge_l", "{\"prediction\":\"\",\"target\":\"x\"}", 0 },
        { "hover_recall",
            "{\"prediction\":\"B | x\",\"target\":[[\"A\",0],[\"B\",1],[\"B\",2]],\"found\":[\"[1] "
            "A | "
            "y\\n[2] C | z\"]}",
            1 },
        { "hover_hit8", "{\"prediction\":[\"a\"],\"target\":[\"a\"]}", 1 },
        { "math_aflow", "{\"prediction\":\"so \\\\boxed{1,000}\",\"target\":\"\\\\boxed{1000}\"}",
            1 },
        { "drop_em", "{\"prediction\":[\"5\"],\"target\":\"5.0\"}", 1 },
        { "drop_em", "{\"prediction\":\"[\\\"5\\\"]\",\"target\":\"5.0\"}", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };
        struct str words = STR_INIT;
        struct metric_line line;
        double score = -1;
        struct json_doc *doc =
            json_parse("case", 1, cases[i].line, strlen(cases[i].line), JSON_STRICT, &err);

        if (doc == NULL || !metric_line_read(json_root(doc), &line, &err) ||
            metric_score(metric_find(cases[i].metric, &err), &line.one, &score, &words, &err) !=
                METRIC_SCORED)
            fail_msg("%s: %s", cases[i].line, err.message);
        if (fabs(score - cases[i].score) > 1e-12)
            fail_msg("%s: %s gave %g: %s", cases[i].line, cases[i].metric, score, str_text(&words));
        assert_true(words.len > 5);
        str_free(&words);
        metric_line_free(&line);
        json_free(doc);
    }
}

/* A pattern that explodes ends, as no match. */
static void test_regex_limits(void **state)
{
    struct err err = { 0 };
    struct str text = STR_INIT;
    struct metric_case one = { .target = "(a+)+$" };
    double score = -1;

    (void)state;
    for (int i = 0; i < 60; i++)
        str_add_char(&text, 'a');
    str_add_char(&text, 'b');
    one.prediction = text.data;
    assert_int_equal(
        metric_score(metric_find("regex", &err), &one, &score, NULL, &err), METRIC_SCORED);
    assert_true(score == 0);
    one.target = "(";
    assert_int_equal(
        metric_score(metric_find("regex", &err), &one, &score, NULL, &err), METRIC_BAD_CASE);
    assert_non_null(strstr(err.message, "pattern is wrong at character"));
    str_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_normalize_nfd),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_are_short),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_regex_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
