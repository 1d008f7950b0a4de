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
        cmocka_unit_test(test_tie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
