#include "utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_valid(void **state)
{
    size_t bad = 99;

    (void)state;
    assert_true(utf8_valid("aé€😀", strlen("aé€😀"), &bad));
    assert_int_equal(bad, 99);
    assert_false(utf8_valid("a\xC0\x80", 3, &bad)); /* overlong */
    assert_int_equal(bad, 1);
    assert_false(utf8_valid("ab\xED\xA0\x80", 5, &bad)); /* surrogate */
    assert_int_equal(bad, 2);
    assert_false(utf8_valid("\xF4\x90\x80\x80", 4, NULL)); /* past U+10FFFF */
    assert_false(utf8_valid("\xE2\x82", 2, NULL));         /* cut */
    assert_false(utf8_valid("\x80", 1, NULL));
}

static void test_next(void **state)
{
    uint32_t code;

    (void)state;
    assert_int_equal(utf8_next("é", 2, &code), 2);
    assert_int_equal(code, 0xE9);
    assert_int_equal(utf8_next("é", 1, &code), 1);
    assert_int_equal(code, 0xFFFD);
    assert_int_equal(utf8_next("😀x", 5, &code), 4);
    assert_int_equal(code, 0x1F600);
}

static void test_add(void **state)
{
    struct str out = STR_INIT;

    (void)state;
    utf8_add(&out, 'a');
    utf8_add(&out, 0xE9);
    utf8_add(&out, 0x20AC);
    utf8_add(&out, 0x1F600);
    utf8_add(&out, 0xD800);
    utf8_add(&out, 0x110000);
    assert_string_equal(str_text(&out), "aé€😀\uFFFD\uFFFD");
    str_free(&out);
}

static void test_repair(void **state)
{
    struct str out = STR_INIT;

    (void)state;
    utf8_repair("a\xE2\x82z\xFFé", 7, &out);
    assert_string_equal(str_text(&out), "a\uFFFD\uFFFDz\uFFFDé");
    str_free(&out);
}

struct pair {
    const char *in, *out;
};

static void test_lower(void **state)
{
    /* as Python's str.lower() gives them */
    static const struct pair cases[] = { { "ABC", "abc" }, { "ÄÖÜẞ", "äöüß" }, { "İ", "i\u0307" },
        { "ΟΔΟΣ", "οδος" }, { "ΟΔΟΣ.", "οδος." }, { "ΟΔΟΣΑ", "οδοσα" }, { "Σ", "σ" },
        { "AΣ'B", "aσ'b" }, { "A\u0301Σ\u0301", "a\u0301ς\u0301" }, { "1Σ", "1σ" }, { "ⅣΣ", "ⅳς" },
        { "ДЖЯ", "джя" }, { "𐐀", "𐐨" } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = STR_INIT;

        utf8_lower(cases[i].in, strlen(cases[i].in), &out);
        assert_string_equal(str_text(&out), cases[i].out);
        str_free(&out);
    }
}

static void test_nfd(void **state)
{
    static const struct pair cases[] = { { "é", "e\u0301" }, { "한", "\u1112\u1161\u11AB" },
        { "a\u0301\u0323", "a\u0323\u0301" }, { "ﬁ", "ﬁ" }, { "Å", "A\u030A" } };
    struct str out = STR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str_clear(&out);
        utf8_nfd(cases[i].in, strlen(cases[i].in), &out);
        assert_string_equal(str_text(&out), cases[i].out);
    }
    str_clear(&out);
    utf8_nfd("a\0\xFFé", 5, &out);
    assert_int_equal(out.len, 8);
    assert_memory_equal(out.data, "a\0\uFFFDe\u0301", 8);
    str_free(&out);
}

static void test_classes(void **state)
{
    (void)state;
    assert_true(utf8_is_space(0x1F) && utf8_is_space(0x85) && utf8_is_space(0x3000));
    assert_false(utf8_is_space(0x200B) || utf8_is_space(0xFEFF) || utf8_is_space('a'));
    assert_true(
        utf8_is_word(0xE9) && utf8_is_word(0xBD) && utf8_is_word('_') && utf8_is_word(0x4E00));
    assert_false(utf8_is_word(0x301) || utf8_is_word('-') || utf8_is_word(0x2014));
    assert_true(utf8_is_digit('7') && utf8_is_digit(0xFF13) && utf8_is_digit(0x663));
    assert_false(utf8_is_digit(0xBD) || utf8_is_digit('a'));
    assert_true(utf8_is_upper('A') && utf8_is_upper(0xC4));
    assert_false(utf8_is_upper('a') || utf8_is_upper('1'));
}

struct line {
    const char *in;
    size_t cells;
    const char *out;
};

static void test_line(void **state)
{
    static const struct line cases[] = {
        { "abc", 3, "abc" },
        { "abcd", 3, "ab…" },
        { "abc", 0, "" },
        { "a\nb\tc\r", 9, "a b c " },
        { "a\x1B[31mb", 20, "a\uFFFD[31mb" },
        { "a\u200Bb\u00ADc\uFEFF", 9, "abc" },
        { "a\u202Eb\u2066c\u200Fd", 9, "a\uFFFDb\uFFFDc\uFFFDd" },
        { "日本語", 6, "日本語" },
        { "日本語", 5, "日本…" },
        { "日本語", 4, "日…" },
        { "e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301" },
        { "e\u0301e\u0301e\u0301", 2, "e\u0301…" },
        { "\u0301a", 5, "a" },
        { "a\xC2\x85\u2028"
          "b",
            5, "a  b" },
        { "\xC2\x9Bx", 5, "\uFFFDx" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = STR_INIT;

        utf8_add_line(cases[i].in, strlen(cases[i].in), cases[i].cells, &out);
        assert_string_equal(str_text(&out), cases[i].out);
        str_free(&out);
    }
}

static void test_line_marks_are_bounded(void **state)
{
    struct str in = STR_INIT;
    struct str out = STR_INIT;

    (void)state;
    str_add(&in, "a");
    for (int i = 0; i < 1000; i++)
        str_add(&in, "\u0301");
    utf8_add_line(in.data, in.len, 10, &out);
    assert_in_range(out.len, 3, 40);
    str_free(&in);
    str_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_lower),
        cmocka_unit_test(test_nfd),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_line_marks_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
