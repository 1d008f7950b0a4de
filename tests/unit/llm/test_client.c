#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "scripted.h"

enum { CALLS = 40, CALLS_MAX = 400 };

/* A client with a scripted model, and calls whose request is "ask N". */
struct rig {
    uv_loop_t loop;
    struct script script;
    struct store *store;
    struct client *client;
    const struct llm_model *model;
    struct llm_call calls[CALLS_MAX];
    unsigned done[CALLS_MAX];
    unsigned order[CALLS_MAX], order_count; /* in which the model was asked */
    unsigned completions;
    unsigned cancel_at; /* cancels all from the completion with this number on */
};

static unsigned number_of(const struct llm_request *request)
{
    return (unsigned)strtoul(request->messages[0].content->data + 4, NULL, 10);
}

static struct llm_reply *echo(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    struct rig *rig = script->data;

    (void)err;
    (void)retryable;
    if (rig->order_count < CALLS_MAX)
        rig->order[rig->order_count++] = number_of(request);
    return script_reply(request, request->messages[0].content->data);
}

static void rig_open(struct rig *rig, struct client_options options, uint64_t seed)
{
    struct err err = { 0 };

    *rig = (struct rig){ 0 };
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    rig->script = (struct script){
        .loop = &rig->loop, .answer = echo, .data = rig, .seed = seed, .shuffle_ms = 3
    };
    script_open(&rig->script);
    options.loop = &rig->loop;
    options.provider = &scripted_provider;
    options.provider_ctx = &rig->script;
    if (options.concurrency == 0)
        options.concurrency = 8;
    if (options.retry.first_ms == 0)
        options.retry = (struct retry_policy){ .attempts = 3, .first_ms = 1, .max_ms = 2 };
    rig->store = options.store;
    rig->client = client_open(&options);
    rig->model = client_open_model(rig->client, "test", "{\"model\":\"builtin\"}", &err);
    assert_non_null(rig->model);
}

static void rig_close(struct rig *rig)
{
    for (size_t i = 0; i < CALLS_MAX; i++) {
        llm_reply_unref(rig->calls[i].reply);
        llm_request_unref(rig->calls[i].request);
    }
    client_close(rig->client);
    script_close(&rig->script);
    store_close(rig->store);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
}

static void on_done(struct llm_call *call)
{
    struct rig *rig = call->data;

    rig->done[call - rig->calls]++;
    if (++rig->completions == rig->cancel_at)
        for (size_t i = 0; i < CALLS_MAX; i++)
            if (rig->calls[i].request != NULL)
                client_cancel(rig->client, &rig->calls[i]);
}

static void start(struct rig *rig, unsigned slot, unsigned number, unsigned priority)
{
    char text[32];
    struct llm_message message;

    (void)snprintf(text, sizeof text, "ask %u", number);
    message = llm_message_new(MESSAGE_USER, text_from(text));
    rig->calls[slot] = (struct llm_call){
        .request = llm_request_new(rig->model, LLM_EXECUTOR, &message, 1, NULL, 0, NULL, NULL, 0),
        .priority = priority,
        .on_done = on_done,
        .data = rig,
    };
    client_start(rig->client, &rig->calls[slot]);
    assert_int_equal(rig->done[slot], 0); /* never from inside client_start */
}

static void run(struct rig *rig)
{
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
}

static void expect_answer(const struct rig *rig, unsigned slot, unsigned number)
{
    char text[32];

    (void)snprintf(text, sizeof text, "ask %u", number);
    assert_int_equal(rig->done[slot], 1);
    if (rig->calls[slot].reply == NULL)
        fail_msg("call %u: %s", slot, rig->calls[slot].error.message);
    assert_string_equal(rig->calls[slot].reply->content->data, text);
}

static void test_answers_and_concurrency(void **state)
{
    struct rig rig;

    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        rig_open(&rig, (struct client_options){ .concurrency = (unsigned)seed + 1 }, seed);
        for (unsigned i = 0; i < CALLS; i++)
            start(&rig, i, i, 0);
        run(&rig);
        for (unsigned i = 0; i < CALLS; i++)
            expect_answer(&rig, i, i);
        assert_int_equal(rig.script.most_in_flight, seed + 1);
        assert_int_equal(client_counts(rig.client).calls[LLM_EXECUTOR], CALLS);
        rig_close(&rig);
    }
}

