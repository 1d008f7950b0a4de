#include "nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const known[] = { "epochs", "batch", "rounds", "inner", "inner_steps" };

static void test_nearest(void **state)
{
    (void)state;
    assert_string_equal(nearest_name("bach", known, 5), "batch");
    assert_string_equal(nearest_name("epoch", known, 5), "epochs");
    assert_string_equal(nearest_name("inner-steps", known, 5), "inner_steps");
    assert_string_equal(nearest_name("inne", known, 5), "inner");
    assert_string_equal(nearest_name("btach", known, 5), "batch"); /* a swap is one change */
}

static void test_none(void **state)
{
    static const char long_name[] =
        "a_name_that_is_much_longer_than_every_name_that_the_program_knows_of";

    (void)state;
    assert_null(nearest_name("temperature", known, 5));
    assert_null(nearest_name("x", known, 5));
    assert_null(nearest_name("batch", known, 0));
    assert_null(nearest_name(long_name, known, 5));
}

/* Of a short name not much is left when two letters of it are others. */
static void test_short(void **state)
{
    static const char *const names[] = { "fps", "bell", "mouse", "mono", "dark" };

    (void)state;
    assert_string_equal(nearest_name("fsp", names, 5), "fps");
    assert_string_equal(nearest_name("drak", names, 5), "dark");
    assert_null(nearest_name("nope", names, 5));
    assert_null(nearest_name("fix", names, 5));
    assert_null(nearest_name("help", names, 5));
    assert_string_equal(nearest_name("house2", names, 5), "mouse");
    assert_string_equal(nearest_name("mse", names, 5), "mouse"); /* a short form */
    assert_null(nearest_name("mk", names, 5));
    assert_null(nearest_name("m", names, 5));
}

static void test_message(void **state)
{
    struct str text = STR_INIT;

    (void)state;
    nearest_add(&text, "batsh", known, 5);
    assert_string_equal(str_text(&text), "; did you mean batch?");
    str_clear(&text);
    nearest_add(&text, "colour", known, 3);
    assert_string_equal(str_text(&text), "; known are epochs, batch and rounds");
    str_clear(&text);
    nearest_add(&text, "colour", known, 0);
    assert_string_equal(str_text(&text), "");
    str_free(&text);
}

static void test_tie(void **state)
{
    static const char *const two[] = { "ab1", "ab2" };

    (void)state;
    assert_string_equal(nearest_name("ab3", two, 2), "ab1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_tie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
