/* The builtin model behind the client: whatever it answers, the same request gets the same answer
 * on any worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "mem.h"
#include "model.h"

enum { CALLS = 24 };

struct rig {
    struct client *client;
    struct llm_call calls[CALLS];
    unsigned done;
};

static void on_done(struct llm_call *call)
{
    ((struct rig *)call->data)->done++;
}

/* Questions that repeat; every third comes with a tool that may be called. */
static struct llm_request *question(const struct llm_model *model, unsigned number)
{
    static const struct llm_tool tool = { "search", "finds passages",
        "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\"}},\"required\":["
        "\"query\"]}" };
    char *text = mem_printf("## question\n\nWho founded \"Town %u\"?\n", number % 6);
    struct llm_message messages[] = {
        llm_message_new(MESSAGE_SYSTEM,
            text_from("Search for what you need, then answer with the shortest span.")),
        llm_message_new(MESSAGE_USER, text_from(text)),
    };

    free(text);
    return llm_request_new(model, LLM_EXECUTOR, messages, 2, &tool, number % 3 == 0, NULL, NULL, 0);
}

/* Each reply as JSON without what is measured. */
static char *answers(unsigned workers)
{
    uv_loop_t loop;
    struct rig rig = { 0 };
    struct err err = { 0 };
    struct str out = STR_INIT;
    struct client_options options = { .loop = &loop, .concurrency = 16 };
    const struct llm_model *model;

    assert_int_equal(uv_loop_init(&loop), 0);
    options.workers = workers_open(&loop, workers);
    rig.client = client_open(&options);
    model = client_open_model(rig.client, "test", "{\"model\":\"builtin\"}", &err);
    for (unsigned i = 0; i < CALLS; i++) {
        rig.calls[i] =
            (struct llm_call){ .request = question(model, i), .on_done = on_done, .data = &rig };
        client_start(rig.client, &rig.calls[i]);
    }
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(rig.done, CALLS);
    for (unsigned i = 0; i < CALLS; i++) {
        struct llm_reply *reply = rig.calls[i].reply;

        assert_non_null(reply);
        assert_true(reply->usage.in > 0 && reply->usage.usd == 0);
        assert_true((reply->call_count > 0) == (reply->finish == FINISH_TOOL_CALLS));
        str_addf(&out, "%u %s %llu %llu\n", i, reply->content->data,
            (unsigned long long)reply->usage.in, (unsigned long long)reply->usage.out);
        for (size_t k = 0; k < reply->call_count; k++) {
            struct json_doc *doc = json_parse("arguments", 1, reply->calls[k].arguments,
                strlen(reply->calls[k].arguments), JSON_STRICT, &err);

            assert_int_equal(i % 3, 0); /* only where there was a tool */
            assert_string_equal(reply->calls[k].name, "search");
            assert_non_null(json_get(json_root(doc), "query"));
            str_addf(&out, "%s\n", reply->calls[k].arguments);
            json_free(doc);
        }
        llm_reply_unref(reply);
        llm_request_unref(rig.calls[i].request);
    }
    client_close(rig.client);
    workers_close(options.workers);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&loop), 0);
    return str_take(&out);
}

static void test_same_on_any_worker(void **state)
{
    char *first = answers(1);
    char *second = answers(4);

    (void)state;
    assert_string_equal(first, second);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_same_on_any_worker) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
