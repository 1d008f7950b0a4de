#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "model.h"

static struct llm_model *open_model(const char *settings, uint64_t seed)
{
    struct err err = { 0 };
    struct llm_model *model = model_open("task.json:3: models.executor", settings, seed, &err);

    if (model == NULL)
        fail_msg("%s", err.message);
    return model;
}

struct variant {
    const char *system, *user, *schema;
    size_t tool_count;
    uint32_t draw;
    enum llm_role role;
};

static struct hash key_of(const struct llm_model *model, struct variant v)
{
    static const struct llm_tool tool = { "search", "finds \"passages\"", "{}" };
    struct llm_message messages[] = {
        llm_message_new(MESSAGE_SYSTEM, text_from(v.system)),
        llm_message_new(MESSAGE_USER, text_from(v.user)),
    };
    struct llm_request *request = llm_request_new(model, v.role, messages, 2, &tool, v.tool_count,
        v.schema != NULL ? "s" : NULL, v.schema, v.draw);
    struct hash key = request->key;

    llm_request_unref(request);
    return key;
}

static void test_keys(void **state)
{
    struct llm_model *one = open_model("{\"model\":\"builtin\"}", 1);
    struct llm_model *same = open_model("{\"api\":\"builtin\",\"model\":\"builtin\"}", 1);
    struct llm_model *other = open_model("{\"model\":\"builtin\",\"bad_advice\":0.5}", 1);
    struct hash base = key_of(one, (struct variant){ "s", "u", NULL, 0, 0, LLM_EXECUTOR });
    const struct variant different[] = {
        { "su", "", NULL, 0, 0, LLM_EXECUTOR },
        { "s", "u ", NULL, 0, 0, LLM_EXECUTOR },
        { "s", "u", "{}", 0, 0, LLM_EXECUTOR },
        { "s", "u", NULL, 1, 0, LLM_EXECUTOR },
        { "s", "u", NULL, 0, 1, LLM_EXECUTOR },
        { "s", "u", NULL, 0, 2, LLM_EXECUTOR },
    };

    (void)state;
    assert_true(hash_equal(base, key_of(same, (struct variant){ "s", "u", NULL, 0, 0, LLM_META })));
    assert_false(
        hash_equal(base, key_of(other, (struct variant){ "s", "u", NULL, 0, 0, LLM_EXECUTOR })));
    for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
        assert_false(hash_equal(base, key_of(one, different[i])));
        for (size_t j = 0; j < i; j++)
            assert_false(hash_equal(key_of(one, different[i]), key_of(one, different[j])));
    }
    model_free(one);
    model_free(same);
    model_free(other);
}

static void test_json_of_request(void **state)
{
    struct llm_model *model = open_model("{\"model\":\"builtin\"}", 7);
    static const struct llm_tool tool = { "search", "d", "{\"type\":\"object\"}" };
    struct llm_tool_call call = { strdup("id\n1"), strdup("search"), strdup("{\"query\":\"a\"}") };
    struct llm_message messages[] = {
        llm_message_new(MESSAGE_SYSTEM, text_from("quote \" and {brace}")),
        { .role = MESSAGE_ASSISTANT,
            .content = text_from(""),
            .calls = malloc(sizeof call),
            .call_count = 1 },
        { .role = MESSAGE_TOOL, .content = text_from("r\x01"), .call_id = strdup("id\n1") },
    };
    struct llm_request *request;
    struct err err = { 0 };
    const struct json *canonical;
    struct json_doc *doc;

    (void)state;
    messages[1].calls[0] = call;
    request = llm_request_new(model, LLM_EXECUTOR, messages, 3, &tool, 1, "s", "{}", 0);
    doc = json_parse("request", 1, request->json->data, request->json->len, JSON_STRICT, &err);
    if (doc == NULL)
        fail_msg("%s\n%s", err.message, request->json->data);
    canonical = json_get(json_root(doc), "request");
    assert_int_equal(json_get(canonical, "messages")->count, 3);
    assert_null(strstr(request->json->data, "base_url"));
    json_free(doc);
    llm_request_unref(request);
    model_free(model);
}

