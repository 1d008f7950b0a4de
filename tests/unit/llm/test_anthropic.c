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

#define SETTINGS "{\"model\":\"c\",\"api\":\"anthropic\",\"base_url\":\"http://127.0.0.1:%u\"}"
#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" rest "}\n\n"
#define START \
    EVENT("message_start", \
        ",\"message\":{\"id\":\"m\",\"model\":\"c-1\",\"usage\":" \
        "{\"input_tokens\":3,\"cache_read_input_tokens\":20,\"output_tokens\":1}}")
#define STOP(why) \
    EVENT("message_delta", \
        ",\"delta\":{\"stop_reason\":\"" why "\"},\"usage\":{\"output_tokens\":7}") \
    EVENT("message_stop", "")

static const char schema[] = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
static const struct llm_tool search = {
    .name = "search", .description = "Searches.", .parameters = "{\"type\":\"object\"}"
};

static char *tell(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    CANNED_MUST(strstr(head, "POST /v1/messages HTTP/1.1") != NULL);
    CANNED_MUST(strstr(head, "x-api-key: secret-value-0123456789\r\n") != NULL);
    CANNED_MUST(strstr(head, "anthropic-version: 2023-06-01\r\n") != NULL);
    CANNED_MUST(strcasestr(head, "authorization") == NULL);
    CANNED_MUST(strstr(body, "\"system\":\"Be short.\"") != NULL);
    CANNED_MUST(strstr(body, "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                             "\"text\":\"The capital?\"}]}]") != NULL);
    CANNED_MUST(strstr(body, "\"max_tokens\":4096") != NULL);
    return canned_stream(START EVENT("content_block_start",
        ",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}")
            EVENT("content_block_delta",
                ",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}")
                EVENT("ping", "") EVENT("content_block_delta",
                    ",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"Par\"}")
                    EVENT("content_block_delta",
                        ",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"is\"}")
                        STOP("end_turn"));
}

static void test_stream(void **state)
{
    struct talk talk;

    (void)state;
    assert_int_equal(setenv("TEST_LLM_KEY", "secret-value-0123456789", 1), 0);
    talk_open(&talk, tell, NULL,
        "{\"model\":\"c\",\"api\":\"anthropic\",\"api_key_env\":\"TEST_LLM_KEY\","
        "\"base_url\":\"http://127.0.0.1:%u/v1/\"}");
    talk_ask(&talk, "The capital?");
    if (talk.call.reply == NULL)
        fail_msg("%s", talk.call.error.message);
    assert_string_equal(talk.call.reply->content->data, "Paris");
    assert_string_equal(talk.call.reply->reasoning->data, "hm");
    assert_string_equal(talk.call.reply->served_by, "c-1");
    assert_int_equal(talk.call.reply->finish, FINISH_STOP);
    assert_int_equal(talk.call.reply->usage.in, 23); /* what was cached is left out there */
    assert_int_equal(talk.call.reply->usage.cached_in, 20);
    assert_int_equal(talk.call.reply->usage.out, 7);
    assert_true(talk.call.reply->usage_known);
    talk_close(&talk);
}

static char *call_tools(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)head;
    CANNED_MUST(strstr(body, "\"tools\":[{\"name\":\"search\",\"description\":\"Searches.\","
                             "\"input_schema\":{\"type\":\"object\"}}]") != NULL);
    if (count == 2) {
        CANNED_MUST(strstr(body, "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":"
                                 "\"Let me see.\"},{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":"
                                 "\"search\",\"input\":{\"q\":1}}]}") != NULL);
        CANNED_MUST(strstr(body, "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                                 "\"tool_use_id\":\"t1\",\"content\":\"found\"}]}") != NULL);
        return canned_json(200, "{\"type\":\"message\",\"model\":\"c\",\"content\":[{\"type\":"
                                "\"text\",\"text\":\"It\"},"
                                "{\"type\":\"unheard_of\"}],\"stop_reason\":\"max_tokens\","
                                "\"usage\":{\"input_tokens\":1,"
                                "\"output_tokens\":2}}");
    }
    return canned_stream(START EVENT("content_block_delta",
        ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Let me "
        "see.\"}") EVENT("content_block_start",
        ",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\","
        "\"name\":\"search\",\"input\":{}}") EVENT("content_block_delta",
        ",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\\\"\"}")
            EVENT("content_block_delta",
                ",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}")
                STOP("tool_use"));
}

