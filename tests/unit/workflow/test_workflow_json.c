#include "graphs.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "mem.h"

static struct workflow *read_text(const char *text, enum json_flags flags, struct err *err)
{
    struct json_doc *doc = json_parse("w.json", 1, text, strlen(text), flags, err);
    struct workflow *workflow = NULL;

    if (doc != NULL)
        workflow = workflow_from_json("w.json", json_root(doc), &test_scope, err);
    json_free(doc);
    return workflow;
}

static void refused(const char *text, const char *part)
{
    struct err err = { 0 };

    assert_null(read_text(text, JSON_COMMENTS, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, part);
}

static void test_written_form(void **state)
{
    static const char expected[] = "{\n"
                                   "  \"nodes\": [\n"
                                   "    {\n"
                                   "      \"id\": \"find\",\n"
                                   "      \"kind\": \"tool\",\n"
                                   "      \"description\": \"Does find.\",\n"
                                   "      \"prompt\": \"\",\n"
                                   "      \"inputs\": [\"question\"],\n"
                                   "      \"tools\": [\"search\"]\n"
                                   "    },\n"
                                   "    {\n"
                                   "      \"id\": \"end\",\n"
                                   "      \"kind\": \"llm\",\n"
                                   "      \"description\": \"Does end.\",\n"
                                   "      \"prompt\": \"Prompt of end.\",\n"
                                   "      \"inputs\": [\"question\", \"find\"],\n"
                                   "      \"tools\": []\n"
                                   "    }\n"
                                   "  ]\n"
                                   "}\n";
    struct workflow *workflow = graph_make("find tool question search\nend llm question,find -\n");
    struct str json = STR_INIT;
    struct str sketch = STR_INIT;

    (void)state;
    workflow_to_json(workflow, &json);
    assert_string_equal(str_text(&json), expected);
    assert_true(hash_equal(workflow->hash, hash_text(expected)));
    workflow_to_sketch(workflow, &sketch);
    assert_string_equal(str_text(&sketch),
        "[{\"id\":\"find\",\"kind\":\"tool\",\"description\":\"Does "
        "find.\",\"tools\":[\"search\"],\"inputs\":[\"question\"]},"
        "{\"id\":\"end\",\"kind\":\"llm\",\"description\":\"Does "
        "end.\",\"tools\":[],\"inputs\":[\"question\",\"find\"]}]");
    str_free(&json);
    str_free(&sketch);
    workflow_unref(workflow);
}

/* People's form: comments, any order of keys, what may be left out left out. */
static void test_read_by_hand(void **state)
{
    static const char text[] =
        "{ \"nodes\": [ // the one step\n"
        "  { \"prompt\": \"Answer.\\n\\\"x\\\"\", \"kind\": \"llm\", \"id\": \"answer\",\n"
        "    \"inputs\": [\"question\"], \"model\": \"big\",\n"
        "    \"schema\": { \"type\": \"object\", \"n\": 1.50 }, },\n"
        "] }";
    struct err err = { 0 };
    struct workflow *workflow = read_text(text, JSON_COMMENTS, &err);
    struct workflow *again;
    struct str json = STR_INIT;

    (void)state;
    assert_non_null(workflow);
    assert_string_equal(workflow->nodes[0].prompt, "Answer.\n\"x\"");
    assert_string_equal(workflow->nodes[0].schema, "{\"type\":\"object\",\"n\":1.50}");
    assert_string_equal(workflow->nodes[0].model, "big");
    assert_string_equal(workflow->nodes[0].description, "");
    workflow_to_json(workflow, &json);
    again = read_text(str_text(&json), JSON_STRICT, &err);
    assert_non_null(again);
    assert_true(workflow_equal(workflow, again));
    workflow_unref(again);
    workflow_unref(workflow);
    str_free(&json);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("[]", "w.json:1:1");
    refused("{}", "needs \"nodes\"");
    refused("{\"nodes\": {}}", "needs \"nodes\"");
    refused("{\"nodes\": []}", "at least one node");
    refused("{\"ndoes\": []}", "nodes");
    refused("{\"nodes\": [1]}", "w.json:1:12");
    refused("{\"nodes\": [\n {\"id\": \"a\", \"promt\": \"p\"}]}", "prompt");
    refused("{\"nodes\": [{\"id\": \"a\"}]}", "no \"kind\"");
    refused("{\"nodes\": [{\"id\": \"a\", \"kind\": \"agnet\"}]}", "did you mean \"agent\"?");
    refused("{\"nodes\": [{\"id\": 1, \"kind\": \"llm\"}]}", "id must be a string, not a number");
    refused("{\"nodes\": [{\"id\": \"a\\u0000b\", \"kind\": \"llm\"}]}", "NUL");
    refused("{\"nodes\": [{\"id\": \"a\", \"kind\": \"llm\", \"inputs\": \"question\"}]}",
        "inputs must be an array");
    refused("{\"nodes\": [{\"id\": \"a\", \"kind\": \"llm\", \"inputs\": [[]]}]}",
        "inputs must hold names only");
    refused("{\"nodes\": [{\"id\": \"a\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": "
            "[\"question\"], \"schema\": \"{}\"}]}",
        "schema must be an object");
    /* what only the whole shows is told with the node's line */
    refused("{\"nodes\": [\n {\"id\": \"a\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": "
            "[\"question\"]},\n"
            " {\"id\": \"b\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": [\"c\"]}]}",
        "w.json:3:2: node \"b\" names \"c\"");
    refused("{\"nodes\": [\n {\"id\": \"a\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": "
            "[\"b\"]},\n"
            " {\"id\": \"b\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": [\"a\"]}]}",
        "w.json:2:2: 2 nodes are in a cycle");
}

static void test_too_many_nodes(void **state)
{
    struct str text = STR_INIT;

    (void)state;
    str_add(&text, "{\"nodes\": [");
    for (int i = 0; i <= WORKFLOW_MAX_NODES; i++)
        str_addf(&text,
            "%s{\"id\": \"n%d\", \"kind\": \"llm\", \"prompt\": \"p\", \"inputs\": [\"question\"]}",
            i > 0 ? "," : "", i);
    str_add(&text, "]}");
    refused(str_text(&text), "129 nodes; at most 128");
    str_free(&text);
}

/* A schema that a workflow takes can be read back from the workflow's own JSON, where it stands
 * deeper. */
static void test_deep_schema(void **state)
{
    struct str text = STR_INIT;
    const char *const question[] = { "question" };
    struct node_spec spec = { .id = "a", .prompt = "p", .inputs = question, .input_count = 1 };
    struct err err = { 0 };

    (void)state;
    for (int i = 0; i < 190; i++)
        str_add(&text, "{\"a\":");
    str_add(&text, "1");
    for (int i = 0; i < 190; i++)
        str_add(&text, "}");
    spec.schema = str_text(&text);
    assert_null(workflow_build(&spec, 1, &test_scope, &err));
    expect_part(err.message, "nested deeper");
    str_free(&text);
}

static void test_random_round_trip(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 11);
    for (int round = 0; round < 200; round++) {
        struct workflow *workflow = graph_random(&random, 1 + random_below(&random, 20));
        struct err err = { 0 };
        struct str json = STR_INIT;
        struct workflow *again;
        cJSON *other;

        workflow_to_json(workflow, &json);
        again = read_text(str_text(&json), JSON_STRICT, &err);
        assert_non_null(again);
        assert_true(hash_equal(workflow->hash, again->hash));
        assert_true(workflow_equal(workflow, again));
        other = cJSON_Parse(str_text(&json)); /* the writer against a reader that is not ours */
        assert_non_null(other);
        assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(other, "nodes")), workflow->count);
        cJSON_Delete(other);
        str_clear(&json);
        workflow_to_sketch(workflow, &json);
        other = cJSON_Parse(str_text(&json));
        assert_int_equal(cJSON_GetArraySize(other), workflow->count);
        cJSON_Delete(other);
        str_free(&json);
        workflow_unref(again);
        workflow_unref(workflow);
    }
}

