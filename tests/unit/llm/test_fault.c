#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "fixture.h"
#include "redact.h"
#include "retry.h"
#include "told.h"

enum { NOW_S = 1700000000 };

static const char *member(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
}

static struct fault net_fault(const char *net)
{
    static const struct {
        const char *net;
        enum http_end end;
        uint64_t received;
    } ends[] = {
        { "connect", HTTP_NO_CONNECTION, 0 },
        { "tls_cert", HTTP_BAD_TLS, 0 },
        { "reset_mid_body", HTTP_BROKEN, 17 },
        { "timeout_connect", HTTP_TIMEOUT_CONNECT, 0 },
        { "idle_stall", HTTP_TIMEOUT_IDLE, 3 },
        { "emfile", HTTP_NO_DESCRIPTOR, 0 },
    };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(ends[i].net, net) == 0) {
            struct http_transfer transfer = { .end = ends[i].end, .received = ends[i].received };

            return fault_of_end(&transfer);
        }
    }
    fail_msg("unknown net: %s", net);
    return (struct fault){ 0 };
}

static void check_delay(const cJSON *vector, const struct told *told)
{
    const cJSON *range = cJSON_GetObjectItem(cJSON_GetObjectItem(vector, "expect"), "delay_ms");
    struct retry_policy policy = retry_policy_of(&(struct retry_policy){ 0 });
    unsigned made = (unsigned)cJSON_GetObjectItem(vector, "attempt")->valueint + 1;
    struct random random;

    if (range == NULL)
        return;
    random_seed(&random, 1);
    for (int i = 0; i < 200; i++) {
        uint32_t delay = retry_delay_ms(&policy, made, told->retry_after_ms, &random);

        assert_in_range(delay, (uintmax_t)cJSON_GetArrayItem(range, 0)->valueint,
            (uintmax_t)cJSON_GetArrayItem(range, 1)->valueint);
    }
}

static void check_vector(const cJSON *vector)
{
    const cJSON *expect = cJSON_GetObjectItem(vector, "expect");
    const char *id = member(vector, "id");
    const char *body = member(vector, "body");
    struct str head = STR_INIT;
    struct told told;
    struct fault fault;
    const cJSON *header;

    str_add(&head, "HTTP/1.1 429 Word\r\n");
    cJSON_ArrayForEach(header, cJSON_GetObjectItem(vector, "headers"))
    {
        str_addf(&head, "%s:  %s\r\n", header->string, header->valuestring);
    }
    told = told_read(str_text(&head), head.len, (int64_t)NOW_S * 1000);
    fault = body != NULL ? fault_of_reply(cJSON_GetObjectItem(vector, "status")->valueint, &told,
                               body, strlen(body))
                         : net_fault(member(vector, "net"));
    if (strcmp(fault_name(fault.kind), member(expect, "cls")) != 0)
        fail_msg("%s: %s", id, fault_name(fault.kind));
    if (fault.retryable != (bool)cJSON_IsTrue(cJSON_GetObjectItem(expect, "retry")))
        fail_msg("%s: retryable %d", id, fault.retryable);
    if (member(expect, "message") != NULL)
        assert_string_equal(str_text(&fault.message), member(expect, "message"));
    check_delay(vector, &told);
    fault_free(&fault);
    str_free(&head);
}

static void test_vectors(void **state)
{
    size_t count;

    (void)state;
    if (!fixture_each("protocol/http_errors.jsonl", check_vector, &count)) {
        skip();
        return;
    }
    assert_true(count >= 50);
}

static void test_limits(void **state)
{
    static const char openai[] = "HTTP/1.1 200 OK\r\nX-RateLimit-Limit-Requests: 60\r\n"
                                 "x-ratelimit-remaining-requests: 59\r\n"
                                 "x-ratelimit-reset-requests: 1m0.5s\r\n"
                                 "x-ratelimit-limit-tokens: -1\r\n"
                                 "x-ratelimit-remaining-tokens: 0\r\n";
    static const char anthropic[] =
        "HTTP/1.1 200 OK\r\nanthropic-ratelimit-requests-limit: 50\r\n"
        "anthropic-ratelimit-requests-remaining: 0\r\n"
        "anthropic-ratelimit-requests-reset: 2023-11-14T22:13:50.25Z\r\n"
        "anthropic-ratelimit-tokens-limit: 1000\r\nanthropic-ratelimit-tokens-remaining: 9\r\n"
        "anthropic-ratelimit-tokens-reset: 2023-11-15T00:13:30+02:00\r\n";
    struct told told = told_read(openai, strlen(openai), 0);

    (void)state;
    assert_true(told.requests.known);
    assert_int_equal(told.requests.limit, 60);
    assert_int_equal(told.requests.remaining, 59);
    assert_int_equal(told.requests.reset_ms, 60500);
    assert_false(told.tokens.known);
    assert_int_equal(told.should_retry, -1);
    told = told_read(anthropic, strlen(anthropic), (int64_t)NOW_S * 1000);
    assert_true(told.requests.known);
    assert_int_equal(told.requests.reset_ms, 30250);
    assert_true(told.tokens.known);
    assert_int_equal(told.tokens.remaining, 9);
    assert_int_equal(told.tokens.reset_ms, 10000);
}

static void test_headers(void **state)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nA:1\r\nLong: 0123456789\r\nempty:\r\n";
    char value[8];

    (void)state;
    assert_true(http_head_find(head, strlen(head), "a", value, sizeof value));
    assert_string_equal(value, "1");
    assert_true(http_head_find(head, strlen(head), "long", value, sizeof value));
    assert_string_equal(value, "0123456");
    assert_true(http_head_find(head, strlen(head), "Empty", value, sizeof value));
    assert_string_equal(value, "");
    assert_false(http_head_find(head, strlen(head), "lon", value, sizeof value));
}

static void expect_redacted(const char *text, const char *key, const char *expected)
{
    struct str s = STR_INIT;

    str_add(&s, text);
    redact(&s, key);
    assert_string_equal(str_text(&s), expected);
    str_free(&s);
}

static void test_redact(void **state)
{
    (void)state;
    expect_redacted("", "abcdef", "");
    expect_redacted("xabcdefabcdefy", "abcdef", "x[key][key]y");
    expect_redacted("wrong: sk-proj-12345678.", NULL, "wrong: [key].");
    expect_redacted("Authorization: Bearer abcdefghijklmnop!", NULL, "Authorization: [key]!");
    expect_redacted("a task-manager asks; sk-learn", NULL, "a task-manager asks; sk-learn");
    assert_true(redact_looks_like_key("sk-abc"));
    assert_true(redact_looks_like_key("0abc"));
    assert_false(redact_looks_like_key("OPENAI_API_KEY"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_redact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
