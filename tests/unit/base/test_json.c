#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static void expect_print(const char *source, enum json_flags flags, const char *expected)
{
    struct err err = { 0 };
    struct str out = STR_INIT;
    struct json_doc *doc = json_parse("t", 1, source, strlen(source), flags, &err);

    if (doc == NULL)
        print_error("%s: %s\n", source, err.message);
    assert_non_null(doc);
    json_print(json_root(doc), &out);
    assert_string_equal(str_text(&out), expected);
    str_free(&out);
    json_free(doc);
}

static void test_values(void **state)
{
    (void)state;
    expect_print("0", 0, "0");
    expect_print(" [ ] ", 0, "[]");
    expect_print("{}", 0, "{}");
    expect_print(
        "[1, -2.50e+3, true,false , null, \"a\"]", 0, "[1,-2.50e+3,true,false,null,\"a\"]");
    expect_print("{\"b\":{\"c\":[[]]},\"a\":1}", 0, "{\"b\":{\"c\":[[]]},\"a\":1}");
    expect_print("\xEF\xBB\xBF[1]", 0, "[1]");
}

static void test_strings(void **state)
{
    (void)state;
    expect_print("\"\\u00e9\\ud83d\\ude00\"", 0, "\"é😀\"");
    expect_print("\"\\ud83d x \\ude00\\ud83d\\u0041\"", 0, "\"\uFFFD x \uFFFD\uFFFDA\"");
    expect_print("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\"", 0, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\"");
    expect_print("\"\u2028\"", 0, "\"\u2028\"");
}

static void test_nul_in_string(void **state)
{
    static const char source[] = "\"a\\u0000b\"";
    struct err err = { 0 };
    struct json_doc *doc = json_parse("t", 1, source, strlen(source), JSON_STRICT, &err);

    (void)state;
    assert_non_null(doc);
    assert_int_equal(json_root(doc)->len, 3);
    assert_memory_equal(json_root(doc)->text, "a\0b", 4);
    json_free(doc);
}

static void test_comments(void **state)
{
    (void)state;
    expect_print("// one\n{ /* two\n */ \"a\": [1, 2,], // three\n}\n// end", JSON_COMMENTS,
        "{\"a\":[1,2]}");
    expect_print("[\"// no comment /* */\"]", JSON_COMMENTS, "[\"// no comment /* */\"]");
}

static void test_numbers(void **state)
{
    static const char source[] = "[1e400, -1e400, 0.1, 12345678901234567890123]";
    struct err err = { 0 };
    struct json_doc *doc = json_parse("t", 1, source, strlen(source), JSON_STRICT, &err);
    const struct json *items;

    (void)state;
    assert_non_null(doc);
    items = json_root(doc)->items;
    assert_true(isinf(items[0].number) && items[0].number > 0);
    assert_true(isinf(items[1].number) && items[1].number < 0);
    assert_true(items[2].number == 0.1);
    assert_string_equal(items[3].text, "12345678901234567890123");
    json_free(doc);
}

static void test_places(void **state)
{
    static const char source[] = "{ \"a\": 1,\r\n  \"é\":\n\t[true, {\"b\" : null}] }";
    struct err err = { 0 };
    struct json_doc *doc = json_parse("t", 7, source, strlen(source), JSON_STRICT, &err);
    const struct json *list, *b;

    (void)state;
    assert_non_null(doc);
    assert_int_equal(json_get(json_root(doc), "a")->line, 7);
    assert_int_equal(json_get(json_root(doc), "a")->column, 8);
    list = json_get(json_root(doc), "é");
    assert_int_equal(list->line, 9);
    assert_int_equal(list->column, 2);
    b = json_get(&list->items[1], "b");
    assert_int_equal(b->column, 16);
    assert_int_equal(b->type, JSON_NULL);
    assert_null(json_get(json_root(doc), "c"));
    json_free(doc);
}

struct bad {
    const char *source;
    const char *message;
};