/* Valid text with bytes changed: refused or read, never more than that. */
static void test_mutations(void **state)
{
    struct random random;
    size_t refusals = 0;

    (void)state;
    random_seed(&random, 13);
    for (int round = 0; round < 3000; round++) {
        struct workflow *workflow = graph_random(&random, 1 + random_below(&random, 4));
        struct err err = { 0 };
        struct str json = STR_INIT;
        struct workflow *again;

        workflow_to_json(workflow, &json);
        for (size_t i = random_below(&random, 3) + 1; i > 0; i--)
            json.data[random_below(&random, json.len)] = (char)(1 + random_below(&random, 255));
        again = read_text(str_text(&json), JSON_COMMENTS, &err);
        assert_true(again != NULL || err.code == ERR_INPUT);
        refusals += again == NULL;
        workflow_unref(again);
        workflow_unref(workflow);
        str_free(&json);
    }
    assert_true(refusals > 500 && refusals < 3000);
}

static void test_load(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(workflow_load("no/such/workflow.json", &test_scope, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, "no/such/workflow.json");
}

/* Labels with everything that the two languages read as markup. */
static void test_drawings(void **state)
{
    const char *const question[] = { "question" };
    const struct node_spec specs[] = {
        { .id = "end",
            .kind = NODE_LLM,
            .description = "Says \"<b>\" \\ #1;\né",
            .prompt = "p",
            .inputs = question,
            .input_count = 1 },
    };
    struct err err = { 0 };
    struct workflow *workflow = workflow_build(specs, 1, &test_scope, &err);
    struct str out = STR_INIT;

    (void)state;
    workflow_to_mermaid(workflow, &out);
    assert_string_equal(str_text(&out),
        "flowchart TD\n"
        "    f0([\"question\"])\n"
        "    n0[\"end<br/>llm<br/>Says #34;#60;b#62;#34; #92; #35;1#59; é\"]\n"
        "    f0 --> n0\n");
    str_clear(&out);
    workflow_to_dot(workflow, &out);
    assert_string_equal(str_text(&out),
        "digraph workflow {\n"
        "    node [shape=box];\n"
        "    f0 [shape=ellipse, label=\"question\"];\n"
        "    n0 [label=\"end\\nllm\\nSays \\\"<b>\\\" \\\\ #1; é\"];\n"
        "    f0 -> n0;\n"
        "}\n");
    str_free(&out);
    workflow_unref(workflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_form),
        cmocka_unit_test(test_read_by_hand),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_many_nodes),
        cmocka_unit_test(test_deep_schema),
        cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_drawings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
