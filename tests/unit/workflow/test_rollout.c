#include "graphs.h"

#include "rollout.h"

static void test_shape(void **state)
{
    const size_t examples[] = { 7, 3, 9 };
    struct workflow *workflow = graph_make("a llm question -\nb llm a -\n");
    struct rollout *rollout = rollout_new(workflow, examples, 3, true);

    (void)state;
    workflow_unref(workflow); /* the rollout has its own */
    assert_int_equal(rollout->count, 3);
    assert_int_equal(rollout->examples[1].example, 3);
    rollout->examples[2].nodes[1].output = text_from("x");
    rollout->examples[2].nodes[1].gradient = text_from("Keep: x\nChange: nothing");
    rollout->examples[0].words = text_from("lost");
    rollout_free(rollout);
    rollout_free(NULL);
}

static void test_scores(void **state)
{
    const size_t examples[] = { 0, 1, 2, 3 };
    struct workflow *workflow = graph_make("a llm question -\n");
    struct rollout *rollout = rollout_new(workflow, examples, 4, false);

    (void)state;
    assert_null(rollout->examples[0].nodes);
    rollout->examples[0].score = 1;
    rollout->examples[1].score = 0.5;
    rollout->examples[2].state = EXAMPLE_SPOILED;
    rollout->examples[3].state = EXAMPLE_LOST;
    rollout_summarise(rollout);
    assert_int_equal(rollout->scored, 2);
    assert_int_equal(rollout->spoiled, 1);
    assert_int_equal(rollout->lost, 1);
    assert_true(rollout->score == 0.5); /* the lost one is no zero */
    for (size_t i = 0; i < 4; i++)
        rollout->examples[i].state = EXAMPLE_LOST;
    rollout_summarise(rollout);
    assert_true(rollout->score == 0 && rollout->lost == 4);
    rollout_free(rollout);
    workflow_unref(workflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_scores),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