static void test_joined(void **state)
{
    struct rig rig;
    unsigned cached = 0;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 2 }, 3);
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, i % 4, 0);
    run(&rig);
    for (unsigned i = 0; i < CALLS; i++) {
        expect_answer(&rig, i, i % 4);
        cached += rig.calls[i].cached;
    }
    assert_int_equal(rig.script.starts, 4);
    assert_int_equal(cached, CALLS - 4);
    assert_int_equal(client_counts(rig.client).requests[LLM_EXECUTOR], CALLS);
    assert_int_equal(client_counts(rig.client).calls[LLM_EXECUTOR], 4);
    rig_close(&rig);
}

static void test_priority_then_first_come(void **state)
{
    static const unsigned expected[] = { 0, 3, 6, 1, 4, 7, 2, 5 };
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 1 }, 0);
    for (unsigned i = 0; i < 8; i++) /* number 0 goes at once, then by priority 3, 2, 1 */
        start(&rig, i, i, 3 - i % 3);
    run(&rig);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(rig.order[i], expected[i]);
    rig_close(&rig);
}

/* Number 5 raises the priority of the one that it joins. */
static void test_joining_raises(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .concurrency = 1 }, 0);
    start(&rig, 0, 0, 0);
    start(&rig, 1, 1, 1);
    start(&rig, 2, 2, 0);
    start(&rig, 3, 2, 2);
    run(&rig);
    assert_int_equal(rig.order[1], 2);
    rig_close(&rig);
}

/* By number modulo 4: 0 answers, 1 fails for good, 2 fails twice then answers, 3 always fails. */
static struct llm_reply *flaky(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    struct rig *rig = script->data;
    unsigned number = number_of(request);
    unsigned attempt = ++rig->order[number];

    if (number % 4 == 0 || (number % 4 == 2 && attempt == 3))
        return script_reply(request, request->messages[0].content->data);
    err_set(err, ERR_ENDPOINT, "number %u does not answer", number);
    *retryable = number % 4 != 1;
    return NULL;
}

static void expect_flaky(const struct rig *rig, bool resumed)
{
    for (unsigned i = 0; i < CALLS; i++) {
        assert_int_equal(rig->done[i], 1);
        if (i % 4 == 0 || i % 4 == 2) {
            expect_answer(rig, i, i);
            continue;
        }
        assert_null(rig->calls[i].reply);
        assert_int_equal(rig->calls[i].error.code, ERR_ENDPOINT);
        assert_non_null(strstr(rig->calls[i].error.message, "does not answer"));
        assert_int_equal(rig->order[i], resumed ? 0 : (i % 4 == 1 ? 1 : 3));
    }
}

static char *make_folder(void)
{
    char *folder = mem_strdup("/tmp/flowbot-client-XXXXXX");

    assert_non_null(mkdtemp(folder));
    return folder;
}

static void drop_folder(char *folder)
{
    char *command = mem_printf("rm -rf '%s'", folder);

    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
    free(folder);
}

/* The store lives on the rig's own loop, so it is opened after the loop: through a second client.
 */
static void rig_open_stored(
    struct rig *rig, struct client_options options, const char *folder, bool create, uint64_t seed)
{
    struct err err = { 0 };

    rig_open(rig, options, seed);
    client_close(rig->client);
    run(rig);
    rig->store = create ? store_create(&rig->loop, folder, "r", "{}", &err)
                        : store_open(&rig->loop, folder, "r", &err);
    if (rig->store == NULL)
        fail_msg("%s", err.message);
    options.loop = &rig->loop;
    options.provider = &scripted_provider;
    options.provider_ctx = &rig->script;
    options.concurrency = 8;
    options.retry = (struct retry_policy){ .attempts = 3, .first_ms = 1, .max_ms = 2 };
    options.store = rig->store;
    rig->client = client_open(&options);
    rig->model = client_open_model(rig->client, "test", "{\"model\":\"builtin\"}", &err);
}

static void test_retries_and_resume(void **state)
{
    char *folder = make_folder();
    struct rig rig;

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        rig_open_stored(&rig, (struct client_options){ 0 }, folder, turn == 0, 5);
        rig.script.answer = flaky;
        for (unsigned i = 0; i < CALLS; i++)
            start(&rig, i, i, 0);
        run(&rig);
        expect_flaky(&rig, turn == 1);
        assert_int_equal(client_counts(rig.client).failed, CALLS / 2);
        assert_int_equal(client_counts(rig.client).calls[LLM_EXECUTOR], CALLS / 2);
        assert_int_equal(client_counts(rig.client).paid[LLM_EXECUTOR], turn == 0 ? CALLS / 2 : 0);
        assert_int_equal(rig.script.starts > 0, turn == 0);
        rig_close(&rig);
    }
    drop_folder(folder);
}

