#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char chain[] = "{\"nodes\": [{\"id\": \"first\", \"kind\": \"llm\", \"description\": "
                            "\"one\", \"prompt\": \"A\", \"inputs\": "
                            "[\"question\"]}, {\"id\": \"last\", \"kind\": \"llm\", "
                            "\"description\": \"two\", \"prompt\": \"B\", \"inputs\": "
                            "[\"first\"]}]}";

static double pluses_of(const struct workflow *workflow)
{
    double count = 0;

    for (size_t i = 0; i < workflow->count; i++)
        for (const char *p = workflow->nodes[i].prompt; *p != '\0'; p++)
            count += *p == '+';
    return count;
}

/* 2 batches of 5, each of 2 rounds of 1 outer and 5 inner steps. */
static void test_paper_recipe(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 2 * 2 * (1 + 5));
    assert_int_equal(fake_count(&fake.messages, "optim-workflow"), 4);
    assert_int_equal(fake_count(&fake.messages, "optim-call"), 20);
    assert_int_equal(fake_count(&fake.json, "\"kind\":\"outer\""), 4);
    assert_int_equal(fake_count(&fake.json, "\"kind\":\"inner\""), 20);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 20);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"decision\""), 20);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"workflow\""), 21);
    assert_int_equal(fake.passes_started, 3 + 2);
    /* 10 and 20 pluses both score 1: of equals the earlier is the best */
    assert_true(fabs(pluses_of(result.best) - 10) < 0.1);
    assert_true(fabs(result.start_validation) < 1e-9 && fabs(result.validation - 1) < 1e-9);
    assert_true(fabs(result.start_test) < 1e-9 && fabs(result.test - 1) < 1e-9);
    assert_string_equal(result.no_test, "");
    optimize_result_free(&result);
    fake_close(&fake);
}

static const char golden[] =
    "workflow w0\n"
    "batch_started epoch=1 batch=1\n"
    "rollout workflow=w0 batch=1 round=1 step=1 outer score=0 failed=0 spoiled=0\n"
    "workflow_gradient e1\n"
    "workflow_gradient e2\n"
    "rollout workflow=w0 batch=1 round=1 step=2 inner score=0 failed=0 spoiled=0\n"
    "gradient answer e1\n"
    "gradient answer e2\n"
    "proposal ordinal=1 batch=1 round=1 step=2 prompts before=w0 after=w1 evidence=+2-0=0?0\n"
    "decision proposal=1 accept schedule reason=null\n"
    "workflow w1\n"
    "rollout workflow=w1 batch=1 round=1 step=3 inner score=0.1 failed=0 spoiled=0\n"
    "gradient answer e1\n"
    "gradient answer e2\n"
    "proposal ordinal=2 batch=1 round=1 step=3 prompts before=w1 after=w2 evidence=null\n"
    "decision proposal=2 accept schedule reason=null\n"
    "workflow w2\n"
    "baseline workflow=w0 validation score=0 failed=0 spoiled=0\n"
    "batch_started epoch=1 batch=2\n"
    "rollout workflow=w2 batch=2 round=1 step=1 outer score=0.2 failed=0 spoiled=0\n"
    "workflow_gradient e0\n"
    "rollout workflow=w2 batch=2 round=1 step=2 inner score=0.2 failed=0 spoiled=0\n"
    "gradient answer e0\n"
    "proposal ordinal=3 batch=2 round=1 step=2 prompts before=w2 after=w3 evidence=+1-0=0?0\n"
    "decision proposal=3 accept schedule reason=null\n"
    "workflow w3\n"
    "rollout workflow=w3 batch=2 round=1 step=3 inner score=0.3 failed=0 spoiled=0\n"
    "gradient answer e0\n"
    "proposal ordinal=4 batch=2 round=1 step=3 prompts before=w3 after=w4 evidence=null\n"
    "decision proposal=4 accept schedule reason=null\n"
    "workflow w4\n"
    "validation workflow=w2 batch=1 score=0.2 failed=0 spoiled=0 best\n"
    "validation workflow=w4 batch=2 score=0.4 failed=0 spoiled=0 best\n"
    "test workflow=w4 reason=null best=0.4 start=0\n";

