/* Tools of a Model Context Protocol server: every revision, and every kind of misbehaviour. */
#include <unistd.h>

#include "tool_call.h"

static char *settings_of(const char *mode, const char *rest)
{
    return mem_printf("{\"type\":\"mcp\",\"command\":[\"python3\",\"%s/tests/unit/tools/"
                      "mcp_server.py\",\"%s\"]%s}",
        getenv("FLOWBOT_SOURCE"), mode, rest);
}

static void mcp_open(
    struct one_tool *one, struct fixture *fixture, const char *mode, const char *rest)
{
    char *settings = settings_of(mode, rest);

    one_tool_open(one, fixture, "mcp", settings);
    free(settings);
}

static void mcp_refused(
    struct fixture *fixture, const char *mode, const char *rest, const char *word)
{
    char *settings = settings_of(mode, rest);
    struct one_tool one;
    struct err err = { 0 };

    assert_false(one_tool_try(&one, fixture, "mcp", settings, &err));
    expect_err(&err, ERR_INPUT, "task.json:3: tools.it");
    expect_err(&err, ERR_INPUT, word);
    one_tool_close(&one);
    free(settings);
}

static void test_every_revision(void **state)
{
    static const char *const modes[] = { "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25",
        "modern", "pages" };

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct one_tool one;
        const char **names;
        size_t count;

        mcp_open(&one, *state, modes[i], "");
        names = toolbox_names(one.toolbox, &count);
        assert_int_equal(count, 3);
        assert_string_equal(names[0], "echo");
        assert_string_equal(names[2], "do_it"); /* as models can call it */
        free(names);
        assert_string_equal(toolbox_summary(one.toolbox, "echo"), "says it again");
        assert_non_null(strstr(toolbox_parameters(one.toolbox, "add"), "\"number\""));
        expect_result(&one, "echo", "{\"text\":\"h\xC3\xA9\"}", "h\xC3\xA9");
        expect_result(&one, "echo", "plain text of a tool node", "plain text of a tool node");
        expect_result(&one, "add", "{\"a\":1,\"b\":2}", "3");
        expect_result(&one, "do_it", "{\"x\":[1]}", "{\"x\":[1]}");
        one_tool_close(&one);
    }
}

/* Silent about what it does not know, as some servers of old are. */
static void test_a_server_that_does_not_answer_what_it_does_not_know(void **state)
{
    struct one_tool one;

    mcp_open(&one, *state, "mute", "");
    one_tool_close(&one);
}

static void test_arguments(void **state)
{
    struct one_tool one;
    struct err err = { 0 };
    char *input;

    mcp_open(&one, *state, "2025-06-18", "");
    input = toolbox_input_from_arguments(one.toolbox, "add", " {\"a\": 1, \"b\": 2} ", &err);
    assert_string_equal(input, "{\"a\":1,\"b\":2}");
    free(input);
    assert_null(toolbox_input_from_arguments(one.toolbox, "add", "{\"a\": 1}", &err));
    expect_err(&err, ERR_INPUT, "add: the call lacks the key b");
    assert_null(
        toolbox_input_from_arguments(one.toolbox, "add", "{\"a\":1,\"b\":2,\"c\":3}", &err));
    expect_err(&err, ERR_INPUT, "not asked for: c");
    assert_null(toolbox_input_from_arguments(one.toolbox, "add", "[1, 2]", &err));
    expect_err(&err, ERR_INPUT, "no JSON object");
    expect_failure(&one, "add", "1 + 2", ERR_INPUT, "no JSON object");
    expect_failure(&one, "add", "{\"a\":\"1\",\"b\":2}", ERR_INPUT, "a must be of type number");
    one_tool_close(&one);
}

static void test_errors_and_odd_results(void **state)
{
    struct one_tool one;

    (void)setenv("OPENAI_API_KEY", "sk-secret", 1);
    mcp_open(&one, *state, "2025-06-18", "");
    expect_failure(&one, "echo", "error", ERR_INPUT, "echo: it went wrong");
    expect_failure(&one, "echo", "invalid", ERR_INPUT, "arguments (error -32602)");
    expect_failure(&one, "echo", "internal", ERR_ENDPOINT, "broken inside (error -32603)");
    expect_failure(&one, "echo", "no result", ERR_ENDPOINT, "neither a result nor an error");
    expect_failure(&one, "echo", "more input", ERR_ENDPOINT, "asks for more input");
    expect_result(&one, "echo", "nonsense", "after nonsense");
    expect_result(&one, "echo", "picture", "one\n(image, image/png)\ntwo");
    expect_result(&one, "echo", "batch", "of a batch");
    expect_result(&one, "echo", "keys", "");
    expect_result(&one, "echo", "count", "call 10"); /* the same process all the time */
    one_tool_close(&one);
}