static struct llm_reply *fails(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    (void)script;
    (void)request;
    *retryable = true;
    err_set(err, ERR_ENDPOINT, "no");
    return NULL;
}

/* What failed attempts may have cost counts against the limit of a later sitting, too. */
static void test_unknown_usage_is_kept(void **state)
{
    char *folder = make_folder();
    struct rig rig;
    struct llm_usage unknown;

    (void)state;
    rig_open_stored(&rig, (struct client_options){ 0 }, folder, true, 5);
    rig.script.answer = fails;
    rig.script.is_billed = true;
    start(&rig, 0, 0, 0);
    run(&rig);
    assert_int_equal(rig.script.starts, 3);
    assert_int_equal(client_counts(rig.client).unknown_calls, 3);
    unknown = client_counts(rig.client).unknown;
    assert_true(unknown.in > 0 && unknown.out > 0);
    rig_close(&rig);
    rig_open_stored(&rig, (struct client_options){ .limit_calls = 5 }, folder, false, 5);
    assert_int_equal(client_counts(rig.client).unknown_calls, 3);
    assert_true(client_counts(rig.client).unknown.out == unknown.out);
    for (unsigned i = 1; i < 10; i++)
        start(&rig, i, i, 0);
    run(&rig);
    assert_int_equal(rig.script.starts, 2);
    rig_close(&rig);
    drop_folder(folder);
}

static void expect_limit(
    const struct rig *rig, unsigned asked, unsigned answered, const char *words)
{
    unsigned replies = 0;

    for (unsigned i = 0; i < asked; i++) {
        assert_int_equal(rig->done[i], 1);
        replies += rig->calls[i].reply != NULL;
        if (rig->calls[i].reply == NULL) {
            assert_int_equal(rig->calls[i].error.code, ERR_LIMIT);
            assert_non_null(strstr(rig->calls[i].error.message, words));
        }
    }
    assert_int_equal(replies, answered);
}

static void test_limit_at_every_k(void **state)
{
    struct rig rig;
    char words[64];

    (void)state;
    for (unsigned k = 1; k <= CALLS + 1; k++) {
        rig_open(&rig, (struct client_options){ .limit_calls = k }, k);
        for (unsigned i = 0; i < CALLS; i++)
            start(&rig, i, i, 0);
        run(&rig);
        (void)snprintf(words, sizeof words, "limits.calls = %u is reached", k);
        expect_limit(&rig, CALLS, k < CALLS ? k : CALLS, words);
        assert_int_equal(client_stopped(rig.client) != NULL, k < CALLS);
        assert_int_equal(rig.script.starts, k < CALLS ? k : CALLS);
        rig_close(&rig);
    }
}

/* The worst case is reserved, so that tokens and money never pass their limit; what is not used is
 * given back. */
static void test_limit_of_tokens_and_usd(void **state)
{
    struct rig rig;
    struct client_counts counts;

    (void)state;
    rig_open(&rig, (struct client_options){ .limit_tokens = 2500, .concurrency = 8 }, 1);
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, 100 + i, 0);
    run(&rig);
    counts = client_counts(rig.client);
    assert_true(counts.usage[0].in + counts.usage[0].out <= 2500);
    assert_true(
        counts.calls[0] > 20); /* 14 tokens a call: more than one worst case at a time would fit */
    expect_limit(&rig, CALLS, (unsigned)counts.calls[0], "limits.tokens = 2500");
    rig_close(&rig);

    rig_open(&rig, (struct client_options){ .limit_usd = 0.07, .concurrency = 1 }, 1);
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, 100 + i, 0);
    run(&rig);
    expect_limit(
        &rig, CALLS, 6, "limits.usd = 0.07"); /* the builtin's price is 0, so the sixth passes it */
    rig_close(&rig);
}

static struct llm_reply *priced(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    struct llm_reply *reply = echo(script, request, err, retryable);

    reply->usage.usd = 0.1 / (1 + number_of(request));
    return reply;
}

