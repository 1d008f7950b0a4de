#include "check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

/* What a person said, proposal by proposal. */
struct person {
    unsigned reject_up_to; /* proposals 1 … this are turned down */
    const char *edit;      /* the next one is edited to this workflow; NULL: accepted */
};

static void decide(struct fake *fake, const struct proposal *proposal, struct decision *out)
{
    const struct person *person = fake->data;

    (void)snprintf(out->who, sizeof out->who, "person");
    if (proposal->ordinal <= person->reject_up_to) {
        out->verdict = VERDICT_REJECT;
        out->reason = mem_printf("reason number %u", proposal->ordinal);
        return;
    }
    out->verdict = person->edit != NULL ? VERDICT_EDIT : VERDICT_ACCEPT;
    out->workflow = person->edit != NULL ? fake_workflow(person->edit) : NULL;
}

static struct optimize_result run_reviewed(struct fake *fake, struct person *person)
{
    fake->data = person;
    fake->decide = decide;
    fake->reviewed[PROPOSAL_PROMPTS] = true;
    fake->options.outer = false;
    fake->options.rounds = 1;
    fake->input.train_count = 5;
    return run_ok(fake);
}

/* Accepted by a person: the evidence comes first, in a pass of its own, and every decision is a
 * person's. */
static void test_accept(void **state)
{
    struct fake fake;
    struct person person = { 0 };
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    result = run_reviewed(&fake, &person);
    assert_int_equal(fake.decisions, 5);
    assert_int_equal(fake.rollouts, 5 + 5);
    assert_int_equal(fake_count(&fake.facts, "accept person"), 5);
    assert_int_equal(fake_count(&fake.facts, "evidence=+5-0=0?0"), 5);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"rollout\""), 5);
    assert_non_null(strstr(
        str_text(&fake.facts), "\nproposal ordinal=1 batch=1 round=1 step=1 prompts before=w0"));
    assert_true(fabs(result.validation - 0.5) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* Turned down: the workflow stays, the next question shows what and why, and is therefore another
 * question. */
static void test_reject(void **state)
{
    struct fake fake;
    struct person person = { .reject_up_to = 2 };
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    result = run_reviewed(&fake, &person);
    assert_int_equal(fake_count(&fake.facts, "reject person reason number "), 2);
    assert_int_equal(fake_count(&fake.facts, "accept person"), 3);
    assert_int_equal(fake_count(&fake.messages, "<declined>(nothing)</declined>"), 1);
    assert_int_equal(
        fake_count(&fake.messages,
            "<declined>- answer: added a plus (turned down: reason number 1)</declined>"),
        1);
    assert_int_equal(fake_count(&fake.messages,
                         "<declined>- answer: added a plus (turned down: reason number 1)\n"
                         "- answer: added a plus (turned down: reason number 2)</declined>"),
        3);
    assert_true(fabs(result.validation - 0.3) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* Only the last five are shown. */
static void test_declined_is_bounded(void **state)
{
    struct fake fake;
    struct person person = { .reject_up_to = 8 };
    struct optimize_result result;
    const char *last;

    (void)state;
    fake_open(&fake, NULL);
    fake.options.inner_steps = 9;
    result = run_reviewed(&fake, &person);
    last = strstr(str_text(&fake.messages), "reason number 8");
    assert_non_null(last);
    while (last > str_text(&fake.messages) && strncmp(last, "<declined>", 10) != 0)
        last--;
    assert_null(strstr(last, "reason number 3)"));
    assert_non_null(strstr(last, "reason number 4)"));
    assert_int_equal(fake_count(&fake.facts, "accept person"), 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void reject_all_the_same(
    struct fake *fake, const struct proposal *proposal, struct decision *out)
{
    (void)fake;
    (void)proposal;
    out->verdict = VERDICT_REJECT;
}

/* Once the list is full of the same words, the messages repeat: then the draw tells them apart. */
static void test_draw_follows_a_rejection(void **state)
{
    struct fake fake;
    struct person person = { 0 };
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.data = &person;
    fake.decide = reject_all_the_same;
    fake.reviewed[PROPOSAL_PROMPTS] = true;
    fake.options.outer = false;
    fake.options.rounds = 1;
    fake.options.inner_steps = 8;
    fake.input.train_count = 5;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "[0] "), 6);
    assert_int_equal(fake_count(&fake.messages, "[1] "), 1);
    assert_int_equal(fake_count(&fake.messages, "[2] "), 1);
    assert_ptr_equal(result.best, fake.input.start);
    optimize_result_free(&result);
    fake_close(&fake);
}

static void test_edit(void **state)
{
    struct fake fake;
    struct person person = {
        .edit = "{\"nodes\": [{\"id\": \"answer\", \"kind\": \"llm\", \"description\": \"d\", "
                "\"prompt\": \"++++++\","
                "\"inputs\": [\"question\"]}]}",
    };
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.options.inner_steps = 1;
    result = run_reviewed(&fake, &person);
    assert_non_null(strstr(
        str_text(&fake.facts), "decision proposal=1 edit person reason=null\nworkflow w1\n"));
    assert_string_equal(result.best->nodes[0].prompt, "++++++");
    assert_true(fabs(result.validation - 0.6) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *replace_all(struct fake *fake, const struct meta_request *request)
{
    if (request->template != TEMPLATE_OPTIM_WORKFLOW)
        return fake_answer(fake, request);
    return cJSON_Parse(
        "{\"steps\":[{\"id\":\"other\",\"status\":\"new\",\"kind\":\"llm\",\"description\":\"d\","
        "\"inputs\":[\"question\"],\"tools\":[],\"replaces\":[\"answer\"]}],"
        "\"changes_made\":[\"another step\"]}");
}

/* Review of the structure alone: prompts go through by the schedule; a rejected sketch is asked
 * again in round 2. */
static void test_review_of_sketches(void **state)
{
    struct fake fake;
    struct person person = { .reject_up_to = 1 };
    struct optimize_result result;

    (void)state;
    fake_open(&fake, NULL);
    fake.data = &person;
    fake.decide = decide;
    fake.answer = replace_all;
    fake.reviewed[PROPOSAL_SKETCH] = true;
    fake.options.inner = false;
    fake.input.train_count = 5;
    result = run_ok(&fake);
    assert_int_equal(fake.decisions, 2);
    assert_int_equal(fake_count(&fake.messages, "optim-workflow"), 2);
    assert_int_equal(
        fake_count(&fake.messages, "- another step (turned down: reason number 1)"), 1);
    assert_non_null(strstr(str_text(&fake.facts), "sketch before=w0"));
    /* the same executor question after the rejection: another draw */
    assert_non_null(strstr(str_text(&fake.messages), "[1] generate"));
    optimize_result_free(&result);
    fake_close(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_reject),
        cmocka_unit_test(test_declined_is_bounded),
        cmocka_unit_test(test_draw_follows_a_rejection),
        cmocka_unit_test(test_edit),
        cmocka_unit_test(test_review_of_sketches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
