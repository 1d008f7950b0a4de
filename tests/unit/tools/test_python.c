/* The python tool: what a model gets to read of its programs. Runs in the sandbox where there is
 * one, else without (process/test_sandbox.c has the walls). */
#include "fenced.h"
#include "sandbox.h"
#include "tool_call.h"

static bool is_unsafe;

static int python_open(void **state)
{
    struct err err = { 0 };
    struct fixture *fixture;

    if (fixture_open(state) != 0)
        return -1;
    fixture = *state;
    fixture->sandbox = sandbox_open(&fixture->loop, is_unsafe, &err);
    assert_non_null(fixture->sandbox);
    return 0;
}

static int python_close(void **state)
{
    struct fixture *fixture = *state;

    sandbox_close(fixture->sandbox);
    return fixture_close(state);
}

static void test_results(void **state)
{
    struct one_tool one;
    struct err error = { 0 };
    char *result;

    one_tool_open(&one, *state, "python", "{\"type\":\"python\",\"timeout_s\":3.0}");
    expect_result(&one, "it", "print(6 * 7)\n", "42");
    expect_result(&one, "it", "x = 1", "(the program printed nothing)");
    expect_result(&one, "it", "print(1)\nraise SystemExit(3)", "1\n[ended with status 3]");
    expect_result(&one, "it", "while True: pass", "[stopped: it ran for more than 3 s]");
    expect_result(
        &one, "it", "Here:\n```python\nprint('a')\n```\nand\n```\nprint('b')\n```\n", "a\nb");
    result = one_tool_call(&one, "it", "print('so far')\n1 / 0", &error);
    assert_non_null(strstr(result, "so far\n[standard error]\nTraceback"));
    assert_non_null(strstr(result, "ZeroDivisionError: division by zero\n[ended with status 1]"));
    free(result);
    one_tool_close(&one);
}

static void test_a_result_is_journalled(void **state)
{
    struct fixture *fixture = *state;
    struct one_tool one;
    struct err error = { 0 };
    char *first, *second;

    one_tool_open(&one, fixture, "python", "{\"type\":\"python\"}");
    first = one_tool_call(&one, "it", "import time; print(time.time_ns())", &error);
    second = one_tool_call(&one, "it", "import time; print(time.time_ns())", &error);
    assert_string_equal(first, second);
    assert_int_equal(store_counts(fixture->store).puts, 1);
    free(first);
    free(second);
    one_tool_close(&one);
}

static void test_cancel(void **state)
{
    struct one_tool one;
    struct outcome outcomes[6];

    one_tool_open(&one, *state, "python", "{\"type\":\"python\"}");
    for (int i = 0; i < 6; i++) {
        char *program = mem_printf("import time; time.sleep(%d)", 50 + i);

        outcome_start(&one, &outcomes[i], "it", program);
        free(program);
    }
    for (int i = 0; i < 6; i++)
        toolbox_cancel(one.toolbox, &outcomes[i].call);
    fixture_run(one.fixture);
    for (int i = 0; i < 6; i++)
        expect_err(&outcomes[i].error, ERR_CANCELLED, "cancelled");
    one_tool_close(&one);
}

static void test_without_a_sandbox_it_refuses(void **state)
{
    struct fixture *fixture = *state;
    struct sandbox *sandbox = fixture->sandbox;
    struct err err = { 0 };
    struct one_tool one;

    fixture->sandbox = NULL;
    assert_false(one_tool_try(&one, fixture, "python", "{\"type\":\"python\"}", &err));
    expect_err(&err, ERR_INPUT, "task.json:3: tools.it: there is no sandbox");
    one_tool_close(&one);
    fixture->sandbox = sandbox;
}

static void expect_code(const char *answer, const char *code)
{
    struct text *text = text_from(answer);
    struct text *found = fenced_code(text);

    assert_string_equal(found->data, code);
    text_unref(text);
    text_unref(found);
}

static void test_fences(void **state)
{
    (void)state;
    expect_code("print(1)", "print(1)");
    expect_code("```python\nprint(1)\n```", "print(1)\n");
    expect_code("```py\r\nprint(1)\r\n```\r\n", "print(1)\r\n");
    expect_code("```\nprint(1)", "print(1)");
    expect_code("x = '''\n```json\n'''", "x = '''\n```json\n'''");
    expect_code("a ```python b", "a ```python b");
    expect_code("", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, python_open, python_close)
    const struct CMUnitTest tests[] = {
        TEST(test_results),
        TEST(test_a_result_is_journalled),
        TEST(test_cancel),
        TEST(test_without_a_sandbox_it_refuses),
        cmocka_unit_test(test_fences),
    };
    struct err err = { 0 };

    is_unsafe = !sandbox_check(false, &err);
    if (is_unsafe)
        (void)fprintf(stderr, "SKIPPED the sandbox: %s\n", err.message);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
