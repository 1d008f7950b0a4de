#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "talk.h"

/* OpenAI's protocol against a server that answers as the many servers do. */

#define PLAIN "{\"model\":\"m\",\"base_url\":\"http://127.0.0.1:%u/v1\"}"
#define CHUNK(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define FINISH(why) \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why "\"}]}\n\n"
#define DONE "data: [DONE]\n\n"

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],"
    "\"additionalProperties\":false}";
static const struct llm_tool search = {
    .name = "search",
    .description = "Searches.",
    .parameters = "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\"}}}",
};

static void ask_schema(struct talk *talk)
{
    struct llm_message message = llm_message_new(MESSAGE_USER, text_from("What?"));

    talk_ask_request(talk,
        llm_request_new(talk->model, LLM_META, &message, 1, NULL, 0, "answer of it", schema, 0));
}

static void ask_tools(struct talk *talk)
{
    struct llm_message message = llm_message_new(MESSAGE_USER, text_from("Which?"));

    talk_ask_request(
        talk, llm_request_new(talk->model, LLM_META, &message, 1, &search, 1, NULL, NULL, 0));
}

static void expect_reply(const struct talk *talk, const char *content, enum finish_reason finish)
{
    if (talk->call.reply == NULL)
        fail_msg("%s", talk->call.error.message);
    assert_string_equal(talk->call.reply->content->data, content);
    assert_int_equal(talk->call.reply->finish, finish);
}

static void expect_error(const struct talk *talk, const char *part)
{
    assert_null(talk->call.reply);
    assert_int_equal(talk->call.error.code, ERR_ENDPOINT);
    if (strstr(talk->call.error.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, talk->call.error.message);
}

static char *stream_with_usage(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    CANNED_MUST(NULL != strstr(head, "POST /v1/chat/completions HTTP/1.1"));
    CANNED_MUST(NULL == strcasestr(head, "authorization"));
    CANNED_MUST(
        NULL != strstr(body, "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    CANNED_MUST(NULL != strstr(body, "\"max_tokens\":4096"));
    return canned_stream(CHUNK("Par") CHUNK("is") FINISH(
        "stop") "data: {\"model\":\"m-2\",\"choices\":[],\"usage\":{\"prompt_tokens\":30,"
                "\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":10}}}"
                "\n\n" DONE);
}

static void test_stream(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, stream_with_usage, NULL,
        "{\"model\":\"m\",\"base_url\":\"http://127.0.0.1:%u/v1/\","
        "\"price\":{\"in\":1,\"cached\":0.5,\"out\":2}}");
    talk_ask(&talk, "The capital of France?");
    expect_reply(&talk, "Paris", FINISH_STOP);
    assert_int_equal(talk.call.reply->usage.in, 30);
    assert_int_equal(talk.call.reply->usage.cached_in, 10);
    assert_int_equal(talk.call.reply->usage.out, 2);
    assert_true(talk.call.reply->usage_known);
    assert_string_equal(talk.call.reply->served_by, "m-2");
    assert_true(talk.call.reply->usage.usd > 28.9e-6 && talk.call.reply->usage.usd < 29.1e-6);
    for (int i = 0; i < 5; i++) {
        char *question = mem_printf("%d?", i);

        talk_ask(&talk, question);
        expect_reply(&talk, "Paris", FINISH_STOP);
        free(question);
    }
    assert_int_equal(canned_connections(talk.server), 1); /* one connection, used again */
    talk_close(&talk);
}

static char *whole(void *data, unsigned count, const char *head, const char *body)
{
    (void)head;
    (void)count;
    CANNED_MUST(NULL == strstr(body, "\"stream\""));
    return canned_json(200, data);
}

static void expect_whole(const char *reply, const char *content, enum finish_reason finish)
{
    char *copy = mem_strdup(reply);
    struct talk talk;

    talk_open(&talk, whole, copy,
        "{\"model\":\"m\",\"stream\":false,\"base_url\":\"http://127.0.0.1:%u/v1\"}");
    talk_ask(&talk, "?");
    expect_reply(&talk, content, finish);
    talk_close(&talk);
    free(copy);
}

