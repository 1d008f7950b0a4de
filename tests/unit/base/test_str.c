#include "str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "text.h"

static void test_build(void **state)
{
    struct str s = STR_INIT;
    char *text;

    (void)state;
    assert_string_equal(str_text(&s), "");
    str_add(&s, "one ");
    str_add_n(&s, "two---", 3);
    str_add_char(&s, ' ');
    str_addf(&s, "%d%s", 3, "!");
    assert_string_equal(str_text(&s), "one two 3!");
    assert_int_equal(s.len, 10);
    str_truncate(&s, 3);
    str_truncate(&s, 100);
    assert_string_equal(str_text(&s), "one");
    text = str_take(&s);
    assert_string_equal(text, "one");
    assert_int_equal(s.len, 0);
    free(text);
    text = str_take(&s);
    assert_string_equal(text, "");
    free(text);
    str_free(&s);
}

static void test_reserved(void **state)
{
    struct str s = STR_INIT;

    (void)state;
    str_reserve(&s, 1000);
    assert_true(s.cap > 1000);
    assert_string_equal(str_text(&s), "");
    str_add(&s, "ab");
    str_reserve(&s, 5000);
    assert_string_equal(s.data, "ab");
    str_free(&s);
}

static void test_long(void **state)
{
    struct str s = STR_INIT;

    (void)state;
    for (int i = 0; i < 10000; i++)
        str_addf(&s, "%04d", i);
    assert_int_equal(s.len, 40000);
    assert_memory_equal(s.data + 39996, "9999", 5);
    str_free(&s);
}

static void test_compare(void **state)
{
    (void)state;
    assert_true(str_equal(NULL, NULL) && str_equal("a", "a"));
    assert_false(str_equal("a", NULL) || str_equal("a", "b"));
    assert_true(str_starts("abc", "ab") && str_starts("abc", "") && !str_starts("a", "ab"));
    assert_true(str_ends("abc", "bc") && str_ends("abc", "") && !str_ends("c", "bc"));
}

static void test_text(void **state)
{
    struct text *text = text_new("a\0b", 3);

    (void)state;
    assert_int_equal(text->len, 3);
    assert_memory_equal(text->data, "a\0b", 4);
    assert_ptr_equal(text_ref(text), text);
    text_unref(text);
    text_unref(text);
    text_unref(NULL);
    assert_null(text_ref(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build),
        cmocka_unit_test(test_reserved),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
