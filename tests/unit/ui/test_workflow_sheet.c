/* A workflow as a person edits it: what is written comes back, errors name their lines. */
#include "workflow_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "str.h"

static cJSON *workflow_of(const char *const prompts[], size_t count)
{
    cJSON *workflow = cJSON_CreateObject(), *nodes = cJSON_AddArrayToObject(workflow, "nodes");

    for (size_t i = 0; i < count; i++) {
        cJSON *node = cJSON_CreateObject();
        char id[2] = { (char)('a' + (int)i), '\0' };

        cJSON_AddStringToObject(node, "id", id);
        if (prompts[i] != NULL)
            cJSON_AddStringToObject(node, "prompt", prompts[i]);
        cJSON_AddItemToArray(nodes, node);
    }
    return workflow;
}

/* The sheet's JSON without comments; NULL and said: none. */
static cJSON *read_back(const char *sheet, struct err *err)
{
    char *json = workflow_sheet_json(sheet, err);
    struct json_doc *doc =
        json != NULL ? json_parse("sheet", 1, json, strlen(json), JSON_COMMENTS, err) : NULL;
    struct str plain = STR_INIT;
    cJSON *workflow;

    free(json);
    if (doc == NULL)
        return NULL;
    json_print(json_root(doc), &plain);
    workflow = cJSON_Parse(str_text(&plain));
    json_free(doc);
    str_free(&plain);
    return workflow;
}

static void test_round_trip(void **state)
{
    static const char *const prompts[] = { "One.", "Two.\n\n", NULL,
        "\n\n== prompt of a ==\n=== prompt of b ===\nThree \"quoted\" \\ {x}\n",
        "caf\xC3\xA9\n// no comment\n{ \"nodes\": [] }", " " };
    cJSON *workflow = workflow_of(prompts, 6), *back;
    char *sheet = workflow_sheet(workflow);
    struct err err = { .code = ERR_NONE };

    (void)state;
    assert_non_null(strstr(sheet, "\n==== prompt of b ====\nTwo.\n\n\n"));
    cJSON_ReplaceItemInObject(cJSON_GetArrayItem(cJSON_GetObjectItem(workflow, "nodes"), 5),
        "prompt", cJSON_CreateString("x"));
    free(sheet);
    sheet = workflow_sheet(workflow);
    back = read_back(sheet, &err);
    assert_non_null(back);
    assert_true(cJSON_Compare(workflow, back, true));
    cJSON_Delete(back);
    free(sheet);
    cJSON_Delete(workflow);
}

static void check_error(const char *sheet, const char *message)
{
    struct err err = { .code = ERR_NONE };

    assert_null(workflow_sheet_json(sheet, &err));
    assert_string_equal(err.message, message);
}

#define NODES "{ \"nodes\": [\n  { \"id\": \"a\" },\n  { \"id\": \"b\" } ] }\n"

static void test_errors(void **state)
{
    (void)state;
    check_error(NODES "== prompt of c ==\nx\n",
        "the edited workflow:4:1: there is no node \"c\" that this prompt could be for");
    check_error(NODES "== prompt of a ==\nx\n== prompt of a ==\ny\n",
        "the edited workflow:6:1: there is no node \"a\" that this prompt could be for");
    check_error(NODES "\n== prompt of a ==\n\n \n== prompt of b ==\ny\n",
        "the edited workflow:5:1: the prompt of a is empty");
    check_error(NODES "== prompt of a ==", "the edited workflow:4:1: the prompt of a is empty");
    check_error("[1, 2]\n== prompt of a ==\nx",
        "the edited workflow:2:1: there is no node \"a\" that this prompt could be for");
}

/* Lines of the JSON stay; a node may bring its prompt itself; titles are read leniently. */
static void test_lines(void **state)
{
    struct err err = { .code = ERR_NONE };
    char *json = workflow_sheet_json(
        "// c\n{ \"nodes\": [ {\n \"id\": \"a\" }, { \"id\": \"b\", \"prompt\": \"B\" } ] }\n"
        "== prompt of a\nx\n=== prompt of b ===\ny",
        &err);

    (void)state;
    assert_string_equal(json, "// c\n{ \"nodes\": [ {\"prompt\":\"x\\n=== prompt of b ===\\ny\",\n"
                              " \"id\": \"a\" }, { \"id\": \"b\", \"prompt\": \"B\" } ] }\n");
    free(json);
    assert_null(workflow_sheet_json("", &err));
    assert_null(workflow_sheet_json("{ \"nodes\": [", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