static void test_whole(void **state)
{
    (void)state;
    expect_whole("{\"choices\":[{\"message\":{\"content\":\"Rome\"},\"finish_reason\":\"stop\"}]}",
        "Rome", FINISH_STOP);
    expect_whole(
        "\n\n{\"choices\":[{\"message\":{\"content\":\"Ro\"},\"finish_reason\":\"length\"}]}", "Ro",
        FINISH_LENGTH);
    expect_whole("{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No.\"},"
                 "\"finish_reason\":\"stop\"}]}",
        "No.", FINISH_FILTER);
    expect_whole("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"A\"},"
                 "{\"type\":\"text\",\"text\":\"B\"}]},\"finish_reason\":\"strange\"}]}",
        "AB", FINISH_OTHER);
    expect_whole("{\"choices\":[{\"message\":{\"content\":\"a\\u0000b\\\\u0000\"},"
                 "\"finish_reason\":\"stop\"}]}",
        "a\xef\xbf\xbd"
        "b\\u0000",
        FINISH_STOP);
    expect_whole("{\"choices\":[{\"message\":{\"content\":\"<think>hm</think>\\n\\nYes\"},"
                 "\"finish_reason\":\"stop\"}]}",
        "Yes", FINISH_STOP);
    expect_whole("{\"choices\":[{\"message\":{\"content\":\"hm, no\\n</think>Yes\"},"
                 "\"finish_reason\":\"stop\"}]}",
        "Yes", FINISH_STOP);
    expect_whole("{\"choices\":[{\"message\":{\"content\":\"<think>so far\"},"
                 "\"finish_reason\":\"length\"}]}",
        "", FINISH_LENGTH);
}

/* JSON where a stream was asked for, by type or by its look. */
static char *json_instead(void *data, unsigned count, const char *head, const char *body)
{
    static const char reply[] =
        "{\"choices\":[{\"message\":{\"content\":\"Oslo\",\"reasoning\":\"cold\"},"
        "\"finish_reason\":\"stop\"}]}";

    (void)data;
    (void)head;
    (void)body;
    return count == 1 ? canned_json(200, reply) : canned_with(200, "", reply);
}

static void test_json_instead(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, json_instead, NULL, PLAIN);
    talk_ask(&talk, "one");
    expect_reply(&talk, "Oslo", FINISH_STOP);
    assert_string_equal(talk.call.reply->reasoning->data, "cold");
    assert_false(talk.call.reply->usage_known);
    talk_ask(&talk, "two");
    expect_reply(&talk, "Oslo", FINISH_STOP);
    talk_close(&talk);
}

#define REFUSE(message) \
    canned_json(400, "{\"error\":{\"message\":\"" message \
                     "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}")

static char *picky(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    if (strstr(body, "\"max_tokens\"") != NULL)
        return REFUSE("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                      "'max_completion_tokens' instead.");
    if (strstr(body, "\"temperature\"") != NULL)
        return REFUSE("Unsupported value: 'temperature' does not support 0.2 with this model. Only "
                      "the default (1) value is supported.");
    if (strstr(body, "\"stream_options\"") != NULL)
        return REFUSE("Unrecognized request argument supplied: stream_options");
    if (strstr(body, "\"json_schema\"") != NULL)
        return REFUSE("This response_format type is unavailable now");
    return canned_stream(CHUNK("{\\\"a\\\":\\\"b\\\"}") FINISH("stop") DONE);
}

static void test_learns(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, picky, NULL,
        "{\"model\":\"m\",\"temperature\":0.2,\"base_url\":\"http://127.0.0.1:%u\"}");
    ask_schema(&talk);
    expect_reply(&talk, "{\"a\":\"b\"}", FINISH_STOP);
    assert_int_equal(talk.call.reply->attempts, 1);
    assert_int_equal(canned_requests(talk.server), 5);
    talk_ask(&talk, "again");
    assert_int_equal(canned_requests(talk.server), 6); /* once learned, never asked again */
    assert_true(talk.model->quirks->completion_tokens);
    assert_true(talk.model->quirks->no_temperature);
    assert_int_equal(talk.model->quirks->schema, SCHEMA_JSON_OBJECT);
    talk_close(&talk);
}

