#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The published outputs of SplitMix64 for the seed 1234567. */
static void test_known(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 1234567);
    assert_true(random_next(&random) == 6457827717110365317u);
    assert_true(random_next(&random) == 3203168211198807973u);
    assert_true(random_next(&random) == 9817491932198370423u);
}

static void test_ranges(void **state)
{
    struct random random;
    size_t seen[7] = { 0 };

    (void)state;
    random_seed(&random, 1);
    for (int i = 0; i < 7000; i++) {
        double unit = random_unit(&random);

        assert_true(unit >= 0 && unit < 1);
        seen[random_below(&random, 7)]++;
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 800, 1200);
    assert_int_equal(random_below(&random, 1), 0);
}

static void test_shuffle(void **state)
{
    struct random random;
    size_t a[50], b[50];
    size_t sum = 0, moved = 0;

    (void)state;
    for (size_t i = 0; i < 50; i++)
        a[i] = b[i] = i;
    random_seed(&random, 5);
    random_shuffle(&random, a, 50);
    random_seed(&random, 5);
    random_shuffle(&random, b, 50);
    assert_memory_equal(a, b, sizeof a);
    for (size_t i = 0; i < 50; i++) {
        sum += a[i];
        moved += a[i] != i;
    }
    assert_int_equal(sum, 49 * 50 / 2);
    assert_in_range(moved, 30, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_shuffle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
