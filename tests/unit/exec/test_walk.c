#include "rig.h"
#include "walk.h"

struct order {
    struct walk walk;
    size_t nodes[16], count;
};

static void note(void *data, size_t node)
{
    struct order *order = data;

    order->nodes[order->count++] = node;
}

static void expect(const struct order *order, size_t count, const size_t *nodes)
{
    assert_int_equal(order->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(order->nodes[i], nodes[i]);
}

static void test_diamond_both_ways(void **state)
{
    struct workflow *workflow =
        rig_workflow("a llm question A\nb llm a B\nc llm a,question C\nd llm b,c,a D");
    struct order order = { 0 };

    (void)state;
    walk_open(&order.walk, workflow, false, NULL);
    walk_start(&order.walk, note, &order);
    expect(&order, 1, (size_t[]){ 0 });
    walk_done(&order.walk, 0, note, &order);
    expect(&order, 3, (size_t[]){ 0, 1, 2 });
    walk_done(&order.walk, 2, note, &order);
    expect(&order, 3, (size_t[]){ 0, 1, 2 });
    walk_done(&order.walk, 1, note, &order);
    expect(&order, 4, (size_t[]){ 0, 1, 2, 3 });
    assert_int_equal(order.walk.running, 1);
    walk_close(&order.walk);

    order.count = 0;
    walk_open(&order.walk, workflow, true, NULL);
    walk_start(&order.walk, note, &order);
    expect(&order, 1, (size_t[]){ 3 });
    walk_done(&order.walk, 3, note, &order);
    expect(&order, 3, (size_t[]){ 3, 1, 2 });
    walk_done(&order.walk, 1, note, &order);
    walk_done(&order.walk, 2, note, &order);
    expect(&order, 4, (size_t[]){ 3, 1, 2, 0 });
    walk_close(&order.walk);
    workflow_unref(workflow);
}

static void test_failure_blocks_and_members_count(void **state)
{
    struct workflow *workflow =
        rig_workflow("a llm question A\nb llm question B\nc llm a C\nd llm b,c D");
    struct order order = { 0 };
    const unsigned char members[] = { 1, 0, 1, 1 };

    (void)state;
    walk_open(&order.walk, workflow, false, NULL);
    walk_start(&order.walk, note, &order);
    walk_fail(&order.walk, 0);
    walk_done(&order.walk, 1, note, &order);
    assert_int_equal(order.count, 2);
    assert_int_equal(order.walk.running, 0);
    assert_int_equal(order.walk.left, 2);
    walk_close(&order.walk);

    order.count = 0;
    walk_open(&order.walk, workflow, true, members);
    walk_start(&order.walk, note, &order);
    walk_done(&order.walk, 3, note, &order);
    walk_done(&order.walk, 2, note, &order);
    expect(&order, 3, (size_t[]){ 3, 2, 0 });
    walk_close(&order.walk);
    workflow_unref(workflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diamond_both_ways),
        cmocka_unit_test(test_failure_blocks_and_members_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