static char *never_content(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    (void)body;
    return REFUSE(
        "max_tokens is not supported, nor max_completion_tokens, nor stream, nor anything");
}

static void test_learning_ends(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, never_content, NULL, PLAIN);
    talk_ask(&talk, "?");
    expect_error(&talk, "bad_request (HTTP 400): max_tokens is not supported");
    assert_true(canned_requests(talk.server) < 8);
    talk_close(&talk);
}

static char *tools_streamed(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    CANNED_MUST(NULL != strstr(body,
                            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"search\""));
    return canned_stream(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"tool_calls\":[{\"index\":0,"
        "\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"search\",\"arguments\":\"\"}}"
        "]}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
        "{\"arguments\":\"{\\\"query\\\":\"}}]}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"c2\","
        "\"function\":{\"name\":\"search\",\"arguments\":\"{}\"}}]}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
        "{\"arguments\":\"\\\"x\\\"}\"}}]}}]}\n\n" FINISH("tool_calls") DONE);
}

static void test_tools(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, tools_streamed, NULL, PLAIN);
    ask_tools(&talk);
    expect_reply(&talk, "", FINISH_TOOL_CALLS);
    assert_int_equal(talk.call.reply->call_count, 2);
    assert_string_equal(talk.call.reply->calls[0].id, "c1");
    assert_string_equal(talk.call.reply->calls[0].name, "search");
    assert_string_equal(talk.call.reply->calls[0].arguments, "{\"query\":\"x\"}");
    assert_string_equal(talk.call.reply->calls[1].id, "c2");
    assert_string_equal(talk.call.reply->calls[1].arguments, "{}");
    talk_close(&talk);
}

static char *no_tools(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)head;
    if (strstr(body, "\"tools\":") != NULL)
        return canned_json(500,
            "{\"error\":{\"code\":500,\"message\":\"tools param requires --jinja flag\","
            "\"type\":\"server_error\"}}");
    CANNED_MUST(NULL != strstr(body, "You can call these tools:\\n- search: Searches."));
    if (count == 2)
        return canned_stream(CHUNK("```json\\n{\\\"tool\\\": \\\"search\\\", \\\"arguments\\\": "
                                   "{\\\"query\\\": \\\"x\\\"}}\\n```") FINISH("stop") DONE);
    CANNED_MUST(
        NULL != strstr(body, "{\"role\":\"assistant\",\"content\":\"{\\\"tool\\\":\\\"search\\\","
                             "\\\"arguments\\\":{\\\"query\\\":\\\"x\\\"}}\"}"));
    CANNED_MUST(
        NULL != strstr(body, "{\"role\":\"user\",\"content\":\"Result of search:\\nfound it\"}"));
    return canned_stream(CHUNK("It is x.") FINISH("stop") DONE);
}

static void test_tools_in_words(void **state)
{
    struct llm_message messages[3];
    struct talk talk;

    (void)state;
    talk_open(&talk, no_tools, NULL, PLAIN);
    ask_tools(&talk);
    expect_reply(&talk, "", FINISH_TOOL_CALLS);
    assert_int_equal(talk.call.reply->call_count, 1);
    assert_string_equal(talk.call.reply->calls[0].name, "search");
    assert_string_equal(talk.call.reply->calls[0].arguments, "{\"query\":\"x\"}");
    messages[0] = llm_message_new(MESSAGE_USER, text_from("Which?"));
    messages[1] = llm_message_copy(&(struct llm_message){ .role = MESSAGE_ASSISTANT,
        .content = talk.call.reply->content,
        .calls = talk.call.reply->calls,
        .call_count = 1 });
    messages[2] = llm_message_new(MESSAGE_TOOL, text_from("found it"));
    messages[2].call_id = mem_strdup(talk.call.reply->calls[0].id);
    talk_ask_request(
        &talk, llm_request_new(talk.model, LLM_META, messages, 3, &search, 1, NULL, NULL, 0));
    expect_reply(&talk, "It is x.", FINISH_STOP);
    talk_close(&talk);
}