static void test_tools(void **state)
{
    struct llm_message messages[3];
    struct talk talk;

    (void)state;
    talk_open(&talk, call_tools, NULL, SETTINGS);
    messages[0] = llm_message_new(MESSAGE_USER, text_from("Which?"));
    talk_ask_request(
        &talk, llm_request_new(talk.model, LLM_META, messages, 1, &search, 1, NULL, NULL, 0));
    if (talk.call.reply == NULL)
        fail_msg("%s", talk.call.error.message);
    assert_int_equal(talk.call.reply->finish, FINISH_TOOL_CALLS);
    assert_int_equal(talk.call.reply->call_count, 1);
    assert_string_equal(talk.call.reply->calls[0].arguments, "{\"q\":1}");
    messages[0] = llm_message_new(MESSAGE_USER, text_from("Which?"));
    messages[1] = llm_message_copy(&(struct llm_message){ .role = MESSAGE_ASSISTANT,
        .content = talk.call.reply->content,
        .calls = talk.call.reply->calls,
        .call_count = 1 });
    messages[2] = llm_message_new(MESSAGE_TOOL, text_from("found"));
    messages[2].call_id = mem_strdup("t1");
    talk_ask_request(
        &talk, llm_request_new(talk.model, LLM_META, messages, 3, &search, 1, NULL, NULL, 0));
    assert_string_equal(talk.call.reply->content->data, "It");
    assert_int_equal(talk.call.reply->finish, FINISH_LENGTH);
    talk_close(&talk);
}

static char *structured(void *data, unsigned count, const char *head, const char *body)
{
    bool refuses = *(bool *)data;

    (void)head;
    (void)count;
    if (strstr(body, "\"tool_choice\":{\"type\":\"tool\",\"name\":\"answer\"}") == NULL) {
        CANNED_MUST(refuses);
        CANNED_MUST(strstr(body, "follows this JSON schema") != NULL);
        return canned_stream(START EVENT("content_block_delta",
            ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"{\\\"a\\\": 2}\"}")
                STOP("end_turn"));
    }
    if (refuses)
        return canned_json(400,
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
            "\"Thinking may not be enabled when tool_choice forces tool use.\"}}");
    return canned_stream(START EVENT("content_block_start",
        ",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"answer\"}")
            EVENT("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
                                         "\"partial_json\":\"{\\\"a\\\":\\\"b\\\"}\"}")
                STOP("tool_use"));
}

static void expect_structured(bool refuses, const char *content)
{
    struct llm_message message = llm_message_new(MESSAGE_USER, text_from("Which?"));
    struct talk talk;

    talk_open(&talk, structured, &refuses, SETTINGS);
    talk_ask_request(
        &talk, llm_request_new(talk.model, LLM_META, &message, 1, NULL, 0, "answer", schema, 0));
    if (talk.call.reply == NULL)
        fail_msg("%s", talk.call.error.message);
    assert_string_equal(talk.call.reply->content->data, content);
    assert_int_equal(talk.call.reply->finish, FINISH_STOP);
    assert_int_equal(talk.call.reply->call_count, 0);
    assert_int_equal(talk.call.reply->attempts, 1);
    talk_close(&talk);
}

static void test_structured(void **state)
{
    (void)state;
    expect_structured(false, "{\"a\":\"b\"}");
    expect_structured(true, "{\"a\": 2}");
}

static char *troubled(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)head;
    (void)body;
    if (count == 1)
        return canned_stream(START EVENT("error", ",\"error\":{\"type\":\"overloaded_error\"}"));
    if (count == 2) /* a reason, but no end */
        return canned_stream(START EVENT("message_delta",
            ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}"));
    return canned_stream(START STOP("refusal"));
}

static void test_troubled(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk, troubled, NULL, SETTINGS);
    talk_ask(&talk, "?");
    if (talk.call.reply == NULL)
        fail_msg("%s", talk.call.error.message);
    assert_int_equal(talk.call.reply->attempts, 3);
    assert_int_equal(talk.call.reply->finish, FINISH_FILTER);
    talk_close(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_tools),
        cmocka_unit_test(test_structured),
        cmocka_unit_test(test_troubled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
