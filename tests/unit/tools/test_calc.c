/* Exact arithmetic, its grammar, its limits; the calc tool itself. */
#include "rational.h"
#include "str.h"
#include "tool_call.h"

static void expect_equal(const char *expression, const char *expected)
{
    struct err err = { 0 };
    char *value = rational_evaluate(expression, &err);

    if (value == NULL)
        fail_msg("%s: %s", expression, err.message);
    if (strcmp(value, expected) != 0)
        fail_msg("%s = %s, not %s", expression, value, expected);
    free(value);
}

static void expect_wrong(const char *expression, const char *word)
{
    struct err err = { 0 };
    char *value = rational_evaluate(expression, &err);

    if (value != NULL)
        fail_msg("%s = %s", expression, value);
    expect_err(&err, ERR_INPUT, word);
}

static void test_values(void **state)
{
    (void)state;
    expect_equal("6*7", "42");
    expect_equal("0.1 + 0.2", "0.3");
    expect_equal("1/3 + 1/6", "0.5");
    expect_equal("22/7", "22/7 (about 3.142857142857)");
    expect_equal("-1/3", "-1/3 (about -0.333333333333)");
    expect_equal("1/3 * 10^-6", "1/3000000 (about 0.000000333333333333)");
    expect_equal("2^100", "1267650600228229401496703205376");
    expect_equal("2**-3", "0.125");
    expect_equal("-2^2", "-4");
    expect_equal("(-2)^2", "4");
    expect_equal("2^3^2", "512");
    expect_equal("2^-1^2", "0.5");
    expect_equal("10 - 2 - 3", "5");
    expect_equal("100/10/2", "5");
    expect_equal("1,234,567 + 1", "1234568");
    expect_equal("$1,250.50 * 2 =", "2501");
    expect_equal("15% of 80", "12");
    expect_equal("15%", "0.15");
    expect_equal("100 + 10%", "100.1");
    expect_equal("50%%", "0.005");
    expect_equal("10 % 3", "1");
    expect_equal("10 mod 3", "1");
    expect_equal("-7 mod 3", "2");
    expect_equal("7.5 % 2", "1.5");
    expect_equal("200 * 5% * 2", "20");
    expect_equal("(20%) + 1", "1.2");
    expect_equal("1.5e3", "1500");
    expect_equal("1e-3", "0.001");
    expect_equal(".5 + 5.", "5.5");
    expect_equal("3 \xC3\x97 4 \xC3\xB7 2 \xE2\x88\x92 1", "5");
    expect_equal("0^0", "1");
    expect_equal("(-1)^1000000000000000000001", "-1");
    expect_equal("(-1)^1000000000000000000000", "1");
    expect_equal("0^5", "0");
    expect_equal("1^99999999999999999999", "1");
}

static void test_functions(void **state)
{
    (void)state;
    expect_equal("round(2.5)", "3");
    expect_equal("round(-2.5)", "-3");
    expect_equal("round(2/3, 4)", "0.6667");
    expect_equal("round(1234, -2)", "1200");
    expect_equal("floor(-0.5) + ceil(0.5)", "0");
    expect_equal("max(1,234, 5)", "234");
    expect_equal("min(3, max(1, 2), -4)", "-4");
    expect_equal("abs(-3/4)", "0.75");
    expect_equal("gcd(12, 18) + lcm(4, 6)", "18");
    expect_equal("sqrt(2.25)", "1.5");
    expect_equal("mod(17, 5)", "2");
}

static void test_mistakes(void **state)
{
    struct str deep = STR_INIT, wide = STR_INIT;

    (void)state;
    expect_wrong("", "ends too early");
    expect_wrong("1 +", "ends too early");
    expect_wrong("1 2", "at character 3");
    expect_wrong("(1", "\")\" was expected");
    expect_wrong("1)", "an operator was expected");
    expect_wrong("1/0", "division by zero");
    expect_wrong("5 mod 0", "division by zero");
    expect_wrong("0^-1", "division by zero");
    expect_wrong("2^0.5", "only whole exponents");
    expect_wrong("sqrt(2)", "no fraction");
    expect_wrong("sqrt(-4)", "negative");
    expect_wrong("sin(1)", "\"sin\" is not known; there is: abs");
    expect_wrong("round()", "a number");
    expect_wrong("mod(1)", "mod takes 2 to 2 arguments, not 1");
    expect_wrong("gcd(1.5, 2)", "whole numbers");
    expect_wrong("x + 1", "\"x\" is not known");
    expect_wrong("__import__('os')", "a number, \"(\" or a function");
    expect_wrong("9^9^9^9", "too large");
    expect_wrong("9^99999999999999999999", "too large");
    expect_wrong("10^5000", "too large");
    expect_wrong("1e999999999", "too large");
    expect_wrong("(2^16000)*(2^16000)", "too large");
    expect_wrong("round(1, 99999999999)", "places");
    for (int i = 0; i < 1000; i++)
        str_add(&deep, "(");
    expect_wrong(str_text(&deep), "nested too deeply");
    str_clear(&deep);
    for (int i = 0; i < 1000; i++)
        str_add(&deep, "-");
    expect_wrong(str_text(&deep), "nested too deeply");
    for (int i = 0; i < 5000; i++)
        str_add(&wide, "1");
    expect_wrong(str_text(&wide), "at most 4096");
    str_free(&deep);
    str_free(&wide);
}

static void test_tool(void **state)
{
    struct one_tool one;

    one_tool_open(&one, *state, "calc", "{\"type\":\"calc\"}");
    expect_result(&one, "it", "0.1 + 0.2\n", "0.3");
    expect_failure(&one, "it", "1 +", ERR_INPUT, "ends too early");
    one_tool_close(&one);
}

static void test_a_description_of_the_users(void **state)
{
    struct one_tool one;

    one_tool_open(
        &one, *state, "calc", "{\"type\":\"calc\",\"description\":\"adds\\n\\u001b[1m up\"}");
    assert_string_equal(toolbox_summary(one.toolbox, "it"), "adds [1m up");
    one_tool_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test_setup_teardown(test_tool, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(
            test_a_description_of_the_users, fixture_open, fixture_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
