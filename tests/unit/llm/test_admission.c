/* What the client makes of an endpoint's answers: attempts, waits, money. The endpoint is a
 * provider that answers on the loop's next turn, by a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "mem.h"
#include "client.h"
#include "model.h"

enum { CALLS = 200, ATTEMPTS_MAX = 4000 };

struct rig;

struct attempt {
    struct post post;
    struct rig *rig;
    struct provider_call *call;
};

struct rig {
    uv_loop_t loop;
    struct client *client;
    const struct llm_model *model;
    struct post_queue posts;
    /* answers attempt number `n` of all (from 0): true is a reply, else what it sets in the call */
    bool (*answer)(struct rig *rig, unsigned n, struct provider_call *call);
    bool usage_known;
    bool is_dense;  /* a token for each byte, and all of max_tokens */
    unsigned width; /* of the number in a question */
    unsigned attempts, in_flight, most_in_flight;
    int64_t started_us[ATTEMPTS_MAX];
    struct llm_call calls[CALLS];
    unsigned done, replies;
    char message[512]; /* of the last failure */
    enum err_code code;
};

static void finish(struct post *post)
{
    struct attempt *attempt = (struct attempt *)post;
    struct rig *rig = attempt->rig;
    struct provider_call *call = attempt->call;
    struct err err = { 0 };
    struct llm_reply *reply = NULL;

    rig->in_flight--;
    if (rig->answer(rig, rig->attempts - 1, call)) {
        reply = llm_reply_new(text_from("yes"));
        reply->usage = (struct llm_usage){ .in = 1, .out = 1 };
        if (rig->is_dense)
            reply->usage = (struct llm_usage){ .in = llm_request_bytes(call->request),
                .out = call->request->model->max_tokens };
        call->usage_known = rig->usage_known;
    } else {
        err_set(&err, ERR_ENDPOINT, "the endpoint said no");
    }
    free(attempt);
    call->done(call, reply, reply != NULL ? NULL : &err);
}

static void start(void *ctx, struct provider_call *call)
{
    struct rig *rig = ctx;
    struct attempt *attempt = mem_zalloc(1, sizeof *attempt);

    assert_true(rig->attempts < ATTEMPTS_MAX);
    rig->started_us[rig->attempts++] = clock_us();
    if (++rig->in_flight > rig->most_in_flight)
        rig->most_in_flight = rig->in_flight;
    attempt->rig = rig;
    attempt->call = call;
    attempt->post.run = finish;
    post_add(&rig->posts, &attempt->post);
}

static void cancel(void *ctx, struct provider_call *call)
{
    (void)ctx;
    (void)call;
}

static const struct provider remote = {
    .api = "test", .is_remote = true, .start = start, .cancel = cancel
};

static void rig_open(struct rig *rig, struct client_options options)
{
    struct err err = { 0 };

    *rig = (struct rig){ .usage_known = true };
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    post_queue_open(&rig->posts, &rig->loop);
    options.loop = &rig->loop;
    options.provider = &remote;
    options.provider_ctx = rig;
    if (options.retry.first_ms == 0) {
        options.retry.first_ms = 2;
        options.retry.max_ms = 4;
    }
    rig->client = client_open(&options);
    rig->model = client_open_model(rig->client, "test", "{\"model\":\"builtin\"}", &err);
    assert_non_null(rig->model);
}

static void rig_close(struct rig *rig)
{
    client_close(rig->client);
    post_queue_close(&rig->posts, NULL);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
}

static void on_done(struct llm_call *call)
{
    struct rig *rig = call->data;

    rig->done++;
    rig->replies += call->reply != NULL;
    if (call->reply == NULL) {
        rig->code = call->error.code;
        (void)snprintf(rig->message, sizeof rig->message, "%s", call->error.message);
    }
    llm_reply_unref(call->reply);
    llm_request_unref(call->request);
}

static void ask(struct rig *rig, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char text[600];
        struct llm_message message;

        (void)snprintf(text, sizeof text, "ask %*u", (int)rig->width, i);
        message = llm_message_new(MESSAGE_USER, text_from(text));
        rig->calls[i] = (struct llm_call){
            .request =
                llm_request_new(rig->model, LLM_EXECUTOR, &message, 1, NULL, 0, NULL, NULL, 0),
            .on_done = on_done,
            .data = rig,
        };
        client_start(rig->client, &rig->calls[i]);
    }
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(rig->done, count);
}

static bool always_429(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    (void)n;
    call->retryable = call->rate_limited = true;
    call->status = 429;
    return false;
}

