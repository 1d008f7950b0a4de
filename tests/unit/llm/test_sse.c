#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "anthropic.h"
#include "fixture.h"
#include "mem.h"
#include "openai.h"
#include "protocol.h"
#include "sse.h"

/* A stream as one way of cutting it gives it: its events, and what the protocol makes of them. */
struct outcome {
    struct sse sse;
    const struct protocol *protocol;
    struct partial partial;
    cJSON *events;
    bool by_tree; /* no event is scanned */
    bool protocol_stopped;
};

static bool read_event(struct outcome *outcome, const char *name, const char *data, size_t len)
{
    bool is_openai = outcome->protocol == &openai_protocol;

    if (!outcome->by_tree || outcome->partial.ended || strncmp(data, "[DONE]", 6) == 0)
        return outcome->protocol->on_event(&outcome->partial, name, data, len);
    return (is_openai ? openai_on_event_tree : anthropic_on_event_tree)(
        &outcome->partial, name, data, len);
}

static bool on_event(void *ctx, const char *name, const char *data, size_t len)
{
    struct outcome *outcome = ctx;
    cJSON *event = cJSON_CreateObject();
    char *copy = mem_strndup(data, len);

    assert_non_null(cJSON_AddStringToObject(event, "event", name));
    assert_non_null(cJSON_AddStringToObject(event, "data", copy));
    assert_true(cJSON_AddItemToArray(outcome->events, event));
    if (!outcome->protocol_stopped)
        outcome->protocol_stopped = !read_event(outcome, name, copy, len);
    free(copy);
    return true;
}

static void outcome_open(struct outcome *outcome, const char *mode)
{
    *outcome = (struct outcome){ .sse = { .on_event = on_event } };
    outcome->protocol = strcmp(mode, "openai") == 0 ? &openai_protocol : &anthropic_protocol;
    outcome->events = cJSON_CreateArray();
    outcome->sse.ctx = outcome;
}

static void feed(struct outcome *outcome, const char *bytes, size_t len)
{
    struct err err = { 0 };
    char *copy = mem_strndup(bytes, len); /* so that reading beyond it is seen */

    assert_true(sse_feed(&outcome->sse, copy, len, &err));
    free(copy);
}

static const char *word_of(const struct outcome *outcome)
{
    if (outcome->partial.fault.kind != FAULT_NONE)
        return "error";
    return outcome->protocol->is_complete(&outcome->partial) ? "complete" : "truncated";
}

static const char *error_of(const struct outcome *outcome)
{
    return outcome->partial.fault.kind == FAULT_BAD_RESPONSE ? "bad_json" : "server_error";
}

static const char *member(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
}

static void check_outcome(struct outcome *outcome, const cJSON *vector, const char *how)
{
    const cJSON *expect = cJSON_GetObjectItem(vector, "expect");
    const cJSON *events = cJSON_GetObjectItem(vector, "events");
    const cJSON *total = cJSON_GetObjectItem(expect, "usage_total");
    const char *id = member(vector, "id");
    const char *finish = member(expect, "finish");
    struct llm_reply *reply;

    if (strcmp(word_of(outcome), member(expect, "outcome")) != 0)
        fail_msg(
            "%s %s: %s (%s)", id, how, word_of(outcome), str_text(&outcome->partial.fault.message));
    if (member(expect, "error") != NULL)
        assert_string_equal(error_of(outcome), member(expect, "error"));
    assert_string_equal(str_text(&outcome->partial.finish), finish != NULL ? finish : "");
    if (total != NULL)
        assert_int_equal(
            outcome->partial.usage.in + outcome->partial.usage.out, (uint64_t)total->valuedouble);
    assert_int_equal(
        outcome->partial.usage_known, total != NULL || (outcome->protocol == &anthropic_protocol));
    reply = partial_take_reply(&outcome->partial);
    if (strcmp(reply->content->data, member(expect, "text")) != 0)
        fail_msg("%s %s: \"%s\"", id, how, reply->content->data);
    llm_reply_unref(reply);
    if (events != NULL && strcmp(id, "invalid-utf8") != 0 &&
        !cJSON_Compare(outcome->events, events, true))
        fail_msg("%s %s: events %s", id, how, cJSON_PrintUnformatted(outcome->events));
}

static void outcome_close(struct outcome *outcome)
{
    cJSON_Delete(outcome->events);
    partial_free(&outcome->partial);
    sse_free(&outcome->sse);
}

