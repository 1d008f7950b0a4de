#include "call_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Rows of the journal from `row` on, backwards or forwards; every seventh call failed, every
 * fifteenth row is no call. */
static void take(struct call_table *table, uint32_t row, size_t count, bool newer)
{
    struct journal_call calls[512];
    struct feed piece = { .calls = calls, .count = count, .is_last = !newer && row <= count };

    for (size_t i = 0; i < count; i++, row += newer ? 1u : -1u)
        calls[i] = (struct journal_call){
            .row = row,
            .at = 1000 + row,
            .role = row % 15 == 0 ? -1 : 0,
            .state = row % 7 == 0 || row % 15 == 0 ? CALL_FAILED : CALL_DONE,
            .node = row % 2 == 0 ? "even" : "odd",
        };
    call_table_take(table, &piece, newer);
}

static void must_count(const struct call_table *table)
{
    size_t failed = 0;

    for (size_t i = call_table_count(table); i-- > 0;) {
        failed += call_table_at(table, i)->state == CALL_FAILED;
        assert_int_equal(call_table_failed(table, i), failed);
    }
    assert_int_equal(call_table_failed(table, call_table_count(table)), 0);
}

/* How many failed is known for every place of a run, however the calls came. */
static void counts_failed(void **state)
{
    struct call_table table = { .is_whole = false };

    (void)state;
    must_count(&table);
    take(&table, 5000, 512, false);
    must_count(&table);
    for (uint32_t row = 5001; row < 5001 + 6 * 512; row += 512)
        take(&table, row, 512, true);
    must_count(&table);
    for (uint32_t row = 5000 - 512; row > 4000; row -= 100)
        take(&table, row, 100, false);
    must_count(&table);
    assert_true(call_table_failed(&table, 0) > 500);
    call_table_clear(&table);
    must_count(&table);
    take(&table, 40, 40, false);
    must_count(&table);
    assert_true(table.is_whole);
    call_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