struct script {
    const char *first; /* stream body or, with a status, JSON */
    int status;
};

/* The first answer as scripted, the next one well. */
static char *once(void *data, unsigned count, const char *head, const char *body)
{
    const struct script *script = data;

    (void)head;
    (void)body;
    if (count > 1)
        return canned_stream(CHUNK("ok") FINISH("stop") DONE);
    if (script->first == NULL)
        return NULL;
    return script->status == 0 ? canned_stream(script->first)
                               : canned_json(script->status, script->first);
}

static void expect_retried(int status, const char *first, bool retried, const char *words)
{
    struct script script = { first, status };
    struct talk talk;

    talk_open(&talk, once, &script, PLAIN);
    talk_ask(&talk, "?");
    if (retried) {
        expect_reply(&talk, "ok", FINISH_STOP);
        assert_int_equal(talk.call.reply->attempts, 2);
    } else {
        expect_error(&talk, words);
        assert_int_equal(canned_requests(talk.server), 1);
    }
    talk_close(&talk);
}

static void test_failures(void **state)
{
    (void)state;
    expect_retried(0, CHUNK("half"), true, "");
    expect_retried(0, CHUNK("half") DONE, true, "");
    expect_retried(
        0, CHUNK("half") "data: {\"error\":{\"message\":\"x\",\"code\":503}}\n\n", true, "");
    expect_retried(0, "data: nonsense\n\n", true, "");
    expect_retried(0, "", true, "");
    expect_retried(200, "<html>log in</html>", true, "");
    expect_retried(200, "{\"choices\":[{\"mess", true, "");
    expect_retried(200, "{\"error\":{\"code\":\"429\",\"message\":\"slow\"}}", true, "");
    expect_retried(200, "{}", true, "");
    expect_retried(500, "", true, "");
    expect_retried(-1, NULL, true, "");
    expect_retried(0, "data: {\"error\":{\"message\":\"prompt is too long: 9 > 8\"}}\n\n", false,
        "context_length: prompt is too long: 9 > 8");
    expect_retried(200, "{\"error\":{\"code\":402,\"message\":\"pay\"}}", false, "quota: pay");
    expect_retried(404, "{\"error\":\"no model x\"}", false, "not_found (HTTP 404): no model x");
    expect_retried(400, "{\"error\":{\"message\":\"\\u001b[2Jbad\\nline\"}}", false, "bad_request");
    expect_retried(307, "", false, "HTTP 307");
}

/* More than max_tokens can be: no reply, whatever comes after it. */
static char *endless(void *data, unsigned count, const char *head, const char *body)
{
    char *text = mem_alloc(700001);
    char *stream, *answer;

    (void)data;
    (void)count;
    (void)head;
    (void)body;
    memset(text, 'x', 700000);
    text[700000] = '\0';
    stream = mem_printf("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
                        "\"finish_reason\":\"stop\"}]}\n\n",
        text);
    answer = canned_stream(stream);
    free(stream);
    free(text);
    return answer;
}

static void test_endless(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, endless, NULL, PLAIN);
    talk_ask(&talk, "?");
    expect_error(&talk, "bad_response: the reply does not end");
    assert_int_equal(canned_requests(talk.server), 3);
    talk_close(&talk);
}

