/* Metrics that ask a judge, over a scripted model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scorer.h"
#include "scripted.h"

struct court {
    uv_loop_t loop;
    struct script script;
    struct workers *workers;
    struct client *client;
    const struct llm_model *model;
    struct metric_plan *plan;
    struct scorer *scorer;
    const char *verdict; /* what the judge answers */
    struct str seen;     /* all that it was asked */
    size_t questions;
};

/* A comparison's answer depends on which response is the first; the rest is scripted. */
static struct llm_reply *act(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    struct court *court = script->data;
    const char *text = request->messages[1].content->data;

    *retryable = false;
    assert_int_equal(request->role, LLM_JUDGE);
    court->questions++;
    str_addf(&court->seen, "%s\n----\n", text);
    if (strcmp(court->verdict, "down") == 0) {
        err_set(err, ERR_ENDPOINT, "the judge is away");
        return NULL;
    }
    if (strstr(request->schema, "leaked") != NULL)
        return script_reply(request, "{\"reason\":\" Ann is named.\",\"leaked\":1}");
    if (strstr(request->schema, "at_least_as_good") != NULL)
        return script_reply(request, strstr(text, "<response_a>\nanswer") != NULL
                                         ? "{\"reason\":\"x\",\"at_least_as_good\":false}"
                                         : "{\"reason\":\"y\",\"at_least_as_good\":true}");
    return script_reply(request, court->verdict);
}

static const struct llm_model *find_model(void *data, const char *name)
{
    struct court *court = data;

    return strcmp(name, "judge") == 0 ? court->model : NULL;
}

static bool open_court(struct court *court, const char *model, const char *plan, struct err *err)
{
    struct client_options client = { .loop = &court->loop,
        .concurrency = 4,
        .provider = &scripted_provider,
        .provider_ctx = &court->script,
        .retry = { .attempts = 1, .first_ms = 1, .max_ms = 1 } };
    struct scorer_setup setup = {
        .loop = &court->loop, .find_model = find_model, .data = court, .where = "t.json: metric"
    };
    struct json_doc *doc = json_parse("plan", 1, plan, strlen(plan), JSON_STRICT, err);

    *court = (struct court){ .verdict = "{\"feedback\":\"Too short.\",\"score\":7}" };
    assert_int_equal(uv_loop_init(&court->loop), 0);
    court->script = (struct script){ .loop = &court->loop, .answer = act, .data = court };
    script_open(&court->script);
    court->workers = client.workers = workers_open(&court->loop, 1);
    court->client = setup.client = client_open(&client);
    court->model = client_open_model(court->client, "judge", model, err);
    assert_non_null(court->model);
    court->plan = metric_plan_new(json_root(doc), "", err);
    json_free(doc);
    assert_non_null(court->plan);
    court->scorer = scorer_open(&setup, court->plan, err);
    return court->scorer != NULL;
}

static void close_court(struct court *court)
{
    scorer_close(court->scorer);
    client_close(court->client);
    workers_close(court->workers);
    script_close(&court->script);
    assert_int_equal(uv_run(&court->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&court->loop), 0);
    metric_plan_free(court->plan);
    str_free(&court->seen);
}

static void nothing(struct scoring *scoring)
{
    (void)scoring;
}

static void judge(struct court *court, struct scoring *scoring, const char *target, bool cancel)
{
    struct text *asked = text_from("tell me of Ann");

    *scoring = (struct scoring){ .prediction = text_from("answer"),
        .target = text_from(target),
        .input = text_from("the question"),
        .asked = &asked,
        .asked_count = 1,
        .on_done = nothing };
    scorer_start(court->scorer, scoring);
    if (cancel)
        scorer_cancel(court->scorer, scoring);
    while (scoring->private_state != NULL)
        (void)uv_run(&court->loop, UV_RUN_ONCE);
    text_unref(scoring->prediction);
    text_unref(scoring->target);
    text_unref(scoring->input);
    text_unref(asked);
}

static const char remote[] = "{\"model\":\"m\",\"base_url\":\"http://127.0.0.1:9/v1\"}";

static void test_judge(void **state)
{
    struct err err = { 0 };
    struct court court;
    struct scoring scoring;

    (void)state;
    if (!open_court(&court, remote, "{\"name\":\"judge\",\"rubric\":\"Be brief.\"}", &err))
        fail_msg("%s", err.message);
    judge(&court, &scoring, "expected", false);
    assert_true(scoring.scored && fabs(scoring.score - 0.7) < 1e-12);
    assert_string_equal(scoring.words->data, "Too short.");
    text_unref(scoring.words);
    assert_non_null(strstr(court.seen.data, "<rubric>\nBe brief.\n</rubric>"));
    assert_non_null(strstr(court.seen.data, "<answer>\nanswer\n</answer>"));
    court.verdict = "{\"feedback\":\"x\",\"score\":70}"; /* asked once more, then lost */
    court.questions = 0;
    judge(&court, &scoring, "other", false);
    assert_false(scoring.scored);
    assert_int_equal(scoring.error.code, ERR_ENDPOINT);
    assert_int_equal(court.questions, 2);
    court.verdict = "down";
    judge(&court, &scoring, "third", false);
    assert_int_equal(scoring.error.code, ERR_ENDPOINT);
    assert_non_null(strstr(scoring.error.message, "the judge is away"));
    judge(&court, &scoring, "fourth", true);
    assert_int_equal(scoring.error.code, ERR_CANCELLED);
    close_court(&court);
}

/* The new answer is no match for the old one: quality 0. One of two details leaked: 0.5. */
static void test_pupa(void **state)
{
    struct err err = { 0 };
    struct court court;
    struct scoring scoring;
    static const char target[] = "{\"target_response\":\"old\",\"pii_units\":\"Ann||Bob||Ann\"}";

    (void)state;
    if (!open_court(&court, remote, "\"pupa\"", &err))
        fail_msg("%s", err.message);
    judge(&court, &scoring, target, false);
    assert_true(scoring.scored && fabs(scoring.score - 0.25) < 1e-12);
    assert_non_null(strstr(scoring.words->data, "1 of 2 private details leaked"));
    assert_non_null(strstr(scoring.words->data, "worse than the reference"));
    assert_non_null(strstr(court.seen.data, "tell me of Ann"));
    text_unref(scoring.words);
    assert_int_equal(court.questions, 3);
    court.verdict = "down";
    judge(&court, &scoring, "{\"target_response\":\"new\",\"pii_units\":\"Z\"}", false);
    assert_false(scoring.scored);
    assert_int_equal(scoring.error.code, ERR_ENDPOINT);
    judge(&court, &scoring, "{\"target_response\":\"n\",\"pii_units\":\"Y\"}", true);
    assert_int_equal(scoring.error.code, ERR_CANCELLED);
    close_court(&court);
}

static void test_builtin_cannot_judge(void **state)
{
    struct err err = { 0 };
    struct court court;

    (void)state;
    assert_false(open_court(&court, "{\"model\":\"builtin\"}", "\"judge\"", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "cannot judge"));
    close_court(&court);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_pupa),
        cmocka_unit_test(test_builtin_cannot_judge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