/* What all calls cost together does not depend on which came first, to the last bit. */
static void test_usd_in_any_order(void **state)
{
    double first = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct rig rig;
        double usd;

        rig_open(&rig, (struct client_options){ .concurrency = CALLS }, seed);
        rig.script.answer = priced;
        for (unsigned i = 0; i < CALLS; i++)
            start(&rig, i, i, 0);
        run(&rig);
        usd = client_counts(rig.client).usage[0].usd;
        assert_true(usd > 0.4 && usd < 0.5);
        if (seed == 1)
            first = usd;
        assert_memory_equal(&usd, &first, sizeof usd);
        rig_close(&rig);
    }
}

static void test_reserve(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct client_options){ .limit_calls = 10 }, 1);
    client_reserve(rig.client, 4, 0, 0);
    for (unsigned i = 0; i < 9; i++)
        start(&rig, i, i, 0);
    run(&rig);
    expect_limit(&rig, 9, 6, "set aside");
    client_release_reserve(rig.client);
    assert_null(client_stopped(rig.client));
    for (unsigned i = 0; i < 6; i++)
        start(&rig, 20 + i, 20 + i, 0);
    run(&rig);
    assert_int_equal(client_counts(rig.client).calls[0], 10);
    assert_int_equal(client_stopped(rig.client)->code, ERR_LIMIT);
    rig_close(&rig);
}

/* Hits count against the limit but are never refused. */
static void test_limit_counts_what_was_paid_before(void **state)
{
    char *folder = make_folder();
    struct rig rig;

    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        rig_open_stored(&rig, (struct client_options){ .limit_calls = turn < 2 ? 10 : 12 }, folder,
            turn == 0, 5);
        for (unsigned i = 0; i < 20; i++)
            start(&rig, i, i, 0);
        run(&rig);
        expect_limit(&rig, 20, turn < 2 ? 10 : 12, "limits.calls");
        assert_int_equal(rig.script.starts, turn == 0 ? 10 : turn == 1 ? 0 : 2);
        rig_close(&rig);
    }
    drop_folder(folder);
}

static void test_cancel_anywhere(void **state)
{
    struct rig rig;

    (void)state;
    for (unsigned seed = 0; seed < 100; seed++) {
        rig_open(&rig, (struct client_options){ .concurrency = 1 + seed % 9 }, seed);
        rig.script.answer = seed % 2 ? flaky : echo;
        rig.cancel_at = 1 + seed % CALLS;
        for (unsigned i = 0; i < CALLS; i++)
            start(&rig, i, i % (seed % 3 ? CALLS : 7), seed % 5);
        run(&rig);
        for (unsigned i = 0; i < CALLS; i++) {
            assert_int_equal(rig.done[i], 1);
            assert_true((rig.calls[i].reply != NULL) == (rig.calls[i].error.code == ERR_NONE));
        }
        assert_int_equal(rig.script.in_flight, 0);
        assert_int_equal(client_counts(rig.client).in_flight, 0);
        assert_int_equal(client_counts(rig.client).waiting, 0);
        rig_close(&rig);
    }
}

/* A cancelled call that is with the provider is waited for, and its reply is journalled. */
static void test_cancel_keeps_what_is_paid(void **state)
{
    char *folder = make_folder();
    struct rig rig;

    (void)state;
    rig_open_stored(&rig, (struct client_options){ 0 }, folder, true, 5);
    start(&rig, 0, 0, 0);
    client_cancel(rig.client, &rig.calls[0]);
    client_cancel(rig.client, &rig.calls[0]);
    run(&rig);
    assert_int_equal(rig.done[0], 1);
    assert_int_equal(rig.calls[0].error.code, ERR_CANCELLED);
    start(&rig, 1, 0, 0);
    run(&rig);
    expect_answer(&rig, 1, 0);
    assert_true(rig.calls[1].cached);
    assert_int_equal(rig.script.starts, 1);
    rig_close(&rig);
    drop_folder(folder);
}

static struct llm_reply *never(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    (void)script;
    (void)request;
    err_set(err, ERR_ENDPOINT, "not now");
    *retryable = true;
    return NULL;
}

/* Two callers of one request, one cancelled while the provider has it, the other in the back-off:
 * nobody is left for whom it would be tried again. */