static void test_errors(void **state)
{
    static const struct bad cases[] = {
        { "", "t:1:1: expected a value, found the end of the text" },
        { "  \n ", "t:2:2: expected a value, found the end" },
        { "[1,\n 2,\n]", "t:3:1: a comma may not stand before \"]\"" },
        { "{\"a\":1,}", "t:1:8: a comma may not stand before \"}\"" },
        { "[1 2]", "t:1:4: expected a comma or \"]\", found \"2\"" },
        { "{\"a\" 1}", "t:1:6: expected a colon after the key, found \"1\"" },
        { "{a:1}", "t:1:2: expected a key in double quotes, found \"a\"" },
        { "{'a':1}", "t:1:2: expected a key in double quotes, found a single quote" },
        { "{\"a\":1,\n\"b\":2, \"a\":3}", "t:2:8: the key \"a\" stands twice" },
        { "[1] x", "t:1:5: expected the end of the text after the value" },
        { "\"abc", "t:1:1: this string is never closed" },
        { "[\"abc\n\"]", "t:1:2: this string is not closed on its line" },
        { "\"a\tb\"", "t:1:3: a string may not hold the control character 0x09" },
        { "\"a\\x\"", "t:1:3: unknown escape" },
        { "\"\\u12g4\"", "t:1:6: \\u needs four" },
        { "\"\xC3(\"", "t:1:2: not UTF-8 (byte 0xC3)" },
        { "01", "t:1:1: a number may not begin with a needless 0" },
        { "-", "t:1:2: expected a digit" },
        { "1.", "t:1:3: expected a digit after the decimal point" },
        { "1e", "t:1:3: expected a digit of the exponent" },
        { "+1", "t:1:1: expected a value, found \"+\"" },
        { "NaN", "t:1:1: expected a value, found \"N\"" },
        { "tru", "t:1:1: expected a value, found \"t\"" },
        { "[1, // x\n2]", "t:1:5: expected a value, found \"/\"; comments are not allowed" },
        { "{\"a\\u0000\":1}", "t:1:2: a key may not hold the character NUL" },
        { "\xFF", "t:1:1: expected a value, found the byte 0xFF" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };
        /* without the NUL, so that a read past the end is seen by the sanitizer */
        size_t len = strlen(cases[i].source);
        char *copy = mem_alloc(len);

        memcpy(copy, cases[i].source, len);
        assert_null(json_parse("t", 1, copy, len, JSON_STRICT, &err));
        free(copy);
        assert_int_equal(err.code, ERR_INPUT);
        if (strncmp(err.message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("%s: %s", cases[i].source, err.message);
    }
}

static void test_comment_never_closed(void **state)
{
    static const char source[] = "[1,\n  /* never\n 2]";
    struct err err = { 0 };

    (void)state;
    assert_null(json_parse("t", 1, source, strlen(source), JSON_COMMENTS, &err));
    assert_string_equal(err.message, "t:2:3: this comment is never closed with */");
}

static struct str nested(size_t depth)
{
    struct str source = STR_INIT;

    for (size_t i = 0; i < depth; i++)
        str_add_char(&source, '[');
    for (size_t i = 0; i < depth; i++)
        str_add_char(&source, ']');
    return source;
}

static void test_depth(void **state)
{
    struct err err = { 0 };
    struct str fits = nested(JSON_MAX_DEPTH);
    struct str deep = nested(1000000);
    struct json_doc *doc = json_parse("t", 1, fits.data, fits.len, JSON_STRICT, &err);

    (void)state;
    assert_non_null(doc);
    json_free(doc);
    assert_null(json_parse("t", 1, deep.data, deep.len, JSON_STRICT, &err));
    assert_string_equal(err.message, "t:1:201: nested deeper than 200 levels");
    str_free(&fits);
    str_free(&deep);
}

static void test_many_keys(void **state)
{
    struct err err = { 0 };
    struct str source = STR_INIT;
    struct json_doc *doc;

    (void)state;
    str_add_char(&source, '{');
    for (unsigned i = 0; i < 200000; i++)
        str_addf(&source, "%s\"k%u\":%u", i > 0 ? "," : "", i, i);
    str_add(&source, "}");
    doc = json_parse("t", 1, source.data, source.len, JSON_STRICT, &err);
    assert_non_null(doc);
    assert_int_equal(json_root(doc)->count, 200000);
    json_free(doc);
    str_truncate(&source, source.len - 1);
    str_add(&source, ",\"k777\":0}");
    assert_null(json_parse("t", 1, source.data, source.len, JSON_STRICT, &err));
    assert_non_null(strstr(err.message, "the key \"k777\" stands twice"));
    str_free(&source);
}

static void test_part_of_a_file(void **state)
{
    static const char part[] = "{\"a\": x}\n";
    struct err err = { 0 };

    (void)state;
    assert_null(json_parse_at("t", 3, 101, part, strlen(part), JSON_STRICT, &err));
    assert_string_equal(err.message, "t:3:107: expected a value, found \"x\"");
}

static void test_check_keys(void **state)
{
    static const char source[] = "{ \"epochs\": 1,\n \"bach\": 2 }";
    static const char *const known[] = { "epochs", "batch" };
    struct err err = { 0 };
    struct json_doc *doc = json_parse("task.json", 1, source, strlen(source), JSON_STRICT, &err);

    (void)state;
    assert_non_null(doc);
    assert_false(json_check_keys(json_title(doc), json_root(doc), known, 2, &err));
    assert_string_equal(
        err.message, "task.json:2:2: unknown key \"bach\"; the nearest known one is \"batch\"");
    json_free(doc);
}

static void test_print_ill_formed(void **state)
{
    struct str out = STR_INIT;

    (void)state;
    json_print_string("a\xFF\x80z\0\x7F", 6, &out);
    assert_string_equal(str_text(&out), "\"a\uFFFD\uFFFDz\\u0000\x7F\"");
    str_free(&out);
}

/* Every prefix of a document is refused and none reads past its end. */
static void test_prefixes(void **state)
{
    static const char source[] =
        "{\"a\\u00e9\": [1.5e+2, \"\\ud83d\\ude00é\", /* c */ true, {}], \"b\": null}";

    (void)state;
    for (size_t len = 0; len < strlen(source); len++) {
        struct err err = { 0 };
        char *copy = mem_alloc(len);

        memcpy(copy, source, len);
        assert_null(json_parse("t", 1, copy, len, JSON_COMMENTS, &err));
        assert_int_equal(err.code, ERR_INPUT);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_nul_in_string),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_comment_never_closed),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_part_of_a_file),
        cmocka_unit_test(test_check_keys),
        cmocka_unit_test(test_print_ill_formed),
        cmocka_unit_test(test_prefixes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