static bool always_500(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    (void)n;
    call->retryable = true;
    return false;
}

static void test_attempts_are_bounded(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 4 });
    rig.answer = always_429;
    ask(&rig, 1);
    assert_int_equal(rig.attempts, 30);
    assert_int_equal(rig.code, ERR_ENDPOINT);
    assert_non_null(strstr(rig.message, "the endpoint said no (30 attempts)"));
    rig_close(&rig);
    rig_open(&rig, (struct client_options){ .concurrency = 4 });
    rig.answer = always_500;
    ask(&rig, 3);
    assert_int_equal(rig.attempts, 3 * 5);
    assert_int_equal(client_counts(rig.client).failed, 3);
    assert_int_equal(client_counts(rig.client).retries, 3 * 4);
    rig_close(&rig);
}

/* A wait that would pass the total is not begun. */
static void test_total_time_is_bounded(void **state)
{
    struct rig rig;
    int64_t start_us = clock_us();

    (void)state;
    rig_open(
        &rig, (struct client_options){ .concurrency = 4,
                  .retry = { .attempts = 100, .first_ms = 20, .max_ms = 20, .total_ms = 90 } });
    rig.answer = always_500;
    ask(&rig, 1);
    assert_in_range(rig.attempts, 4, 7); /* every 15 to 20 ms, and what the loop adds */
    assert_true(clock_us() - start_us < 2000000);
    rig_close(&rig);
}

/* Where all wait for one another at an endpoint that only says "too much", that counts, too. */
static void test_total_time_of_many_is_bounded(void **state)
{
    struct rig rig;
    int64_t start_us = clock_us();

    (void)state;
    rig_open(
        &rig, (struct client_options){ .concurrency = 4,
                  .retry = { .limited = 100, .first_ms = 40, .max_ms = 40, .total_ms = 200 } });
    rig.answer = always_429;
    ask(&rig, 20);
    assert_in_range(rig.attempts, 20, 60);
    assert_int_equal(client_counts(rig.client).failed, 20);
    assert_true(clock_us() - start_us < 10000000);
    rig_close(&rig);
}

static bool wait_80_first(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    if (n >= 4)
        return true;
    call->retryable = call->rate_limited = true;
    call->retry_after_ms = 80;
    return false;
}

/* The four in flight are told to wait: nobody goes sooner, also those who were not told. */
static void test_the_gate_waits_as_told(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 4 });
    rig.answer = wait_80_first;
    ask(&rig, 40);
    assert_int_equal(rig.replies, 40);
    assert_int_equal(rig.attempts, 44);
    assert_true(rig.started_us[4] - rig.started_us[3] >= 80000);
    rig_close(&rig);
}

static bool storm(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)n;
    if (rig->in_flight + 1 <= 8)
        return true;
    call->retryable = call->rate_limited = true;
    return false;
}

/* An endpoint that bears eight at once and is asked 64: all are answered, and it is not beaten on.
 */
static void test_concurrency_adapts(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 64 });
    rig.answer = storm;
    ask(&rig, CALLS);
    assert_int_equal(rig.replies, CALLS);
    assert_int_equal(rig.most_in_flight, 64);
    assert_in_range(client_counts(rig.client).retries, 57, 250);
    rig_close(&rig);
}

static bool always_well(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    (void)n;
    (void)call;
    return true;
}

/* Neither by text of which each byte is a token. */
static void test_a_limit_is_not_passed(void **state)
{
    const uint64_t limit = 20000;
    const struct llm_usage *used;
    struct client_counts counts;
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 64, .limit_tokens = limit });
    rig.answer = always_well;
    rig.is_dense = true;
    rig.width = 500;
    ask(&rig, 100);
    counts = client_counts(rig.client);
    used = &counts.usage[LLM_EXECUTOR];
    assert_int_equal(rig.code, ERR_LIMIT);
    assert_true(rig.replies > 5 && rig.most_in_flight > 5);
    assert_true(used->in + used->out <= limit);
    rig_close(&rig);
}

