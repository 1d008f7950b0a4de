#include "graphs.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "sketch.h"

/* The paper's own example: search → extract → verify → answer, the first of them a tool. */
static const char present[] = "search1 tool question search\n"
                              "extract llm question,search1 -\n"
                              "verify llm extract,search1 -\n"
                              "answer llm question,verify -\n";

/* One step in short: "status id kind inputs tools replaces", "-" for none; descriptions "D of ID"
 * for new steps. */
static void add_list(struct str *out, const char *names)
{
    str_add_char(out, '[');
    for (const char *at = names; *at != '\0' && strcmp(names, "-") != 0;) {
        size_t len = strcspn(at, ",");

        str_addf(out, "%s\"%.*s\"", at > names ? "," : "", (int)len, at);
        at += len + (at[len] == ',');
    }
    str_add_char(out, ']');
}

static cJSON *steps_json(const char *lines)
{
    struct str out = STR_INIT;
    cJSON *tree;

    str_add(&out, "{\"steps\":[");
    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
        char status[16], id[100], kind[16], inputs[200], tools[200], replaces[200];

        assert_int_equal(sscanf(line, "%15s %99s %15s %199s %199s %199s", status, id, kind, inputs,
                             tools, replaces),
            6);
        str_addf(&out,
            "%s{\"id\":\"%s\",\"status\":\"%s\",\"kind\":\"%s\",\"description\":\"%s%s\","
            "\"inputs\":",
            line > lines ? "," : "", id, status, kind, status[0] == 'n' ? "D of " : "",
            status[0] == 'n' ? id : "");
        add_list(&out, inputs);
        str_add(&out, ",\"tools\":");
        add_list(&out, tools);
        str_add(&out, ",\"replaces\":");
        add_list(&out, replaces);
        str_add(&out, "}");
    }
    str_add(&out, "],\"changes_made\":[]}");
    tree = cJSON_Parse(str_text(&out));
    assert_non_null(tree);
    str_free(&out);
    return tree;
}

static struct sketch_plan *plan_try(const char *lines, struct err *err)
{
    struct workflow *current = graph_make(present);
    cJSON *tree = steps_json(lines);
    struct sketch *sketch = sketch_parse(tree, err);
    struct sketch_plan *plan =
        sketch != NULL ? workflow_plan_sketch(current, sketch, &test_scope, err) : NULL;

    cJSON_Delete(tree);
    sketch_free(sketch);
    workflow_unref(current);
    return plan;
}