static void test_it_is_started_again(void **state)
{
    static const char *const modes[] = { "2025-06-18", "modern" };

    for (size_t i = 0; i < 2; i++) {
        struct one_tool one;

        mcp_open(&one, *state, modes[i], ",\"timeout_s\":3.0");
        expect_failure(
            &one, "echo", "die", ERR_ENDPOINT, "the server ended with status 7: last words");
        expect_result(&one, "echo", i == 0 ? "one" : "uno", i == 0 ? "one" : "uno");
        expect_failure(&one, "echo", "stall", ERR_ENDPOINT, "the server is started anew");
        expect_result(&one, "echo", i == 0 ? "two" : "due", i == 0 ? "two" : "due");
        expect_failure(&one, "echo", "late", ERR_ENDPOINT, "no answer to tools/call within 3 s");
        expect_failure(&one, "echo", "flood", ERR_ENDPOINT, "lines without sense");
        expect_result(&one, "echo", "count", "call 1");
        one_tool_close(&one);
    }
}

/* One that dies takes with it what is under way, and nothing else. */
static void test_many_at_once(void **state)
{
    enum { CALLS = 50 };
    struct outcome outcomes[CALLS];
    struct one_tool one;

    mcp_open(&one, *state, "2025-06-18", "");
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < CALLS; i++) {
            char *input = mem_printf("%d of %d", i, turn);

            outcome_start(&one, &outcomes[i], "echo", input);
            free(input);
        }
        if (turn == 1)
            toolbox_cancel(one.toolbox, &outcomes[7].call);
        fixture_run(one.fixture);
        for (int i = 0; i < CALLS; i++) {
            char *expected = mem_printf("%d of %d", i, turn);

            assert_int_equal(outcomes[i].done, 1);
            if (turn == 1 && i == 7)
                expect_err(&outcomes[i].error, ERR_CANCELLED, "cancelled");
            else
                assert_string_equal(outcomes[i].result->data, expected);
            text_unref(outcomes[i].result);
            free(expected);
        }
    }
    one_tool_close(&one);
}

static void test_cancel_while_it_stalls(void **state)
{
    struct one_tool one;
    struct outcome outcome;

    mcp_open(&one, *state, "2025-06-18", "");
    outcome_start(&one, &outcome, "echo", "stall");
    for (int i = 0; i < 20; i++) {
        (void)uv_run(&one.fixture->loop, UV_RUN_NOWAIT);
        (void)usleep(10000);
    }
    toolbox_cancel(one.toolbox, &outcome.call);
    assert_int_equal(outcome.done, 0);
    fixture_run(one.fixture);
    expect_err(&outcome.error, ERR_CANCELLED, "cancelled");
    one_tool_close(&one);
}

static void test_a_choice_of_tools(void **state)
{
    struct one_tool one;
    const char **names;
    size_t count;

    mcp_open(&one, *state, "2025-06-18", ",\"tools\":[\"add\",\"do.it\"]");
    names = toolbox_names(one.toolbox, &count);
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "add");
    free(names);
    expect_result(&one, "do_it", "{}", "{}");
    one_tool_close(&one);
    mcp_refused(*state, "2025-06-18", ",\"tools\":[\"ad\"]",
        "MCP: there is no tool \"ad\"; there is: echo, add, do_it");
}

static void test_servers_that_do_not_do(void **state)
{
    mcp_refused(*state, "future", "", "speaks revision \"1999-01-01\"");
    mcp_refused(*state, "endless", "", "list of tools has no end");
    mcp_refused(*state, "nameless", "", "a tool's name is missing");
    mcp_refused(*state, "broken", "", "list of tools is none");
    mcp_refused(*state, "empty", "", "the server has no tools");
    mcp_refused(*state, "crash", "", "the server ended with status 1: cannot start");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        TEST(test_every_revision),
        TEST(test_a_server_that_does_not_answer_what_it_does_not_know),
        TEST(test_arguments),
        TEST(test_errors_and_odd_results),
        TEST(test_it_is_started_again),
        TEST(test_many_at_once),
        TEST(test_cancel_while_it_stalls),
        TEST(test_a_choice_of_tools),
        TEST(test_servers_that_do_not_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