/* What the journal keeps says whose request it was. */
static void test_roles_are_told(void **state)
{
    struct llm_model *model = open_model("{\"model\":\"builtin\"}", 7);

    (void)state;
    for (int role = 0; role < LLM_ROLES; role++) {
        struct llm_message message = llm_message_new(MESSAGE_USER, text_from("u"));
        struct llm_request *request =
            llm_request_new(model, (enum llm_role)role, &message, 1, NULL, 0, NULL, NULL, 0);
        char head[32];

        (void)snprintf(head, sizeof head, "{\"role\":\"%s\",", llm_role_name((enum llm_role)role));
        assert_int_equal(strncmp(request->json->data, head, strlen(head)), 0);
        assert_string_equal(llm_role_name(LLM_TOOL), "tool");
        llm_request_unref(request);
    }
    model_free(model);
}

static void test_reply_both_ways(void **state)
{
    struct llm_reply *reply = llm_reply_new(text_new("a\0b\n\"\xf0\x9f\x98\x80\xff", 10));
    struct str json = STR_INIT, again = STR_INIT;
    struct llm_reply *back;
    struct err err = { 0 };

    (void)state;
    llm_reply_add_call(reply, "c1", "search", "{\"q\":1}");
    reply->finish = FINISH_TOOL_CALLS;
    reply->usage = (struct llm_usage){ 12, 3, 4, 0.1 };
    reply->latency_ms = 77;
    reply->attempts = 2;
    reply->usage_known = false;
    llm_reply_set_origin(reply, "because \"so\"", "m-2");
    llm_reply_to_json(reply, &json);
    back = llm_reply_from_json(json.data, &err);
    assert_non_null(back);
    llm_reply_to_json(back, &again);
    assert_string_equal(json.data, again.data);
    assert_int_equal(back->content->len, reply->content->len);
    assert_memory_equal(back->content->data, reply->content->data, reply->content->len);
    assert_string_equal(back->calls[0].arguments, "{\"q\":1}");
    assert_true(back->usage.usd == 0.1);
    assert_false(back->usage_known);
    assert_string_equal(back->reasoning->data, "because \"so\"");
    assert_string_equal(back->served_by, "m-2");
    llm_reply_unref(reply);
    llm_reply_unref(back);
    str_free(&json);
    str_free(&again);
}

static void test_damaged_replies(void **state)
{
    static const char *const bad[] = { "", "[]", "{}", "{\"content\":1,\"calls\":[]}",
        "{\"content\":\"a\"}", "{\"content\":\"a\",\"calls\":[{\"id\":\"x\"}]}",
        "{\"content\":\"a\",\"calls\":[]" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };

        assert_null(llm_reply_from_json(bad[i], &err));
        assert_int_equal(err.code, ERR_IO);
    }
}

static void expect_refusal(const char *settings, const char *words)
{
    struct err err = { 0 };

    assert_null(model_open("task.json:3: models.meta", settings, 0, &err));
    assert_int_equal(err.code, ERR_INPUT);
    if (strstr(err.message, words) == NULL || strstr(err.message, "models.meta") == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.message, words);
}

static void test_model_errors(void **state)
{
    (void)state;
    expect_refusal(
        "{\"model\":\"builtin\",\"bad_advise\":0}", "nearest known one is \"bad_advice\"");
    expect_refusal("{\"model\":\"builtin\",\"bad_advice\":2}", "from 0 to 1");
    expect_refusal("{\"model\":\"builtin\",\"bad_advice\":\"1\"}", "from 0 to 1");
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
    expect_refusal("{\"model\":\"gpt-x\"}", "say with base_url where the model is");
    expect_refusal("{\"model\":\"builtin\",\"api\":\"biltin\"}", "biltin");
    expect_refusal("{}", "model: is missing");
    expect_refusal("{\"model\":3}", "must be a text");
    expect_refusal("[]", "must be an object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_json_of_request),
        cmocka_unit_test(test_roles_are_told),
        cmocka_unit_test(test_reply_both_ways),
        cmocka_unit_test(test_damaged_replies),
        cmocka_unit_test(test_model_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