/* What is not told counts as reserved: the limit is reached after as many as fit at worst. */
static void test_unknown_usage_is_the_reservation(void **state)
{
    struct llm_usage worst;
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 1, .limit_tokens = 1 });
    ask(&rig, 0);
    {
        struct llm_message message = llm_message_new(MESSAGE_USER, text_from("ask 1"));
        struct llm_request *request =
            llm_request_new(rig.model, LLM_EXECUTOR, &message, 1, NULL, 0, NULL, NULL, 0);

        worst = client_worst_case(request);
        llm_request_unref(request);
    }
    rig_close(&rig);
    for (int known = 0; known < 2; known++) {
        rig_open(&rig, (struct client_options){
                           .concurrency = 1, .limit_tokens = 3 * (worst.in + worst.out) + 1 });
        rig.answer = always_well;
        rig.usage_known = known;
        ask(&rig, 5);
        assert_int_equal(rig.replies, known ? 5 : 3);
        if (!known)
            assert_int_equal(client_counts(rig.client).usage[0].out, 3 * worst.out);
        rig_close(&rig);
    }
}

static bool billed_500(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    (void)n;
    call->retryable = call->maybe_billed = true;
    return false;
}

/* Attempts that may have been billed count, so that the limit of calls is one of attempts then. */
static void test_billed_retries_count(void **state)
{
    struct rig rig;

    (void)state;
    for (unsigned limit = 1; limit <= 6; limit++) {
        rig_open(&rig, (struct client_options){ .concurrency = 4, .limit_calls = limit });
        rig.answer = billed_500;
        ask(&rig, 1);
        assert_int_equal(rig.attempts, limit < 5 ? limit : 5);
        assert_int_equal(rig.code, limit < 5 ? ERR_LIMIT : ERR_ENDPOINT);
        assert_true(client_counts(rig.client).unknown.out > 0);
        rig_close(&rig);
    }
}

static bool first_learned(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    call->learned = n == 0;
    return n > 0;
}

/* What was learned of a model costs no attempt, and the call goes through the gate again. */
static void test_learning_is_no_retry(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig,
        (struct client_options){ .concurrency = 4, .limit_calls = 1, .retry = { .attempts = 1 } });
    rig.answer = first_learned;
    ask(&rig, 1);
    assert_int_equal(rig.attempts, 2);
    assert_int_equal(rig.replies, 1);
    assert_int_equal(client_counts(rig.client).retries, 0);
    rig_close(&rig);
}

static bool every_other_500(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    call->retryable = n % 2 == 0;
    return n % 2 != 0;
}

/* A call that has no room under a limit waits for those that will be tried again, and does not
 * stand before them. */
static void test_retries_under_a_limit(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 8, .limit_calls = 3 });
    rig.answer = always_500;
    ask(&rig, 10);
    assert_int_equal(rig.attempts, 10 * 5);
    assert_int_equal(rig.code, ERR_ENDPOINT);
    rig_close(&rig);
    rig_open(&rig, (struct client_options){ .concurrency = 8, .limit_calls = 3 });
    rig.answer = every_other_500;
    ask(&rig, 10);
    assert_int_equal(rig.replies, 3);
    assert_int_equal(rig.code, ERR_LIMIT);
    rig_close(&rig);
}

static bool pause_long(struct rig *rig, unsigned n, struct provider_call *call)
{
    (void)rig;
    (void)n;
    call->retryable = call->rate_limited = true;
    call->retry_after_ms = 60000;
    return false;
}

static void on_stop(uv_timer_t *timer)
{
    struct rig *rig = timer->data;
    struct err why = { 0 };

    err_set(&why, ERR_CANCELLED, "the user stopped");
    client_stop(rig->client, &why);
    uv_close((uv_handle_t *)timer, NULL);
}

/* A stop does not wait for the end of a pause. */
static void test_stop_within_a_pause(void **state)
{
    struct rig rig;
    uv_timer_t timer;
    int64_t start_us = clock_us();

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 2 });
    rig.answer = pause_long;
    timer.data = &rig;
    assert_int_equal(uv_timer_init(&rig.loop, &timer), 0);
    assert_int_equal(uv_timer_start(&timer, on_stop, 30, 0), 0);
    ask(&rig, 20);
    assert_int_equal(rig.code, ERR_CANCELLED);
    assert_int_equal(rig.replies, 0);
    assert_true(clock_us() - start_us < 5000000);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attempts_are_bounded),
        cmocka_unit_test(test_total_time_is_bounded),
        cmocka_unit_test(test_total_time_of_many_is_bounded),
        cmocka_unit_test(test_the_gate_waits_as_told),
        cmocka_unit_test(test_concurrency_adapts),
        cmocka_unit_test(test_a_limit_is_not_passed),
        cmocka_unit_test(test_unknown_usage_is_the_reservation),
        cmocka_unit_test(test_billed_retries_count),
        cmocka_unit_test(test_learning_is_no_retry),
        cmocka_unit_test(test_retries_under_a_limit),
        cmocka_unit_test(test_stop_within_a_pause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
