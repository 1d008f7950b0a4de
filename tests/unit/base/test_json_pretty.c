/* JSON for people: how it stands on the lines, and that it is the same value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json_pretty.h"

static void expect(const char *json, const char *pretty)
{
    cJSON *value = cJSON_Parse(json), *again;
    struct str text = STR_INIT;

    assert_non_null(value);
    json_pretty(value, &text);
    assert_string_equal(str_text(&text), pretty);
    again = cJSON_Parse(str_text(&text));
    assert_true(cJSON_Compare(value, again, true));
    cJSON_Delete(again);
    cJSON_Delete(value);
    str_free(&text);
}

static void test_scalars(void **state)
{
    (void)state;
    expect("null", "null");
    expect("true", "true");
    expect("-1.25", "-1.25");
    expect("\"a\\n\\\"b\\\" \\u00fc\"", "\"a\\n\\\"b\\\" \xC3\xBC\"");
}

static void test_nested(void **state)
{
    (void)state;
    expect("{}", "{}");
    expect("[]", "[]");
    expect("[1,\"two\",null]", "[1, \"two\", null]");
    expect("{\"nodes\":[{\"id\":\"answer\",\"inputs\":[\"question\",\"text\"],\"tools\":[]}]}",
        "{\n"
        "  \"nodes\": [\n"
        "    {\n"
        "      \"id\": \"answer\",\n"
        "      \"inputs\": [\"question\", \"text\"],\n"
        "      \"tools\": []\n"
        "    }\n"
        "  ]\n"
        "}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_nested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
