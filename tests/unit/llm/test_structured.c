#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "mem.h"
#include "structured.h"

static const char *const status_names[] = { "ok", "repaired", "truncated", "reject" };

static char *fixture_path(const char *name)
{
    const char *folder = getenv("FLOWBOT_FIXTURES");
    const char *source = getenv("FLOWBOT_SOURCE");

    if (folder != NULL)
        return mem_printf("%s/%s", folder, name);
    return mem_printf("%s/../shared/fixtures/%s", source != NULL ? source : ".", name);
}

static void check_vector(const cJSON *vector)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(vector, "id"));
    const char *input = cJSON_GetStringValue(cJSON_GetObjectItem(vector, "input"));
    const char *wanted = cJSON_GetStringValue(cJSON_GetObjectItem(vector, "status"));
    const cJSON *expect = cJSON_GetObjectItem(vector, "expect");
    enum structured_status status;
    struct err err = { 0 };
    cJSON *value = structured_read(input, strlen(input), &status, &err);

    if (strcmp(status_names[status], wanted) != 0)
        fail_msg("%s: %s, expected %s (%s)", id, status_names[status], wanted, err.message);
    assert_true((value == NULL) == (expect == NULL));
    if (value == NULL)
        assert_int_equal(err.code, ERR_INPUT);
    else if (!cJSON_Compare(value, expect, true))
        fail_msg("%s: %s", id, cJSON_PrintUnformatted(value));
    cJSON_Delete(value);
}

static void test_vectors(void **state)
{
    char *path = fixture_path("protocol/json_repair.jsonl");
    struct str text = STR_INIT;
    struct err err = { 0 };
    size_t count = 0;

    (void)state;
    if (!file_exists(path)) {
        print_message("no %s: vectors skipped\n", path);
        free(path);
        skip();
        return;
    }
    assert_true(file_read(path, 1 << 20, &text, &err));
    for (const char *line = text.data, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        cJSON *vector = cJSON_ParseWithLength(line, (size_t)(end - line));

        assert_non_null(vector);
        check_vector(vector);
        cJSON_Delete(vector);
        count++;
    }
    assert_true(count >= 30);
    str_free(&text);
    free(path);
}

static void expect_read(const char *input, enum structured_status wanted, const char *json)
{
    enum structured_status status;
    struct err err = { 0 };
    cJSON *value = structured_read(input, strlen(input), &status, &err);
    char *printed = value != NULL ? cJSON_PrintUnformatted(value) : NULL;

    if (status != wanted || (json != NULL && (printed == NULL || strcmp(printed, json) != 0)))
        fail_msg("%s → %s %s (%s)", input, status_names[status], printed != NULL ? printed : "-",
            err.message);
    cJSON_free(printed);
    cJSON_Delete(value);
}

static void test_more_readings(void **state)
{
    (void)state;
    expect_read("thinking…</think>\n{\"a\":1}", STRUCTURED_REPAIRED, "{\"a\":1}");
    expect_read("See [1]: {\"a\":[]}", STRUCTURED_REJECTED, NULL);
    expect_read("See [note]: {\"a\":[]}", STRUCTURED_REPAIRED, "{\"a\":[]}");
    expect_read("{\"a\":1} or {\"a\":2}", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":\"</think>\"}", STRUCTURED_OK, "{\"a\":\"</think>\"}");
    expect_read("{\"a\":\"\\ud83d\\ude00\"}", STRUCTURED_OK, "{\"a\":\"\xf0\x9f\x98\x80\"}");
    expect_read("{\"a\":\"\\ud83d\\u0041\"}", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":\"\\u0000\"}", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":01}", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":1e999}", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":-", STRUCTURED_TRUNCATED, "{}");
    expect_read("{", STRUCTURED_TRUNCATED, "{}");
    expect_read("\xff{\"a\":1}", STRUCTURED_REJECTED, NULL);
    expect_read("None", STRUCTURED_REJECTED, NULL);
    expect_read("{\"a\":None}", STRUCTURED_REJECTED, NULL);
    expect_read("[\"x \"true\" y\"]", STRUCTURED_REJECTED, NULL);
    expect_read(
        "Here you are:\n```json\n{\"a\":\"```\"}\n```\n", STRUCTURED_REPAIRED, "{\"a\":\"```\"}");
}

/* Every prefix of a good answer is never taken for an answer, and nothing is read beyond its end.
 */
static void test_prefixes(void **state)
{
    static const char whole[] =
        "{\"text\":\"K\\u00e9p: a\\nb\",\"list\":[1.5e3,true,null,{\"b\":\"\"}]}";

    (void)state;
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        char *part = mem_strndup(whole, len);
        struct err err = { 0 };

        assert_null(structured_parse(part, NULL, &err));
        assert_int_equal(err.code, ERR_INPUT);
        free(part);
    }
}

/* Any single damaged byte: an answer or an error, never a crash. */
static void test_damage(void **state)
{
    static const char whole[] = "x {\"te\\u00e9\":'K',\"l\":[1,{}]/**/} y";
    static const char bytes[] = "\"'\\{}[]:,\x80\xe2 u/*-1e.\n\x01";

    (void)state;
    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (size_t b = 0; b < sizeof bytes - 1; b++) {
            char *damaged = mem_strndup(whole, sizeof whole - 1);
            enum structured_status status;
            struct err err = { 0 };
            cJSON *value;

            damaged[at] = bytes[b];
            value = structured_read(damaged, sizeof whole - 1, &status, &err);
            assert_true((value == NULL) == (err.code == ERR_INPUT));
            cJSON_Delete(value);
            free(damaged);
        }
}

static const char schema[] = "{\"type\":\"object\",\"properties\":{\"steps\":{\"type\":\"array\","
                             "\"minItems\":1,\"items\":{\"type\":\"object\","
                             "\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"llm\","
                             "\"tool\"]},\"n\":{\"type\":[\"integer\",\"null\"]}},"
                             "\"required\":[\"kind\"],\"additionalProperties\":false}}},"
                             "\"required\":[\"steps\"],\"additionalProperties\":false}";

static void expect_schema(const char *text, const char *complaint)
{
    struct err err = { 0 };
    cJSON *value = structured_parse(text, schema, &err);

    if (complaint == NULL && value == NULL)
        fail_msg("%s: %s", text, err.message);
    if (complaint != NULL && (value != NULL || strstr(err.message, complaint) == NULL))
        fail_msg("%s: \"%s\" lacks \"%s\"", text, err.message, complaint);
    cJSON_Delete(value);
}

static void test_schema(void **state)
{
    (void)state;
    expect_schema("{\"steps\":[{\"kind\":\"llm\",\"n\":3},{\"kind\":\"tool\",\"n\":null}]}", NULL);
    expect_schema("\"{\\\"steps\\\":[{\\\"kind\\\":\\\"llm\\\"}]}\"", NULL);
    expect_schema("{}", "steps");
    expect_schema("[]", "must be of type object");
    expect_schema("{\"steps\":[]}", "steps has too few");
    expect_schema(
        "{\"steps\":[{\"kind\":\"llm\"},{\"kind\":\"agent\"}]}", "steps[1].kind must be one of");
    expect_schema(
        "{\"steps\":[{\"kind\":\"llm\",\"n\":1.5}]}", "steps[0].n must be of type integer or null");
    expect_schema("{\"steps\":[{\"kind\":\"llm\"}],\"extra\":1}", "not asked for: extra");
    expect_schema("{\"steps\":[{\"n\":1}]}", "steps[0] lacks the key kind");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_more_readings),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
