/* The client's small parts: admission queue, key map, budget, retry delays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "budget.h"
#include "heap.h"
#include "key_map.h"
#include "mem.h"
#include "random.h"
#include "retry.h"

enum { ITEMS = 500 };

/* Pushes, raises and removals at random; what comes out is ordered by priority, then by arrival. */
static void test_heap(void **state)
{
    struct heap_item *items = mem_zalloc(ITEMS, sizeof *items);
    struct heap heap = { 0 };
    struct random random;
    struct heap_item *last = NULL, *item;
    size_t left = 0;

    (void)state;
    random_seed(&random, 1);
    for (size_t i = 0; i < ITEMS; i++) {
        items[i].priority = (unsigned)random_below(&random, 10);
        heap_push(&heap, &items[i]);
        if (random_below(&random, 3) == 0) {
            struct heap_item *other = &items[random_below(&random, i + 1)];

            if (heap_has(other) && random_below(&random, 2) == 0)
                heap_remove(&heap, other);
            else
                heap_raise(&heap, other, (unsigned)random_below(&random, 12));
        }
    }
    left = heap.count;
    while ((item = heap_first(&heap)) != NULL) {
        heap_remove(&heap, item);
        left--;
        if (last != NULL)
            assert_true(last->priority > item->priority ||
                        (last->priority == item->priority && last->order < item->order));
        last = item;
    }
    assert_int_equal(left, 0);
    heap_free(&heap);
    free(items);
}

/* Against a plain array: keys that collide in their low bits, put and removed at random. */
static void test_key_map(void **state)
{
    enum { KEYS = 300 };
    bool there[KEYS] = { false };
    struct key_map map = { 0 };
    struct random random;

    (void)state;
    random_seed(&random, 2);
    for (int step = 0; step < 20000; step++) {
        size_t i = random_below(&random, KEYS);
        struct hash key = { i, (i % 16) * 31 };

        if (there[i])
            key_map_remove(&map, key);
        else
            key_map_put(&map, key, &there[i]);
        there[i] = !there[i];
        i = random_below(&random, KEYS);
        key = (struct hash){ i, (i % 16) * 31 };
        assert_ptr_equal(key_map_get(&map, key), there[i] ? &there[i] : NULL);
    }
    key_map_free(&map);
}

static void test_budget(void **state)
{
    struct budget budget = { .limit = { .calls = 3, .tokens = 100, .usd = 1 } };
    struct cost worst = { 1, 40, 0.3 };
    struct err err = { 0 };

    (void)state;
    budget_reserve(&budget, &worst);
    budget_reserve(&budget, &worst);
    assert_false(budget_fits(&budget, &worst)); /* 120 tokens */
    budget_settle(&budget, &worst);
    budget_use(&budget, &(struct llm_usage){ .in = 5, .out = 5, .usd = 0.1 });
    assert_true(budget_fits(&budget, &worst)); /* 10 + 40 + 40 */
    budget.aside.tokens = 11;
    assert_false(budget_fits(&budget, &worst));
    budget_explain(&budget, &worst, &err);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_non_null(strstr(err.message, "limits.tokens = 100"));
    assert_non_null(strstr(err.message, "set aside"));
}

static void test_retry_delays(void **state)
{
    struct retry_policy policy = retry_policy_of(&(struct retry_policy){ 0 });
    struct random random;

    (void)state;
    random_seed(&random, 3);
    assert_int_equal(policy.attempts, 5);
    for (int i = 0; i < 1000; i++) {
        static const uint32_t bases[] = { 500, 1000, 2000, 4000, 8000, 8000 };

        for (unsigned made = 1; made <= 6; made++) {
            uint32_t delay = retry_delay_ms(&policy, made, 0, &random);

            assert_in_range(delay, bases[made - 1] * 3 / 4, bases[made - 1]);
        }
        assert_in_range(retry_delay_ms(&policy, 1, 2000, &random), 2000, 2500);
        assert_in_range(retry_delay_ms(&policy, 1, UINT32_MAX, &random), 3600000, 4500000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heap),
        cmocka_unit_test(test_key_map),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_retry_delays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