static void refused(const char *lines, const char *part)
{
    struct err err = { 0 };

    assert_null(plan_try(lines, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, part);
}

static struct sketch_plan *planned(const char *lines)
{
    struct err err = { 0 };
    struct sketch_plan *plan = plan_try(lines, &err);

    if (plan == NULL)
        print_error("refused: %s\n", err.message);
    assert_non_null(plan);
    return plan;
}

static const struct node *node_of(const struct workflow *workflow, const char *id)
{
    assert_true(workflow_find(workflow, id) >= 0);
    return &workflow->nodes[workflow_find(workflow, id)];
}

static void test_six_steps(void **state)
{
    struct sketch_plan *plan = planned("reuse search1 tool question search -\n"
                                       "new entity llm question,search1 - extract\n"
                                       "new attribute tool entity search -\n"
                                       "new pick agent question,attribute python extract\n"
                                       "reuse verify llm pick,attribute - -\n"
                                       "reuse answer llm question,verify - -\n");
    const struct sketch_executor executors[] = { { "Finds the entity.", "E prompt." },
        { "", "P prompt." } };
    struct err err = { 0 };
    struct workflow *next = sketch_plan_build(plan, executors, &test_scope, &err);

    (void)state;
    assert_false(plan->unchanged);
    assert_int_equal(plan->generate_count, 2); /* the new tool step needs none */
    assert_string_equal(plan->shape->nodes[plan->generate[0]].id, "entity");
    assert_string_equal(plan->shape->nodes[plan->generate[1]].id, "pick");
    assert_non_null(next);
    assert_int_equal(next->count, 6);
    assert_string_equal(node_of(next, "entity")->prompt, "E prompt.");
    assert_string_equal(node_of(next, "entity")->description, "Finds the entity.");
    assert_string_equal(node_of(next, "pick")->prompt, "P prompt.");
    assert_string_equal(node_of(next, "pick")->description, "D of pick");
    assert_string_equal(
        node_of(next, "verify")->prompt, "Prompt of verify."); /* learned, though rewired */
    assert_string_equal(node_of(next, "verify")->description, "Does verify.");
    assert_string_equal(node_of(next, "verify")->inputs[0].name, "pick");
    assert_string_equal(next->nodes[next->output].id, "answer");
    workflow_unref(next);
    sketch_plan_free(plan);
}

static void test_no_change(void **state)
{
    struct sketch_plan *same = planned("reuse search1 tool question search -\n"
                                       "reuse extract llm question,search1 - -\n"
                                       "reuse verify llm extract,search1 - verify\n"
                                       "reuse answer llm question,verify - -\n");
    struct sketch_plan *turned = planned("reuse answer llm question,verify - -\n"
                                         "reuse verify llm extract,search1 - -\n"
                                         "reuse extract llm question,search1 - -\n"
                                         "reuse search1 tool question search -\n");
    struct sketch_plan *rewired = planned("reuse search1 tool question search -\n"
                                          "reuse extract llm question,search1 - -\n"
                                          "reuse verify llm extract - -\n"
                                          "reuse answer llm question,verify - -\n");

    (void)state;
    assert_true(same->unchanged);
    assert_true(turned->unchanged);
    assert_false(rewired->unchanged);
    assert_int_equal(rewired->generate_count, 0);
    sketch_plan_free(same);
    sketch_plan_free(turned);
    sketch_plan_free(rewired);
}

/* Tools given to a reused step make it an agent and leave it its prompt; without them it is an llm
 * again. */
static void test_reuse_with_tools(void **state)
{
    struct sketch_plan *plan = planned("reuse extract agent question search,python search1\n"
                                       "reuse answer llm question,extract - verify\n");
    const struct node *extract = node_of(plan->shape, "extract");

    (void)state;
    assert_int_equal(extract->kind, NODE_AGENT);
    assert_int_equal(extract->tool_count, 2);
    assert_string_equal(extract->prompt, "Prompt of extract.");
    assert_int_equal(plan->generate_count, 0);
    sketch_plan_free(plan);
}

static void test_model_and_schema_stay(void **state)
{
    const char *const question[] = { "question" };
    const struct node_spec spec = { .id = "answer",
        .description = "Old.",
        .prompt = "Learned.",
        .model = "big",
        .schema = "{\"type\":\"object\"}",
        .inputs = question,
        .input_count = 1 };
    struct err err = { 0 };
    struct workflow *current = workflow_build(&spec, 1, &test_scope, &err);
    cJSON *tree = steps_json("reuse answer llm question,context - -\n");
    struct sketch *sketch;
    struct sketch_plan *plan;

    (void)state;
    cJSON_ReplaceItemInObject(cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "steps"), 0),
        "description", cJSON_CreateString("Said anew."));
    sketch = sketch_parse(tree, &err);
    plan = workflow_plan_sketch(current, sketch, &test_scope, &err);
    assert_non_null(plan);
    assert_string_equal(plan->shape->nodes[0].model, "big");
    assert_string_equal(plan->shape->nodes[0].schema, "{\"type\":\"object\"}");
    assert_string_equal(plan->shape->nodes[0].prompt, "Learned.");
    assert_string_equal(plan->shape->nodes[0].description, "Said anew.");
    assert_string_equal(current->nodes[0].description, "Old.");
    sketch_plan_free(plan);
    sketch_free(sketch);
    cJSON_Delete(tree);
    workflow_unref(current);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("reuse extrct llm question - -\n",
        "step \"extrct\" reuses \"extrct\", which is no step of "
        "the present workflow; the nearest is \"extract\"");
    refused("reuse zzzzzzzzz llm question - -\n", "its steps are \"search1\", \"extract\"");
    refused(
        "new answer llm question - -\n", "is new but has the id of a step of the present workflow");
    refused("new other llm question - nobody\n",
        "step \"other\" replaces \"nobody\", which is no step");
    refused("reuse answer llm question,x - -\nnew x llm question - answer\n",
        "step \"x\" replaces \"answer\", but \"answer\" is still among the steps");
    refused("reuse search1 llm question - -\n", "which has no prompt, as kind llm");
    refused("reuse answer tool question search -\n", "would lose its prompt");
    refused("reuse answer llm question search -\n", "make it an agent");
    refused("new a agent question - -\n", "an agent without a tool");
    refused("new a tool question search,python -\n", "exactly one");
    refused("new a agent question serch -\n", "did you mean \"search\"?");
    refused("new a llm quetsion - -\n", "did you mean \"question\"?");
    refused("new a llm b - -\nnew b llm a - -\n", "2 nodes are in a cycle");
    refused("new a llm question - -\nnew b llm question - -\n",
        "2 nodes are read by no other node (\"a\", \"b\")");
    refused("new a llm question - -\nnew a llm question - -\n", "two nodes have the id \"a\"");
    refused("reuse answer llm question,verify - -\n", "no task field and no node");
    refused("new question llm context - -\n", "the name of a task field");
}

