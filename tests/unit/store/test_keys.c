#include "keys.h"

#include "store_fixture.h"

static void test_empty_map_has_nothing(void **state)
{
    struct keys keys = { 0 };

    (void)state;
    assert_int_equal(keys_find(&keys, key_of(1)), 0);
    assert_int_equal(keys_find(&keys, (struct hash){ 0, 0 }), 0);
    keys_free(&keys);
}

static void test_zero_hash_is_a_key_like_others(void **state)
{
    struct keys keys = { 0 };

    (void)state;
    assert_int_equal(keys_add(&keys, (struct hash){ 0, 0 }, 7), 7);
    assert_int_equal(keys_find(&keys, (struct hash){ 0, 0 }), 7);
    assert_int_equal(keys_find(&keys, (struct hash){ 0, 1 }), 0);
    keys_free(&keys);
    assert_int_equal(keys_find(&keys, (struct hash){ 0, 0 }), 0);
}

static void test_many_keys_are_found_and_no_others(void **state)
{
    struct keys keys = { 0 };

    (void)state;
    for (unsigned i = 0; i < 20000; i++)
        assert_int_equal(keys_add(&keys, key_of(i), i + 1), i + 1);
    for (unsigned i = 0; i < 20000; i++) {
        assert_int_equal(keys_find(&keys, key_of(i)), i + 1);
        assert_int_equal(keys_add(&keys, key_of(i), 99999), i + 1); /* the first row stays */
        assert_int_equal(keys_find(&keys, key_of(i + 20000)), 0);
    }
    assert_int_equal(keys.count, 20000);
    keys_free(&keys);
}

/* Keys that all want the same slots, among them such that differ in the high half alone. */
static void test_colliding_keys_are_told_apart(void **state)
{
    struct keys keys = { 0 };

    (void)state;
    for (uint64_t i = 0; i < 500; i++)
        assert_int_equal(keys_add(&keys, (struct hash){ i, (i % 2) << 40 }, (int64_t)i + 1), i + 1);
    for (uint64_t i = 0; i < 500; i++) {
        assert_int_equal(keys_find(&keys, (struct hash){ i, (i % 2) << 40 }), i + 1);
        assert_int_equal(keys_find(&keys, (struct hash){ i, ((i + 1) % 2) << 40 }), 0);
    }
    keys_free(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_map_has_nothing),
        cmocka_unit_test(test_zero_hash_is_a_key_like_others),
        cmocka_unit_test(test_many_keys_are_found_and_no_others),
        cmocka_unit_test(test_colliding_keys_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
