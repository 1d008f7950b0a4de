/* A program of the user's as a tool, well-behaved and not. */
#include <unistd.h>

#include "tool_call.h"

static void command_open(struct one_tool *one, struct fixture *fixture, const char *rest)
{
    char *settings = mem_printf("{\"type\":\"command\",\"command\":[\"python3\","
                                "\"%s/tests/unit/tools/command_tool.py\"]%s}",
        getenv("FLOWBOT_SOURCE"), rest);

    one_tool_open(one, fixture, "command", settings);
    free(settings);
}

static void test_answers(void **state)
{
    struct one_tool one;
    char *huge;
    struct err err = { 0 };

    command_open(&one, *state, "");
    expect_result(&one, "it", "a \"b\"\nc", "A \"B\"\nC");
    expect_result(&one, "it", "count", "call 2"); /* it goes on running */
    expect_failure(&one, "it", "wrong", ERR_INPUT, "it: that was wrong");
    huge = one_tool_call(&one, "it", "huge", &err);
    assert_non_null(huge);
    assert_non_null(strstr(huge, "(cut after 262144 of 1000000 bytes)"));
    free(huge);
    one_tool_close(&one);
}

static void test_no_keys(void **state)
{
    struct one_tool one;

    (void)setenv("OPENAI_API_KEY", "sk-secret", 1);
    (void)setenv("WANTED", "x", 1);
    command_open(&one, *state, ",\"env\":[\"WANTED\"]");
    expect_result(&one, "it", "env", "[\"WANTED\"]");
    one_tool_close(&one);
}

static void test_it_is_restarted(void **state)
{
    struct one_tool one;

    command_open(&one, *state, ",\"timeout_s\":3.0");
    expect_result(&one, "it", "one", "ONE");
    expect_failure(&one, "it", "die", ERR_ENDPOINT, "ended with status 3: last words");
    expect_result(&one, "it", "two", "TWO");
    expect_failure(&one, "it", "kill", ERR_ENDPOINT, "ended by signal 9");
    expect_failure(&one, "it", "stall", ERR_ENDPOINT, "no answer within 3 s");
    expect_result(&one, "it", "three", "THREE");
    expect_failure(&one, "it", "nonsense", ERR_ENDPOINT, "was expected");
    expect_failure(&one, "it", "empty", ERR_ENDPOINT, "{\"result\": …}");
    expect_result(&one, "it", "four", "FOUR");
    expect_failure(&one, "it", "endless", ERR_ENDPOINT, "sent a line of more than");
    expect_result(&one, "it", "count", "call 1");
    one_tool_close(&one);
}

/* An answer too many must not be taken for that of the next call. */
static void test_out_of_step(void **state)
{
    struct one_tool one;
    struct outcome outcomes[2];

    command_open(&one, *state, "");
    outcome_start(&one, &outcomes[0], "it", "twice");
    outcome_start(&one, &outcomes[1], "it", "next");
    fixture_run(one.fixture);
    assert_string_equal(outcomes[0].result->data, "first");
    if (outcomes[1].result != NULL)
        assert_string_not_equal(outcomes[1].result->data, "second");
    text_unref(outcomes[0].result);
    text_unref(outcomes[1].result);
    one_tool_close(&one);
}

static void test_several_processes(void **state)
{
    struct one_tool one;
    struct outcome outcomes[8];

    command_open(&one, *state, ",\"processes\":8");
    for (int turn = 0; turn < 2; turn++) { /* the first starts them */
        for (int i = 0; i < 8; i++) {
            char *input = mem_printf("word %d %d", turn, i);

            outcome_start(&one, &outcomes[i], "it", input);
            free(input);
        }
        fixture_run(one.fixture);
        for (int i = 0; i < 8; i++) {
            char *expected = mem_printf("WORD %d %d", turn, i);

            assert_string_equal(outcomes[i].result->data, expected);
            text_unref(outcomes[i].result);
            free(expected);
        }
    }
    one_tool_close(&one);
}

static void test_parameters(void **state)
{
    struct one_tool one;
    struct err err = { 0 };
    char *input;

    command_open(&one, *state,
        ",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},"
        "\"days\":{\"type\":\"integer\"}},\"required\":[\"city\"],\"additionalProperties\":false}");
    input =
        toolbox_input_from_arguments(one.toolbox, "it", "{\"city\": \"Brena\", \"days\": 3}", &err);
    assert_non_null(input);
    expect_result(&one, "it", input, "{\"city\":\"Brena\",\"days\":3}");
    free(input);
    assert_null(toolbox_input_from_arguments(one.toolbox, "it", "{\"days\": 3}", &err));
    expect_err(&err, ERR_INPUT, "it: the call lacks the key city");
    assert_null(toolbox_input_from_arguments(one.toolbox, "it", "{\"city\": 1}", &err));
    expect_err(&err, ERR_INPUT, "it: city must be of type string");
    expect_result(&one, "it", "Brena", "{\"city\":\"Brena\"}"); /* of a tool node */
    expect_failure(&one, "it", "{\"town\": 1}", ERR_INPUT, "lacks the key city");
    one_tool_close(&one);
}

static void test_cancel(void **state)
{
    struct one_tool one;
    struct outcome outcomes[3];

    command_open(&one, *state, "");
    outcome_start(&one, &outcomes[0], "it", "stall");
    outcome_start(&one, &outcomes[1], "it", "slow");
    outcome_start(&one, &outcomes[2], "it", "after");
    for (int i = 0; i < 20; i++) {
        (void)uv_run(&one.fixture->loop, UV_RUN_NOWAIT);
        (void)usleep(10000);
    }
    toolbox_cancel(one.toolbox, &outcomes[0].call);
    toolbox_cancel(one.toolbox, &outcomes[1].call);
    assert_int_equal(outcomes[0].done + outcomes[1].done, 0);
    fixture_run(one.fixture);
    expect_err(&outcomes[0].error, ERR_CANCELLED, "cancelled");
    expect_err(&outcomes[1].error, ERR_CANCELLED, "cancelled");
    assert_string_equal(outcomes[2].result->data, "AFTER");
    text_unref(outcomes[2].result);
    one_tool_close(&one);
}

static void test_no_such_program(void **state)
{
    struct one_tool one;
    struct err err = { 0 };

    assert_false(one_tool_try(
        &one, *state, "command", "{\"type\":\"command\",\"command\":[\"no-such-program\"]}", &err));
    expect_err(&err, ERR_INPUT,
        "task.json:3: tools.it.command: there is no program \"no-such-program\" in PATH");
    one_tool_close(&one);
}

static struct hash identity_of(struct fixture *fixture, const char *script)
{
    char *path = fixture_file(fixture, "tool.sh", script);
    char *settings = mem_printf("{\"type\":\"command\",\"command\":[\"sh\",\"%s\"]}", path);
    struct one_tool one;
    struct hash identity;

    one_tool_open(&one, fixture, "command", settings);
    identity = toolbox_identity(one.toolbox);
    one_tool_close(&one);
    free(path);
    free(settings);
    return identity;
}

static void test_a_changed_script_is_another_tool(void **state)
{
    struct hash one = identity_of(*state, "cat");

    assert_true(hash_equal(one, identity_of(*state, "cat")));
    assert_false(hash_equal(one, identity_of(*state, "cat -n")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        TEST(test_answers),
        TEST(test_no_keys),
        TEST(test_it_is_restarted),
        TEST(test_out_of_step),
        TEST(test_several_processes),
        TEST(test_parameters),
        TEST(test_cancel),
        TEST(test_no_such_program),
        TEST(test_a_changed_script_is_another_tool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