static void test_cancelled_one_after_the_other(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig,
        (struct client_options){
            .retry = { .attempts = 3, .first_ms = 60000, .max_ms = 60000, .total_ms = 600000 } },
        1);
    rig.script.answer = never;
    for (unsigned i = 0; i < 3; i++)
        start(&rig, i, 0, 0);
    client_cancel(rig.client, &rig.calls[0]);
    while (rig.done[0] == 0)
        (void)uv_run(&rig.loop, UV_RUN_ONCE);
    assert_int_equal(client_counts(rig.client).retries, 1);
    assert_int_equal(rig.done[1] + rig.done[2], 0);
    client_cancel(rig.client, &rig.calls[2]);
    client_cancel(rig.client, &rig.calls[1]);
    run(&rig); /* ends at once: the back-off is not waited for */
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rig.done[i], 1);
        assert_int_equal(rig.calls[i].error.code, ERR_CANCELLED);
    }
    assert_int_equal(rig.script.starts, 1);
    rig_close(&rig);
}

/* While the journal is asked: what was paid and what was lost stay, and nothing is launched. */
static void test_cancelled_while_looked_up(void **state)
{
    char *folder = make_folder();
    struct rig rig;

    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        rig_open_stored(&rig, (struct client_options){ 0 }, folder, turn == 0, 5);
        rig.script.answer = flaky;
        for (unsigned i = 0; i < CALLS; i++) {
            start(&rig, i, i, 0);
            if (turn == 1)
                client_cancel(rig.client, &rig.calls[i]);
        }
        run(&rig);
        assert_int_equal(rig.script.starts > 0, turn == 0);
        for (unsigned i = 0; turn == 1 && i < CALLS; i++) {
            assert_int_equal(rig.done[i], 1);
            assert_int_equal(rig.calls[i].error.code, ERR_CANCELLED);
        }
        rig_close(&rig);
    }
    drop_folder(folder);
}

static void test_stop_and_abort(void **state)
{
    struct rig rig;
    struct err why = { 0 };

    (void)state;
    err_set(&why, ERR_CANCELLED, "stopped by the user");
    rig_open(&rig, (struct client_options){ .concurrency = 4 }, 1);
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, i, 0);
    client_stop(rig.client, &why);
    start(&rig, CALLS, CALLS, 0);
    run(&rig);
    for (unsigned i = 0; i <= CALLS; i++) {
        assert_int_equal(rig.done[i], 1);
        assert_int_equal(rig.calls[i].error.code, i < 4 ? ERR_NONE : ERR_CANCELLED);
    }
    rig_close(&rig);

    rig_open(&rig, (struct client_options){ .concurrency = 4 }, 1);
    rig.script.latency_ms = 60000;
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, i, 0);
    client_abort(rig.client);
    run(&rig);
    for (unsigned i = 0; i < CALLS; i++)
        assert_int_equal(rig.calls[i].error.code, ERR_CANCELLED);
    assert_int_equal(rig.script.cancels, 4);
    rig_close(&rig);
}

/* An aborted attempt, and one cut by a stop between two attempts, are no failures of the endpoint.
 */
static void test_cut_is_no_failure(void **state)
{
    char *folder = make_folder();
    struct rig rig;

    (void)state;
    rig_open_stored(&rig, (struct client_options){ 0 }, folder, true, 5);
    rig.script.latency_ms = 60000;
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, i, 0);
    client_abort(rig.client);
    run(&rig);
    assert_int_equal(client_counts(rig.client).failed, 0);
    rig_close(&rig);
    rig_open_stored(&rig, (struct client_options){ 0 }, folder, false, 5);
    for (unsigned i = 0; i < CALLS; i++)
        start(&rig, i, i, 0);
    run(&rig);
    for (unsigned i = 0; i < CALLS; i++)
        expect_answer(&rig, i, i);
    rig_close(&rig);
    drop_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_and_concurrency),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_priority_then_first_come),
        cmocka_unit_test(test_joining_raises),
        cmocka_unit_test(test_retries_and_resume),
        cmocka_unit_test(test_unknown_usage_is_kept),
        cmocka_unit_test(test_limit_at_every_k),
        cmocka_unit_test(test_limit_of_tokens_and_usd),
        cmocka_unit_test(test_usd_in_any_order),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_limit_counts_what_was_paid_before),
        cmocka_unit_test(test_cancel_anywhere),
        cmocka_unit_test(test_cancel_keeps_what_is_paid),
        cmocka_unit_test(test_cancelled_one_after_the_other),
        cmocka_unit_test(test_cancelled_while_looked_up),
        cmocka_unit_test(test_stop_and_abort),
        cmocka_unit_test(test_cut_is_no_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