static void parse_refused(const char *text, const char *part)
{
    cJSON *tree = cJSON_Parse(text);
    struct err err = { 0 };

    assert_non_null(tree);
    assert_null(sketch_parse(tree, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, part);
    cJSON_Delete(tree);
}

static void test_parse_refusals(void **state)
{
    (void)state;
    parse_refused("1", "needs \"steps\"");
    parse_refused("{\"steps\":[]}", "at least one step");
    parse_refused("{\"steps\":[1]}", "step 1 is no object");
    parse_refused("{\"steps\":[{\"status\":\"old\"}]}",
        "step 1 has the status \"old\"; it must be one of \"reuse\", \"new\"");
    parse_refused("{\"steps\":[{\"status\":\"new\",\"kind\":null}]}",
        "it must be one of \"llm\", \"agent\", \"tool\"");
    parse_refused("{\"steps\":[{\"status\":\"new\",\"kind\":\"llm\",\"id\":7}]}",
        "step 1 needs \"id\", a string");
    parse_refused("{\"steps\":[{\"status\":\"new\",\"kind\":\"llm\",\"id\":\"a\",\"description\":"
                  "\"d\",\"inputs\":[1]}]}",
        "may hold names only");
    parse_refused("{\"steps\":[{\"status\":\"new\",\"kind\":\"llm\",\"id\":\"a\",\"description\":"
                  "\"d\",\"inputs\":{}}]}",
        "an array of names");
}

static void test_too_many_steps(void **state)
{
    struct str lines = STR_INIT;

    (void)state;
    for (int i = 0; i <= WORKFLOW_MAX_NODES; i++)
        str_addf(&lines, "new s%d llm question - -\n", i);
    refused(str_text(&lines), "129 steps; at most 128");
    str_free(&lines);
}

static void test_new_without_description(void **state)
{
    cJSON *tree = steps_json("new a llm question - -\n");
    struct workflow *current = graph_make(present);
    struct err err = { 0 };
    struct sketch *sketch;

    (void)state;
    cJSON_ReplaceItemInObject(cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "steps"), 0),
        "description", cJSON_CreateString(" "));
    sketch = sketch_parse(tree, &err);
    assert_non_null(sketch);
    assert_null(workflow_plan_sketch(current, sketch, &test_scope, &err));
    expect_part(err.message, "the new step \"a\" has no description");
    sketch_free(sketch);
    workflow_unref(current);
    cJSON_Delete(tree);
}

static void executor_refused(
    const struct sketch_plan *plan, size_t which, const char *text, const char *part)
{
    cJSON *tree = cJSON_Parse(text);
    struct sketch_executor executor;
    struct err err = { 0 };

    assert_false(sketch_read_executor(plan, which, tree, &executor, &err));
    expect_part(err.message, part);
    cJSON_Delete(tree);
}

static void test_executors(void **state)
{
    struct sketch_plan *plan = planned("new a llm question - -\nnew b agent a search answer\n");
    cJSON *good = cJSON_Parse(
        "{\"name\":\"The B\",\"type\":\"ToolExecutor\",\"description\":\"d\",\"prompt\":\"p\"}");
    struct sketch_executor executor = { NULL, NULL };
    struct err err = { 0 };

    (void)state;
    assert_true(sketch_read_executor(plan, 1, good, &executor, &err));
    assert_string_equal(executor.prompt, "p");
    assert_string_equal(executor.description, "d");
    executor_refused(plan, 0, "{\"type\":\"ToolExecutor\",\"prompt\":\"p\"}",
        "step \"a\" is of kind llm, so its executor's type must be LLMExecutor, not "
        "\"ToolExecutor\"");
    executor_refused(
        plan, 1, "{\"type\":\"LLMExecutor\",\"prompt\":\"p\"}", "must be ToolExecutor");
    executor_refused(plan, 1, "{}", "must be ToolExecutor");
    executor_refused(plan, 0, "{\"type\":\"LLMExecutor\",\"prompt\":\" \"}",
        "the executor of step \"a\": the prompt is empty");
    executor_refused(plan, 0, "{\"type\":\"LLMExecutor\",\"prompt\":5}", "the prompt is empty");
    cJSON_Delete(good);
    sketch_plan_free(plan);
}

