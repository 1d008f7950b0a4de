#include "hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_hex(void **state)
{
    struct hash a = hash_text("flowbot");
    struct hash b;
    char hex[HASH_HEX_SIZE];

    (void)state;
    hash_hex(a, hex);
    assert_true(hash_from_hex(hex, &b));
    assert_true(hash_equal(a, b));
    assert_false(hash_from_hex("12", &b));
    hex[3] = 'g';
    assert_false(hash_from_hex(hex, &b));
}

/* Keys last on disk: they must never change. XXH3's own value for no bytes at all. */
static void test_known(void **state)
{
    char hex[HASH_HEX_SIZE];

    (void)state;
    hash_hex(hash_bytes("", 0), hex);
    assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
}

static void test_join(void **state)
{
    struct hash a = hash_text("a");
    struct hash b = hash_text("b");

    (void)state;
    assert_true(hash_equal(hash_join(a, b), hash_join(a, b)));
    assert_false(hash_equal(hash_join(a, b), hash_join(b, a)));
    assert_false(hash_equal(a, b));
    assert_true(hash_is_zero((struct hash){ 0, 0 }));
    assert_false(hash_is_zero(a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_join),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
