#include "json_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "str.h"

static const cJSON *tree(struct arena *arena, const char *text)
{
    return json_tree(arena, text, strlen(text));
}

/* What cJSON makes of a text, links included. */
static void check_equal(const cJSON *a, const cJSON *b)
{
    assert_int_equal(a->type & 0xFF, b->type & 0xFF);
    assert_int_equal(a->string != NULL, b->string != NULL);
    if (a->string != NULL)
        assert_string_equal(a->string, b->string);
    if (cJSON_IsString(a))
        assert_string_equal(a->valuestring, b->valuestring);
    if (cJSON_IsNumber(a)) {
        assert_memory_equal(&a->valuedouble, &b->valuedouble, sizeof a->valuedouble);
        assert_int_equal(a->valueint, b->valueint);
    }
    assert_int_equal(cJSON_GetArraySize(a), cJSON_GetArraySize(b));
    for (a = a->child, b = b->child; a != NULL; a = a->next, b = b->next) {
        if (a->next != NULL)
            assert_ptr_equal(a->next->prev, a);
        check_equal(a, b);
    }
}

static void check(const char *text)
{
    struct arena arena = { NULL };
    cJSON *wanted = cJSON_Parse(text);
    const cJSON *got = tree(&arena, text);

    assert_non_null(wanted);
    assert_non_null(got);
    check_equal(got, wanted);
    if (got->child != NULL)
        assert_null(got->child->prev->next); /* the last one */
    cJSON_Delete(wanted);
    arena_free(&arena);
}

static void test_as_cjson(void **state)
{
    (void)state;
    check("{\"v\":1,\"seq\":17,\"t\":2393,\"type\":\"gradient\",\"from\":[\"a\",\"b\"],\"x\":{}}");
    check(" [ true , false,null , [ ] , { } , \"\" ]\n");
    check("{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"a\":2}");
    check("\"quote \\\" backslash \\\\ slash \\/ \\b\\f\\n\\r\\t end\"");
    check("\"\\u0041 \\u00e9 \\u20ac \\ud83d\\ude00 \\u00Fc\"");
    check("\"ä 漢 😀\"");
    check("{\"a\\\"b\":1,\"\\u00e9\":2}");
}

static void test_numbers(void **state)
{
    static const char *const numbers[] = { "0", "-0", "1", "-1", "10", "1796000246346", "0.5",
        "-0.25", "1e3", "1E-7", "1.5e+2", "123456789012345", "999999999999999", "1234567890123456",
        "0.123456789012345", "0.1234567890123456", "3.14159265358979", "0.000000000000001",
        "2147483647", "2147483648", "-2147483649", "1e300", "1.7e-300", "0.1", "0.3", "123.456",
        "9007199254740993" };
    struct random random;
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        check(numbers[i]);
    random_seed(&random, 7);
    for (int i = 0; i < 20000; i++) {
        double value =
            (double)random_below(&random, 1u << 30) / (double)(1 + random_below(&random, 1u << 20));

        (void)snprintf(text, sizeof text, "%.*g", 1 + (int)random_below(&random, 17), value);
        check(text);
    }
}

static void test_refused(void **state)
{
    static const char *const wrong[] = { "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{a:1}", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
        "\"\\ud83d\\u12\"", "1 2", "tru", "nul", "-", "-nan", "-inf", "+1", "[1 2]",
        "{\"a\":1 \"b\":2}", "]" };
    struct arena arena = { NULL };
    struct str deep = STR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_null(tree(&arena, wrong[i]));
    assert_null(json_tree(&arena, "1\0", 2));
    for (int i = 0; i < 100000; i++)
        str_add_char(&deep, '[');
    assert_null(tree(&arena, str_text(&deep)));
    str_free(&deep);
    arena_free(&arena);
}

static void test_lone_surrogates(void **state)
{
    struct arena arena = { NULL };

    (void)state;
    assert_string_equal(tree(&arena, "\"\\ud83dx\"")->valuestring, "\xEF\xBF\xBDx");
    assert_string_equal(tree(&arena, "\"\\ude00\"")->valuestring, "\xEF\xBF\xBD");
    assert_string_equal(tree(&arena, "\"\\ud83d\\u0041\"")->valuestring, "\xEF\xBF\xBD"
                                                                         "A");
    arena_free(&arena);
}

/* Trees stay as the arena grows; after arena_clear the same memory holds others. */
static void test_many(void **state)
{
    struct arena arena = { NULL };
    const cJSON *trees[2000];
    char text[64];

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++) {
            (void)snprintf(text, sizeof text, "{\"number\":%d,\"words\":[\"x%d\"]}", i, i);
            trees[i] = tree(&arena, text);
        }
        for (int i = 0; i < 2000; i++) {
            (void)snprintf(text, sizeof text, "x%d", i);
            assert_int_equal(cJSON_GetObjectItem(trees[i], "number")->valueint, i);
            assert_string_equal(cJSON_GetObjectItem(trees[i], "words")->child->valuestring, text);
        }
        arena_clear(&arena);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_cjson),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lone_surrogates),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