/* Any workflow can be told to become any other: the nodes of the same id and sort reused, the rest
 * new. */
static cJSON *random_sketch(const struct workflow *a, const struct workflow *b)
{
    cJSON *tree = cJSON_CreateObject();
    cJSON *steps = cJSON_AddArrayToObject(tree, "steps");

    for (size_t i = 0; i < b->count; i++) {
        const struct node *node = &b->nodes[i];
        bool reuse = workflow_find(a, node->id) >= 0;
        cJSON *step = cJSON_CreateObject();
        cJSON *list;

        cJSON_AddStringToObject(step, "id", node->id);
        cJSON_AddStringToObject(step, "status", reuse ? "reuse" : "new");
        cJSON_AddStringToObject(step, "kind", node_kind_name(node->kind));
        cJSON_AddStringToObject(step, "description", node->description);
        list = cJSON_AddArrayToObject(step, "inputs");
        for (size_t j = 0; j < node->input_count; j++)
            cJSON_AddItemToArray(list, cJSON_CreateString(node->inputs[j].name));
        list = cJSON_AddArrayToObject(step, "tools");
        for (size_t j = 0; j < node->tool_count; j++)
            cJSON_AddItemToArray(list, cJSON_CreateString(node->tools[j]));
        cJSON_AddArrayToObject(step, "replaces");
        cJSON_AddItemToArray(steps, step);
    }
    return tree;
}

static bool kinds_agree(const struct workflow *a, const struct workflow *b)
{
    for (size_t i = 0; i < b->count; i++) {
        int old = workflow_find(a, b->nodes[i].id);

        if (old >= 0 && (a->nodes[old].kind == NODE_TOOL) != (b->nodes[i].kind == NODE_TOOL))
            return false;
    }
    return true;
}

static void test_random_sketches(void **state)
{
    struct random random;
    size_t planned_count = 0;

    (void)state;
    random_seed(&random, 23);
    for (int round = 0; round < 500; round++) {
        struct workflow *a = graph_random(&random, 1 + random_below(&random, 6));
        struct workflow *b = graph_random(&random, 1 + random_below(&random, 6));
        cJSON *tree = random_sketch(a, b);
        struct err err = { 0 };
        struct sketch *sketch = sketch_parse(tree, &err);
        struct sketch_plan *plan = workflow_plan_sketch(a, sketch, &test_scope, &err);

        assert_true((plan != NULL) == kinds_agree(a, b));
        if (plan != NULL) {
            struct sketch_executor *executors = mem_zalloc(plan->generate_count, sizeof *executors);
            struct workflow *next;

            for (size_t i = 0; i < plan->generate_count; i++)
                executors[i].prompt =
                    b->nodes[workflow_find(b, plan->shape->nodes[plan->generate[i]].id)].prompt;
            next = sketch_plan_build(plan, executors, &test_scope, &err);
            assert_non_null(next);
            assert_int_equal(next->count, b->count);
            for (size_t i = 0; i < b->count; i++) {
                int old = workflow_find(a, next->nodes[i].id);

                assert_string_equal(next->nodes[i].id, b->nodes[i].id);
                assert_string_equal(
                    next->nodes[i].prompt, old >= 0 ? a->nodes[old].prompt : b->nodes[i].prompt);
            }
            workflow_unref(next);
            free(executors);
            planned_count++;
        }
        sketch_plan_free(plan);
        sketch_free(sketch);
        cJSON_Delete(tree);
        workflow_unref(a);
        workflow_unref(b);
    }
    assert_true(planned_count > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_six_steps),
        cmocka_unit_test(test_no_change),
        cmocka_unit_test(test_reuse_with_tools),
        cmocka_unit_test(test_model_and_schema_stay),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_parse_refusals),
        cmocka_unit_test(test_too_many_steps),
        cmocka_unit_test(test_new_without_description),
        cmocka_unit_test(test_executors),
        cmocka_unit_test(test_random_sketches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