/* The whole order of the facts, on three examples in batches of two. */
static void test_facts_in_order(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.input.train_count = 3;
    fake.options.batch = 2;
    fake.options.rounds = 1;
    fake.options.inner_steps = 2;
    result = run_ok(&fake);
    assert_string_equal(str_text(&fake.facts), golden);
    assert_int_equal(fake_count(&fake.json, "\"evidence_missing\":\"nothing depended on it\""), 2);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_same_run_same_facts(void **state)
{
    struct fake a, b;
    struct optimize_result result_a, result_b;

    (void)state;
    fake_open(&a, chain);
    fake_open(&b, chain);
    result_a = run_ok(&a);
    result_b = run_ok(&b);
    assert_string_equal(str_text(&a.json), str_text(&b.json));
    assert_string_equal(str_text(&a.messages), str_text(&b.messages));
    optimize_result_free(&result_a);
    optimize_result_free(&result_b);
    fake_close(&a);
    fake_close(&b);
}

/* The examples of the batch_started facts, in order. */
static char *batch_lines(uint64_t seed, unsigned epochs)
{
    struct fake fake;
    struct optimize_result result;
    struct str lines = STR_INIT;

    fake_open(&fake, NULL);
    fake.options.seed = seed;
    fake.options.epochs = epochs;
    fake.options.batch = 4;
    fake.options.outer = fake.options.inner = false;
    result = run_ok(&fake);
    for (const char *at = str_text(&fake.json); (at = strstr(at, "\"examples\":[\"e")) != NULL;
         at++) {
        str_add_n(&lines, at, strcspn(at, "]"));
        str_add_char(&lines, '\n');
    }
    optimize_result_free(&result);
    fake_close(&fake);
    return str_take(&lines);
}

static size_t count_char(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

static void test_order_of_examples(void **state)
{
    char *one = batch_lines(1, 1);
    char *again = batch_lines(1, 1);
    char *other = batch_lines(2, 1);
    char *two_epochs = batch_lines(1, 2);

    (void)state;
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    assert_int_equal(count_char(one, '\n'), 3); /* 4 + 4 + 2 */
    for (size_t i = 0; i < FAKE_TRAIN; i++) {
        char *name = mem_printf("\"e%zu\"", i);
        const char *first = strstr(one, name);

        assert_non_null(first);
        assert_null(strstr(first + 1, name));
        free(name);
    }
    assert_memory_equal(two_epochs, one, strlen(one));
    assert_string_not_equal(two_epochs + strlen(one), one);
    assert_int_equal(count_char(two_epochs, '\n'), 6);
    free(one);
    free(again);
    free(other);
    free(two_epochs);
}

static const char *say_nothing(struct fake *fake, size_t node, size_t example)
{
    (void)fake;
    (void)node;
    (void)example;
    return "Keep: everything.\nChange: nothing";
}

static const char *workflow_nothing(struct fake *fake, size_t example)
{
    return say_nothing(fake, 0, example);
}

/* Nobody wants a change: no question, no second round, no second validation, one test pass. */
static void test_nothing_to_change(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.gradient = say_nothing;
    fake.workflow_gradient = workflow_nothing;
    result = run_ok(&fake);
    assert_int_equal(fake.questions, 0);
    assert_int_equal(fake.rollouts, 2 * 2);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
    assert_int_equal(fake.passes_started, 1 + 1);
    assert_int_equal(fake_count(&fake.facts, " best again"), 2);
    assert_ptr_equal(result.best, fake.input.start);
    assert_true(result.start_test <= result.test && result.start_test >= result.test);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *same_prompt(struct fake *fake, const struct meta_request *request)
{
    cJSON *reply = fake_answer(fake, request);
    cJSON *prompt = cJSON_GetObjectItemCaseSensitive(reply, "updated_prompt");

    if (prompt != NULL) {
        char *same = fake_tag(request->message, "prompt");

        cJSON_SetValuestring(prompt, same);
        free(same);
    }
    return reply;
}

/* Asked, but nothing came of it: the round ends there and the next one asks nothing again. */
static void test_unchanged_is_not_asked_again(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.answer = same_prompt;
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 2 * 2);
    assert_int_equal(fake.questions, 2 * 2);
    assert_int_equal(fake.passes_started, 1 + 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *toggle(struct fake *fake, const struct meta_request *request)
{
    cJSON *reply = fake_answer(fake, request);
    cJSON *prompt = cJSON_GetObjectItemCaseSensitive(reply, "updated_prompt");

    if (prompt != NULL)
        cJSON_SetValuestring(
            prompt, strstr(request->message, "<prompt>Answer.<") != NULL ? "+" : "Answer.");
    return reply;
}

/* No workflow is validated twice, however often the search comes back to it. */
static void test_validated_once(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.answer = toggle;
    fake.options.batch = 1;
    fake.options.rounds = 1;
    fake.options.inner_steps = 3;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"validation\""), FAKE_TRAIN);
    assert_int_equal(fake_count(&fake.validated, "\n"), 2);
    assert_int_equal(fake_count(&fake.json, "\"again\":true"), FAKE_TRAIN - 1);
    assert_true(fabs(result.validation - 0.1) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* ---- ablations ---- */

static void test_modular_asks_each_node(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "optim-call"), 2 * 20);
    assert_int_equal(fake_count(&fake.messages, "optim-joint"), 0);
    assert_int_equal(fake.asks, 4 + 20); /* both nodes at once */
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 20);
    /* the first step's gradients come from the last's, and name them */
    assert_int_equal(fake_count(&fake.json, "\"node\":\"last\",\"example\":\"e0\""), 10 + 10);
    assert_int_equal(fake_count(&fake.json, "\"from\":[]"), 2 * 10 * 5);
    assert_int_equal(fake_count(&fake.json, "\"from\":[\""), 2 * 10 * 5);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_joint_asks_once(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.options.joint = true;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "optim-joint"), 20);
    assert_int_equal(fake_count(&fake.messages, "optim-call"), 0);
    assert_non_null(strstr(str_text(&fake.messages),
        "<step id=\"first\"><prompt>A</prompt><gradients><gradient example=\""));
    assert_non_null(strstr(str_text(&fake.json), "\"changes\":[\"a plus everywhere\"]"));
    assert_true(fabs(result.validation - 1) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_broadcast(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.options.broadcast = true;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "(node 0,"), 0);
    assert_true(fake_count(&fake.messages, "(node 1,") > 0);
    assert_int_equal(fake_count(&fake.json, "\"from\":[\""), 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_no_outer(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.options.outer = false;
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 2 * 2 * 5);
    assert_int_equal(fake_count(&fake.messages, "optim-workflow"), 0);
    assert_int_equal(fake_count(&fake.json, "workflow_gradient"), 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_no_inner(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.options.inner = false;
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 2); /* the sketch stays: round 2 would ask the same */
    assert_int_equal(fake_count(&fake.messages, "optim-call"), 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* ---- failures ---- */

static const char *blame_last(struct fake *fake, size_t node, size_t example)
{
    return node == 1 && example % 2 == 0 ? "Change: a plus" : say_nothing(fake, node, example);
}

static void test_uncriticised_node_is_not_asked(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.gradient = blame_last;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "<step>first"), 0);
    assert_int_equal(fake_count(&fake.messages, "<step>last: two (llm)</step>"), 20);
    assert_null(strstr(str_text(&fake.json), "\"gradients\":[{\"node\":\"first\""));
    optimize_result_free(&result);
    fake_close(&fake);
}

static const char *lose_gradients(struct fake *fake, size_t node, size_t example)
{
    (void)fake;
    return node == 0 || example == 3 ? NULL : "Change: a plus";
}

/* One warning a rollout names every gradient that could not be had; the others do their work. */
static void test_failed_gradients(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.gradient = lose_gradients;
    fake.input.train_count = 5;
    fake.options.rounds = fake.options.inner_steps = 1;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
    assert_non_null(strstr(str_text(&fake.json), "\"message\":\"6 gradients could not be had"));
    assert_non_null(strstr(str_text(&fake.json), "\"last, example e3: the reply was no JSON\""));
    assert_int_equal(fake_count(&fake.messages, "<step>first"), 0);
    assert_int_equal(fake_count(&fake.messages, "<step>last"), 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

static double lose_some(struct fake *fake, const struct workflow *workflow, size_t example)
{
    (void)fake;
    if (example == 2 || (example == 4 && pluses_of(workflow) > 0))
        return NAN;
    return example == 1 ? -1 : pluses_of(workflow) / 100;
}

static void test_lost_and_spoiled_examples(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.score = lose_some;
    fake.input.train_count = 5;
    fake.options.outer = false;
    fake.options.rounds = 1;
    fake.options.inner_steps = 2;
    result = run_ok(&fake);
    assert_non_null(strstr(str_text(&fake.facts), "step=1 inner score=0 failed=1 spoiled=1\n"));
    assert_non_null(
        strstr(str_text(&fake.facts), "step=2 inner score=0.00667 failed=2 spoiled=1\n"));
    assert_non_null(strstr(str_text(&fake.facts), "evidence=+2-0=1?2\n"));
    assert_non_null(strstr(str_text(&fake.json), "[\"e2\",null]"));
    assert_non_null(strstr(str_text(&fake.json), "[\"e4\",0,null]"));
    optimize_result_free(&result);
    fake_close(&fake);
}

static double lose_later(struct fake *fake, const struct workflow *workflow, size_t example)
{
    (void)fake;
    return example >= FAKE_TRAIN && pluses_of(workflow) > 0 ? NAN : 0.5;
}

static double lose_baseline(struct fake *fake, const struct workflow *workflow, size_t example)
{
    (void)fake;
    return example >= FAKE_TRAIN && pluses_of(workflow) < 1 ? NAN : 0;
}

static double lose_validation(struct fake *fake, const struct workflow *workflow, size_t example)
{
    (void)fake;
    (void)workflow;
    return example >= FAKE_TRAIN && example < FAKE_TRAIN + FAKE_VALIDATION ? NAN : 0.5;
}

static void test_all_validations_lost(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.score = lose_validation;
    result = run_ok(&fake);
    assert_ptr_equal(result.best, fake.input.start);
    assert_true(isnan(result.validation) && fabs(result.test - 0.5) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_all_lost_is_never_best(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.score = lose_later;
    result = run_ok(&fake);
    assert_ptr_equal(result.best, fake.input.start);
    assert_int_equal(fake_count(&fake.facts, "score=null failed=6"), 2);
    assert_true(fabs(result.validation - 0.5) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);

    fake_open(&fake, NULL);
    fake.score = lose_baseline;
    result = run_ok(&fake);
    assert_true(isnan(result.start_validation) && fabs(result.validation) < 1e-9);
    assert_true(isnan(result.start_test) && fabs(result.test) < 1e-9);
    assert_non_null(strstr(result.no_test, "lost"));
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_revert(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.revert_to = fake.input.start;
    fake.revert_batch = 2;
    result = run_ok(&fake);
    assert_non_null(
        strstr(str_text(&fake.facts), "decision proposal=null revert person reason=null\nworkflow "
                                      "w0\nbatch_started epoch=1 batch=2\n"
                                      "rollout workflow=w0 batch=2"));
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_no_reserve_for_the_tests(void **state)
{
    struct fake fake;
    struct optimize_result result;
    struct err err = { 0 };

    (void)state;
    fake_open(&fake, NULL);
    fake.no_reserve = true;
    /* not done: with a higher limit the tests can still be had */
    assert_int_equal(fake_run(&fake, &result, &err), EFFECT_FAILED);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_true(isnan(result.test) && isnan(result.start_test));
    assert_non_null(strstr(result.no_test, "limits"));
    assert_non_null(strstr(str_text(&fake.json), "\"start\":null,\"best\":null"));
    assert_non_null(strstr(str_text(&fake.json), "\"after_limit\":true"));
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_empty_split(void **state)
{
    struct fake fake;
    struct optimize_result result;
    struct err err = { 0 };

    (void)state;
    fake_open(&fake, NULL);
    fake.input.validation_count = 0;
    assert_int_equal(fake_run(&fake, &result, &err), EFFECT_FAILED);
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "validation"));
    assert_int_equal(fake.calls, 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* ---- bad prompt updates ---- */

/* The first reply to anything is empty; a corrected question is answered. */
static cJSON *empty_first(struct fake *fake, const struct meta_request *request)
{
    cJSON *reply = fake_answer(fake, request);
    cJSON *prompt = cJSON_GetObjectItemCaseSensitive(reply, "updated_prompt");

    if (prompt != NULL && strstr(request->message, "<refused>(nothing)</refused>") != NULL)
        cJSON_SetValuestring(prompt, " \n");
    return reply;
}

static void test_bad_prompt_is_refused_once(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.answer = empty_first;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "optim-call"), 40);
    assert_int_equal(fake_count(&fake.messages, "<refused>updated_prompt of step \"answer\""), 20);
    assert_int_equal(
        fake_count(&fake.messages, "The refused reply: {\"updated_prompt\":\" \\n\""), 20);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 0);
    assert_true(fabs(result.validation - 1) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *empty_first_toggle(struct fake *fake, const struct meta_request *request)
{
    return strstr(request->message, "<refused>(nothing)</refused>") != NULL
               ? empty_first(fake, request)
               : toggle(fake, request);
}

/* Back at a prompt whose question was once answered badly: the very same question gets another
 * draw. */
static void test_draw_follows_a_refusal(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.answer = empty_first_toggle;
    fake.input.train_count = 5;
    fake.options.outer = false;
    fake.options.rounds = 1;
    fake.options.inner_steps = 3;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "[0] optim-call"), 2 + 3);
    assert_int_equal(fake_count(&fake.messages, "[1] optim-call"), 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *always_huge(struct fake *fake, const struct meta_request *request)
{
    cJSON *reply = fake_answer(fake, request);
    cJSON *prompt = cJSON_GetObjectItemCaseSensitive(reply, "updated_prompt");

    if (prompt != NULL && strstr(request->message, "<step>last") != NULL) {
        char *huge = mem_zalloc(PROMPT_MAX + 2, 1);

        for (size_t i = 0; i < PROMPT_MAX + 1; i++)
            huge[i] = 'x';
        cJSON_ReplaceItemInObjectCaseSensitive(reply, "updated_prompt", cJSON_CreateString(huge));
        free(huge);
    }
    return reply;
}

/* One node's updates are of no use: a warning, and the other node goes on. */
static void test_bad_prompts_end_in_a_warning(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.answer = always_huge;
    fake.input.train_count = 5;
    fake.options.rounds = fake.options.inner_steps = 1;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "<step>first"), 1);
    assert_int_equal(fake_count(&fake.messages, "<step>last"), 2);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
    assert_non_null(strstr(str_text(&fake.json), "\"prompt update: last: updated_prompt of step"));
    assert_non_null(strstr(str_text(&fake.json), "\"gradients\":[{\"node\":\"first\""));
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *no_answer(struct fake *fake, const struct meta_request *request)
{
    (void)fake;
    (void)request;
    return NULL;
}

static void test_lost_updates(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.answer = no_answer;
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 2 * 2);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 2 * 2);
    assert_int_equal(fake_count(&fake.json, "the endpoint gave up"), 2 * 3);
    assert_ptr_equal(result.best, fake.input.start);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* The i-th joint reply is joint_replies[i]. */
static const char *const joint_replies[] = {
    "{\"prompts\":[{\"id\":\"lst\",\"updated_prompt\":\"x\"}],\"changes_made\":[]}",
    "{\"prompts\":[{\"id\":\"last\",\"updated_prompt\":\"+\"},{\"id\":\"last\",\"updated_prompt\":"
    "\"x\"}],"
    "\"changes_made\":[]}",
    "{\"prompts\":[{\"id\":\"first\",\"updated_prompt\":\"\"}],\"changes_made\":[]}",
    "{\"prompts\":[{\"id\":\"last\",\"updated_prompt\":\"+\"}],\"changes_made\":[\"a plus\", 7]}",
};

static cJSON *joint_script(struct fake *fake, const struct meta_request *request)
{
    return request->template == TEMPLATE_OPTIM_JOINT
               ? cJSON_Parse(joint_replies[(fake->questions - 1) % 4])
               : fake_answer(fake, request);
}

static void test_bad_joint_replies(void **state)
{
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, chain);
    fake.answer = joint_script;
    fake.options.joint = true;
    fake.options.outer = false;
    fake.options.inner_steps = 1;
    fake.options.rounds = 1;
    result = run_ok(&fake);
    /* batch 1: unknown id, then a doubled one: a warning; batch 2: empty, then good */
    assert_int_equal(fake.questions, 4);
    assert_non_null(strstr(str_text(&fake.messages), "<refused>use the ids of the steps given"));
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
    assert_non_null(strstr(str_text(&fake.json), "names the step \\\"last\\\" twice"));
    assert_non_null(strstr(str_text(&fake.json), "\"changes\":[\"a plus\"]"));
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 1);
    assert_true(fabs(result.validation - 0.1) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paper_recipe),
        cmocka_unit_test(test_facts_in_order),
        cmocka_unit_test(test_same_run_same_facts),
        cmocka_unit_test(test_order_of_examples),
        cmocka_unit_test(test_nothing_to_change),
        cmocka_unit_test(test_unchanged_is_not_asked_again),
        cmocka_unit_test(test_validated_once),
        cmocka_unit_test(test_modular_asks_each_node),
        cmocka_unit_test(test_joint_asks_once),
        cmocka_unit_test(test_broadcast),
        cmocka_unit_test(test_no_outer),
        cmocka_unit_test(test_no_inner),
        cmocka_unit_test(test_uncriticised_node_is_not_asked),
        cmocka_unit_test(test_failed_gradients),
        cmocka_unit_test(test_lost_and_spoiled_examples),
        cmocka_unit_test(test_all_validations_lost),
        cmocka_unit_test(test_all_lost_is_never_best),
        cmocka_unit_test(test_revert),
        cmocka_unit_test(test_no_reserve_for_the_tests),
        cmocka_unit_test(test_empty_split),
        cmocka_unit_test(test_bad_prompt_is_refused_once),
        cmocka_unit_test(test_draw_follows_a_refusal),
        cmocka_unit_test(test_bad_prompts_end_in_a_warning),
        cmocka_unit_test(test_lost_updates),
        cmocka_unit_test(test_bad_joint_replies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
