/* Forward: data flow, failures of single examples, agents and tools, and that no order of arrival
 * shows. */
#include "rig.h"

#define CHAIN "a llm question A\nb llm a B\nc llm b C"
#define DIAMOND \
    "a llm question A lost\nb llm a,question B garbage json\nc llm a,question C lost\nd llm b,c D"
#define TOOLS "q llm question Q\ns tool question,q\nr llm question,s R lost\nt tool r"
#define AGENT "g agent question G\nh llm g,question H json garbage"

static const char *const graphs[] = { CHAIN, DIAMOND, TOOLS, AGENT };
static const enum backward_mode modes[] = { BACKWARD_NONE, BACKWARD_BACKPROP, BACKWARD_BROADCAST,
    BACKWARD_WORKFLOW };

static void test_same_under_every_order(void **state)
{
    (void)state;
    for (size_t g = 0; g < 4; g++)
        for (size_t m = 0; m < 4; m++) {
            char *first = rig_once(&(struct rig_options){ .concurrency = 1 }, graphs[g], modes[m]);

            for (uint64_t seed = 0; seed < 20; seed++) {
                const struct rig_options options = {
                    .seed = seed, .concurrency = seed % 2 ? 64 : 5, .shuffle_ms = 3
                };
                char *again = rig_once(&options, graphs[g], modes[m]);

                assert_string_equal(first, again);
                free(again);
            }
            free(first);
        }
}

static void expect_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void test_failures_stay_with_their_example(void **state)
{
    char *text = rig_once(&(struct rig_options){ 0 }, DIAMOND, BACKWARD_NONE);

    (void)state;
    /* of the twenty: two "lost", two "lost garbage" (lost wins), two "garbage" */
    expect_in(text, "14 scored 2 spoiled 4 lost");
    expect_in(text, "step b: no usable answer, also when asked again");
    expect_in(text, "step a: the endpoint is gone");
    expect_in(text, "  b: no JSON here");
    free(text);
    text = rig_once(&(struct rig_options){ 0 }, TOOLS, BACKWARD_NONE);
    expect_in(text, "step s: the query is wrong");
    expect_in(text, "step s: the tool is down");
    expect_in(text, "found(R(");
    free(text);
}

static void test_agents(void **state)
{
    char *text = rig_once(&(struct rig_options){ 0 }, "g agent question G", BACKWARD_NONE);

    (void)state;
    expect_in(text, "still calling tools after 8 turns");
    expect_in(text, "step g: the tool is down"); /* lost */
    expect_in(text,
        "16 scored 2 spoiled 2 lost"); /* a wrong tool call is told to the model, no failure */
    free(text);
}

/* What a filter held back is neither an answer nor a wish for tools, whatever came with it. */
static void test_agents_and_the_filter(void **state)
{
    struct rig rig;
    struct rig_pass pass;
    struct workflow *workflow = rig_workflow("g agent question G filtered");
    char *text;

    (void)state;
    fake_tools_calls = 0;
    rig_open(&rig, &(struct rig_options){ 0 });
    rig_start(&rig, &pass, workflow, BACKWARD_NONE, true);
    workflow_unref(workflow);
    rig_run(&rig);
    text = rig_describe(pass.pass.result);
    expect_in(text, "step g: the answer was held back by the endpoint's content filter");
    assert_null(strstr(text, "found("));
    assert_int_equal(fake_tools_calls, 0);
    free(text);
    rollout_free(pass.pass.result);
    rig_close(&rig);
}

static void test_checked_output_is_the_object_alone(void **state)
{
    char *text = rig_once(&(struct rig_options){ 0 }, "a llm question A json", BACKWARD_NONE);

    (void)state;
    expect_in(text, "a: {\"v\":\"A ");
    assert_null(strstr(text, "```"));
    free(text);
}

static void test_sections(void **state)
{
    struct text *texts[] = { text_from("one"), text_from("") };
    const char *const names[] = { "question", "step-1" };
    struct str out = STR_INIT;

    (void)state;
    pass_sections(names, (const struct text *const *)texts, 2, &out);
    assert_string_equal(out.data, "## question\n\none\n\n## step-1\n\n\n");
    str_free(&out);
    text_unref(texts[0]);
    text_unref(texts[1]);
}