static char *echo_key(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)body;
    CANNED_MUST(NULL != strstr(head, "Authorization: Bearer secret-value-0123456789\r\n"));
    if (count == 1)
        return canned_stream(CHUNK("key: secret-value-0123456789") FINISH("stop"));
    if (count == 3)
        return canned_json(200,
            "{\"model\":\"m-secret-value-0123456789\",\"choices\":[{\"index\":0,"
            "\"finish_reason\":\"stop\",\"message\":{\"content\":null,"
            "\"refusal\":\"no, secret-value-0123456789\"}}]}");
    if (count == 4) { /* the key lies across where the words are cut */
        char *page = mem_printf("%*s secret-value-0123456789", 285, "");
        char *answer;

        memset(page, '.', 285);
        answer = canned_json(400, page);
        free(page);
        return answer;
    }
    return canned_json(401, "{\"error\":{\"message\":\"bad key secret-value-0123456789 or "
                            "sk-abcdefgh12345\"}}");
}

static void test_key(void **state)
{
    struct talk talk;

    (void)state;
    assert_int_equal(setenv("TEST_LLM_KEY", "secret-value-0123456789", 1), 0);
    talk_open(&talk, echo_key, NULL,
        "{\"model\":\"m\",\"api_key_env\":\"TEST_LLM_KEY\",\"base_url\":\"http://127.0.0.1:%u\"}");
    assert_null(strstr(talk.model->identity, "secret"));
    talk_ask(&talk, "one");
    expect_reply(&talk, "key: [key]", FINISH_STOP);
    talk_ask(&talk, "two");
    expect_error(&talk, "auth (HTTP 401): bad key [key] or [key]");
    talk_ask(&talk, "three");
    expect_reply(&talk, "no, [key]", FINISH_FILTER);
    assert_string_equal(talk.call.reply->served_by, "m-[key]");
    talk_ask(&talk, "four");
    assert_null(strstr(talk.call.error.message, "secret"));
    talk_close(&talk);
}

static char *no_money(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    (void)body;
    return canned_json(402, "{\"error\":{\"message\":\"pay first\"}}");
}

static char *all_well(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    (void)body;
    return canned_stream(CHUNK("well") FINISH("stop"));
}

/* An endpoint that refuses any call is left alone while there is another; only where all refuse is
 * the call lost. */
static void test_one_endpoint_refuses(void **state)
{
    const struct canned_options refuses = { .answer = no_money };
    struct canned *poor = canned_open(&refuses);
    char settings[200], question[16];
    struct talk talk;

    (void)state;
    (void)snprintf(settings, sizeof settings,
        "{\"model\":\"m\",\"base_url\":[\"http://127.0.0.1:%u/v1\",\"http://127.0.0.1:%%u/v1\"]}",
        canned_port(poor));
    talk_open(&talk, all_well, NULL, settings);
    for (unsigned i = 0; i < 8; i++) {
        (void)snprintf(question, sizeof question, "ask %u", i);
        talk_ask(&talk, question);
        expect_reply(&talk, "well", FINISH_STOP);
    }
    assert_in_range(canned_requests(poor), 1, 4);
    talk_close(&talk);
    talk_open(&talk, no_money, NULL, settings);
    talk_ask(&talk, "?");
    expect_error(&talk, "quota (HTTP 402): pay first");
    assert_int_equal(canned_requests(talk.server), 1);
    talk_close(&talk);
    canned_close(poor);
}

static char *rate_headers(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    (void)body;
    return canned_with(429, "Retry-After: 121\r\n", "{\"error\":{\"message\":\"later\"}}");
}

static void test_long_wait(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, rate_headers, NULL, PLAIN);
    talk_ask(&talk, "?");
    expect_error(&talk, "rate_limited (HTTP 429): later");
    assert_int_equal(canned_requests(talk.server), 1);
    talk_close(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_json_instead),
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_learning_ends),
        cmocka_unit_test(test_tools),
        cmocka_unit_test(test_tools_in_words),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_endless),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_long_wait),
        cmocka_unit_test(test_one_endpoint_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
