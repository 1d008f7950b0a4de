/* Backward: which step gets which gradient, from whom, and what becomes of one that cannot be had.
 */
#include "rig.h"

static struct rollout *roll(struct rig *rig, const char *lines, enum backward_mode backward)
{
    struct workflow *workflow = rig_workflow(lines);
    struct rig_pass pass;

    rig_start(rig, &pass, workflow, backward, true);
    rig_run(rig);
    workflow_unref(workflow);
    assert_int_equal(pass.done, 1);
    if (pass.pass.result == NULL)
        fail_msg("%s", pass.pass.error.message);
    return pass.pass.result;
}

static const struct example_result *example(const struct rollout *rollout, size_t index)
{
    for (size_t i = 0; i < rollout->count; i++)
        if (rollout->examples[i].example == index)
            return &rollout->examples[i];
    fail_msg("no example %zu", index);
    return NULL;
}

static void expect_gradient(
    const struct rollout *rollout, size_t index, const char *id, const char *from)
{
    int node = workflow_find(rollout->workflow, id);
    const struct node_result *result = &example(rollout, index)->nodes[node];

    if (from == NULL) {
        assert_null(result->gradient);
        return;
    }
    if (result->gradient == NULL)
        fail_msg("%s has no gradient: %s", id,
            result->gradient_error != NULL ? result->gradient_error->data : "");
    else if (strstr(result->gradient->data, from) == NULL)
        fail_msg("%s: \"%s\" lacks \"%s\"", id, result->gradient->data, from);
}

/* Examples 44 … 63 are asked for; their numbers modulo 10 say what is wrong with them (rig.c). */
static void test_diamond(void **state)
{
    struct rollout *rollout;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 2 });
    rollout = roll(
        &rig, "a llm question A\nb llm a B\nc llm a,question C\nd llm b,c D", BACKWARD_BACKPROP);
    expect_gradient(rollout, 50, "d", "Change: d<- #");
    expect_gradient(rollout, 50, "b", "Change: b<-d, #");
    expect_gradient(rollout, 50, "c", "Change: c<-d, #");
    expect_gradient(rollout, 50, "a", "Change: a<-b,c, #"); /* one, that has seen both */
    assert_non_null(strstr(rig.seen.data, "<successor id=\"b\"><output>B("));
    assert_non_null(strstr(rig.seen.data, "Change: d<- #")); /* it travelled on */
    assert_non_null(strstr(rig.seen.data, "score: "));
    rollout_free(rollout);
    rig_close(&rig);
}

/* A gradient passes through a tool where a prompt stands before it, and ends where none does. */
static void test_tools_in_the_way(void **state)
{
    struct rollout *rollout;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 2 });
    rollout =
        roll(&rig, "q llm question Q\ns tool q\nt tool question\nr llm s,t R", BACKWARD_BACKPROP);
    expect_gradient(rollout, 50, "r", "Change: r<-");
    expect_gradient(rollout, 50, "s", "Change: s<-r,");
    expect_gradient(rollout, 50, "q", "Change: q<-s,");
    expect_gradient(rollout, 50, "t", NULL);
    assert_false(
        example(rollout, 50)->nodes[workflow_find(rollout->workflow, "t")].gradient_failed);
    rollout_free(rollout);
    rig_close(&rig);
}

static void test_lost_and_spoiled(void **state)
{
    struct rollout *rollout;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 2 });
    rollout =
        roll(&rig, "a llm question A\nb llm a,question B json garbage\nc llm b,question C lost",
            BACKWARD_BACKPROP);
    assert_int_equal(example(rollout, 52)->state, EXAMPLE_LOST);
    expect_gradient(rollout, 52, "c", NULL);
    expect_gradient(rollout, 52, "a", NULL);
    assert_int_equal(
        example(rollout, 54)->state, EXAMPLE_SPOILED); /* b spoiled it: the gradient starts there */
    expect_gradient(rollout, 54, "c", NULL);
    expect_gradient(rollout, 54, "b", "Change: b<- #");
    expect_gradient(rollout, 54, "a", "Change: a<-b, #");
    assert_non_null(strstr(rig.seen.data, "step b: no usable answer"));
    rollout_free(rollout);
    rig_close(&rig);
}

static void test_broadcast_and_workflow(void **state)
{
    struct rollout *rollout;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .shuffle_ms = 2 });
    rollout = roll(&rig, "a llm question A\ns tool a\nb llm s B", BACKWARD_BROADCAST);
    expect_gradient(rollout, 50, "a", "Change: b<- #");
    expect_gradient(rollout, 50, "b", "Change: b<- #");
    expect_gradient(rollout, 50, "s", NULL);
    assert_int_equal(client_counts(rig.client).requests[LLM_META], 20);
    rollout_free(rollout);
    rollout = roll(&rig, "a llm question A\ns tool a\nb llm s B", BACKWARD_WORKFLOW);
    assert_non_null(example(rollout, 50)->workflow_gradient);
    expect_gradient(rollout, 50, "b", NULL);
    assert_non_null(strstr(rig.seen.data, "<output step=\"s\">found(A("));
    rollout_free(rollout);
    rig_close(&rig);
}

static void test_corrective_retry(void **state)
{
    struct rollout *rollout;
    struct rig rig;

    (void)state;
    for (unsigned bad = 1; bad <= 2; bad++) {
        rig_open(&rig, &(struct rig_options){ 0 });
        rig.bad_gradients = bad;
        rollout = roll(&rig, "a llm question A\nb llm a B", BACKWARD_BACKPROP);
        for (size_t i = 44; i < 64; i++) {
            const struct example_result *at = example(rollout, i);

            assert_int_equal(at->state, EXAMPLE_SCORED);
            assert_int_equal(at->nodes[1].gradient_failed, bad == 2);
            assert_int_equal(at->nodes[1].gradient == NULL, bad == 2);
        }
        if (bad == 2) {
            assert_non_null(strstr(
                example(rollout, 50)->nodes[1].gradient_error->data, "also when asked again"));
            assert_non_null(
                strstr(example(rollout, 50)->nodes[0].gradient_error->data, "none of the steps"));
        }
        /* asked again once; a step whose readers got none is not asked for at all */
        assert_int_equal(client_counts(rig.client).requests[LLM_META], bad == 2 ? 40 : 80);
        rollout_free(rollout);
        rig_close(&rig);
    }
}

static void test_long_values_are_cut_with_a_note(void **state)
{
    struct rollout *rollout;
    struct str question = STR_INIT;
    struct rig rig;

    (void)state;
    rig_open(&rig, &(struct rig_options){ 0 });
    for (int i = 0; i < 5000; i++)
        str_add(&question, "line \xc3\xa9\n");
    text_unref(rig.task.examples[50].inputs[0]);
    rig.task.examples[50].inputs[0] = text_new(question.data, question.len);
    str_free(&question);
    rollout = roll(&rig, "a llm question A", BACKWARD_BACKPROP);
    assert_non_null(strstr(rig.seen.data, "line \xc3\xa9\n[\xe2\x80\xa6 "));
    assert_non_null(strstr(rig.seen.data, "more bytes are left out here]"));
    rollout_free(rollout);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diamond),
        cmocka_unit_test(test_tools_in_the_way),
        cmocka_unit_test(test_lost_and_spoiled),
        cmocka_unit_test(test_broadcast_and_workflow),
        cmocka_unit_test(test_corrective_retry),
        cmocka_unit_test(test_long_values_are_cut_with_a_note),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