/* Without texts the scores are the same, and only the words of what was lost or spoiled come back.
 */
static void test_without_texts(void **state)
{
    struct workflow *workflow = rig_workflow(DIAMOND);
    struct rig_pass with, without;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 1 });
    rig_start(&rig, &with, workflow, BACKWARD_NONE, true);
    rig_start(&rig, &without, workflow, BACKWARD_NONE, false);
    workflow_unref(workflow);
    rig_run(&rig);
    assert_true(with.pass.result->score == without.pass.result->score);
    assert_true(with.pass.result->score > 0);
    for (size_t i = 0; i < 20; i++) {
        const struct example_result *example = &without.pass.result->examples[i];

        assert_null(example->nodes);
        assert_null(example->input);
        assert_true((example->words == NULL) == (example->state == EXAMPLE_SCORED));
        assert_true(example->score == with.pass.result->examples[i].score);
    }
    /* what never came to a node is no failure of it */
    assert_true(with.pass.result->ends[0].done == 16 && with.pass.result->ends[0].failed == 4);
    assert_true(with.pass.result->ends[1].done == 14 && with.pass.result->ends[1].failed == 2);
    assert_true(with.pass.result->ends[3].done == 14 && with.pass.result->ends[3].failed == 0);
    rollout_free(with.pass.result);
    rollout_free(without.pass.result);
    rig_close(&rig);
}

/* Two passes that ask the same pay once. */
static void test_passes_share_calls(void **state)
{
    struct workflow *workflow = rig_workflow(CHAIN);
    struct rig_pass passes[3];
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 2, .concurrency = 64 });
    for (size_t i = 0; i < 3; i++)
        rig_start(&rig, &passes[i], workflow, BACKWARD_NONE, true);
    rig_run(&rig);
    assert_int_equal(rig.script.starts, 60);
    assert_int_equal(client_counts(rig.client).requests[LLM_EXECUTOR], 180);
    for (size_t i = 0; i < 3; i++)
        rollout_free(passes[i].pass.result);
    rig_close(&rig);
    workflow_unref(workflow);
}

static void test_empty_pass(void **state)
{
    struct workflow *workflow = rig_workflow(CHAIN);
    struct rig_pass pass = { 0 };
    struct rig rig;

    (void)state;
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        rig_open(&rig, &(struct rig_options){ 0 });
        rig_start(&rig, &pass, workflow, BACKWARD_NONE, true);
        pass_cancel(&pass.pass);
        rig_run(&rig);
        pass.pass.request = (struct rollout_request){ .workflow = workflow };
        pass.done = 0;
        pass_start(&pass.pass);
        assert_int_equal(pass.done, 0);
        if (cancelled)
            pass_cancel(&pass.pass);
        rig_run(&rig);
        assert_int_equal(pass.done, 1);
        assert_true((pass.pass.result == NULL) == cancelled);
        rollout_free(pass.pass.result);
        rig_close(&rig);
    }
    workflow_unref(workflow);
}

/* Exec: no metric, no targets. */
static void test_without_metric(void **state)
{
    struct workflow *workflow = rig_workflow(CHAIN);
    struct rig_pass pass;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ 0 });
    rig.task.metric = NULL;
    rig_start(&rig, &pass, workflow, BACKWARD_NONE, true);
    rig_run(&rig);
    assert_int_equal(pass.pass.result->scored, 20);
    assert_non_null(pass.pass.result->examples[3].nodes[2].output);
    assert_null(pass.pass.result->examples[3].words);
    rollout_free(pass.pass.result);
    rig_close(&rig);
    workflow_unref(workflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_under_every_order),
        cmocka_unit_test(test_failures_stay_with_their_example),
        cmocka_unit_test(test_agents),
        cmocka_unit_test(test_agents_and_the_filter),
        cmocka_unit_test(test_checked_output_is_the_object_alone),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_without_texts),
        cmocka_unit_test(test_passes_share_calls),
        cmocka_unit_test(test_empty_pass),
        cmocka_unit_test(test_without_metric),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