/* Cut at `at`; piece > 0: into pieces of so many bytes instead. */
static void check_cut(
    const cJSON *vector, bool by_tree, const struct str *bytes, size_t at, size_t piece)
{
    struct outcome outcome;
    struct err err = { 0 };
    char how[64];

    outcome_open(&outcome, member(vector, "mode"));
    outcome.by_tree = by_tree;
    (void)snprintf(how, sizeof how, piece > 0 ? "in pieces of %zu%s" : "cut at %zu%s",
        piece > 0 ? piece : at, by_tree ? ", by trees" : "");
    if (piece > 0) {
        for (size_t i = 0; i < bytes->len; i += piece)
            feed(&outcome, bytes->data + i, bytes->len - i < piece ? bytes->len - i : piece);
    } else {
        feed(&outcome, bytes->data, at);
        feed(&outcome, bytes->data + at, bytes->len - at);
    }
    assert_true(sse_end(&outcome.sse, &err));
    check_outcome(&outcome, vector, how);
    outcome_close(&outcome);
}

static void check_vector(const cJSON *vector)
{
    struct str bytes = STR_INIT;

    bytes.data = fixture_base64(member(vector, "input_b64"), &bytes.len);
    for (size_t at = 0; at <= bytes.len; at++) {
        check_cut(vector, false, &bytes, at, 0);
        check_cut(vector, true, &bytes, at, 0);
    }
    for (size_t piece = 1; piece <= 5; piece++)
        check_cut(vector, false, &bytes, 0, piece);
    str_free(&bytes);
}

static void test_vectors(void **state)
{
    size_t count;

    (void)state;
    if (!fixture_each("protocol/sse.jsonl", check_vector, &count)) {
        skip();
        return;
    }
    assert_true(count >= 30);
}

static void expect_events(const char *input, const char *events)
{
    for (size_t at = 0; at <= strlen(input); at++) {
        struct outcome outcome;
        struct err err = { 0 };
        struct str got = STR_INIT;
        const cJSON *event;

        outcome_open(&outcome, "openai");
        feed(&outcome, input, at);
        feed(&outcome, input + at, strlen(input) - at);
        assert_true(sse_end(&outcome.sse, &err));
        cJSON_ArrayForEach(event, outcome.events)
        {
            str_addf(&got, "[%s|%s]", member(event, "event"), member(event, "data"));
        }
        assert_string_equal(str_text(&got), events);
        str_free(&got);
        outcome_close(&outcome);
    }
}

static void test_lines(void **state)
{
    (void)state;
    expect_events("data: a\rdata: b\r\rdata: c\r\n\r\n", "[message|a\nb][message|c]");
    expect_events("event: x\r\ndata: a\r\ndata: b\r\n\r\n", "[x|a\nb]");
    expect_events("event: x\rdata: a\r\n\rdata: b\n\r\n", "[x|a][message|b]");
    expect_events("data\n\n", "[message|]");
    expect_events("event: x\ndata:  y\nid: 1\nretry: 2\n\ndata: z\n\n", "[x| y][message|z]");
    expect_events(": comment\n\n:\n\n", "");
    expect_events("data: a\n\ndata: [DONE]", "[message|a][message|[DONE]]");
    expect_events("data: a\n\ndata: lost", "[message|a]");
    expect_events("datax: a\ndat: b\n\n", "");
}

static bool ignore(void *ctx, const char *name, const char *data, size_t len)
{
    (void)ctx;
    (void)name;
    (void)data;
    (void)len;
    return true;
}

static bool feed_many(const char *chunk, size_t len, size_t total, struct err *err)
{
    struct sse sse = { .on_event = ignore };
    bool ok = true;

    for (size_t done = 0; ok && done < total; done += len)
        ok = sse_feed(&sse, chunk, len, err);
    sse_free(&sse);
    return ok;
}

static void test_limits(void **state)
{
    char *chunk = mem_alloc(65536);
    struct err err = { 0 };

    (void)state;
    memset(chunk, 'x', 65536);
    assert_false(feed_many(chunk, 65536, SSE_LINE_MAX + 65536 * 2, &err));
    assert_non_null(strstr(err.message, "line"));
    for (size_t i = 0; i < 6; i++)
        chunk[i] = "data: "[i];
    chunk[65535] = '\n';
    assert_false(feed_many(chunk, 65536, SSE_EVENT_MAX + 65536 * 2, &err));
    assert_non_null(strstr(err.message, "event"));
    free(chunk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
