#include "graphs.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "diff.h"
#include "mem.h"

static const char before_lines[] = "find tool question search\n"
                                   "read llm question,find -\n"
                                   "end llm read -\n";
static const char after_lines[] = "query llm question -\n"
                                  "find tool query search\n"
                                  "end llm find,question -\n";

static void test_items(void **state)
{
    struct workflow *a = graph_make(before_lines);
    struct workflow *plain = graph_make(after_lines);
    struct workflow *b =
        workflow_with_prompt(plain, (size_t)workflow_find(plain, "end"), "Better.");
    struct diff diff = workflow_diff(a, b);
    static const struct {
        enum node_change change;
        const char *id;
    } expected[] = {
        { NODE_ADDED, "query" },
        { NODE_REWIRED, "find" },
        { NODE_REWIRED, "end" },
        { NODE_PROMPTED, "end" },
        { NODE_REMOVED, "read" },
    };

    (void)state;
    assert_int_equal(diff.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(diff.items[i].change, expected[i].change);
        assert_string_equal(diff.items[i].id, expected[i].id);
    }
    diff_free(&diff);
    diff = workflow_diff(a, a);
    assert_int_equal(diff.count, 0);
    diff_free(&diff);
    workflow_unref(a);
    workflow_unref(plain);
    workflow_unref(b);
}

/* A node that differs in its model alone, or in its schema alone, is another node. */
static void test_model_and_schema(void **state)
{
    const char *const question[] = { "question" };
    struct node_spec spec = { .id = "a", .prompt = "p", .inputs = question, .input_count = 1 };
    struct err err = { 0 };
    struct workflow *plain = workflow_build(&spec, 1, &test_scope, &err);
    struct workflow *other[2];

    (void)state;
    spec.model = "big";
    other[0] = workflow_build(&spec, 1, &test_scope, &err);
    spec.model = NULL;
    spec.schema = "{}";
    other[1] = workflow_build(&spec, 1, &test_scope, &err);
    for (size_t i = 0; i < 2; i++) {
        struct diff diff = workflow_diff(plain, other[i]);

        assert_int_equal(diff.count, 1);
        assert_int_equal(diff.items[0].change, NODE_REWIRED);
        diff_free(&diff);
        workflow_unref(other[i]);
    }
    workflow_unref(plain);
}

static void test_json(void **state)
{
    struct workflow *a = graph_make(before_lines);
    struct workflow *b = workflow_with_prompt(a, 2, "A \"better\" one.\nTwo lines. \n");
    struct workflow *c = graph_make("find tool question search\nend llm question,find -\n");
    struct str out = STR_INIT;

    (void)state;
    diff_to_json(a, b, &out);
    assert_string_equal(str_text(&out),
        "{\"nodes_added\":[],\"nodes_removed\":[],\"rewired\":[],\"prompts\":[{\"id\":\"end\","
        "\"before\":\"Prompt of end.\",\"after\":\"A \\\"better\\\" one.\\nTwo lines.\"}]}");
    str_clear(&out);
    diff_to_json(a, c, &out);
    assert_string_equal(str_text(&out),
        "{\"nodes_added\":[],\"nodes_removed\":[{\"id\":\"read\",\"kind\":\"llm\",\"description\":"
        "\"Does read.\","
        "\"prompt\":\"Prompt of "
        "read.\",\"inputs\":[\"question\",\"find\"],\"tools\":[]}],\"rewired\":[{\"id\":\"end\","
        "\"before\":{\"id\":\"end\",\"kind\":\"llm\",\"description\":\"Does "
        "end.\",\"inputs\":[\"read\"],\"tools\":[]},"
        "\"after\":{\"id\":\"end\",\"kind\":\"llm\",\"description\":\"Does "
        "end.\",\"inputs\":[\"question\",\"find\"],"
        "\"tools\":[]}}],\"prompts\":[]}");
    str_free(&out);
    workflow_unref(a);
    workflow_unref(b);
    workflow_unref(c);
}

static struct workflow *apply(const struct workflow *base, const struct workflow *a,
    const struct workflow *b, const char *id, struct err *err)
{
    return workflow_apply(base, a, b, &id, 1, &test_scope, err);
}

static void test_part_of_a_change(void **state)
{
    struct workflow *a = graph_make(before_lines);
    struct workflow *b1 = workflow_with_prompt(a, 1, "Read well.");
    struct workflow *b = workflow_with_prompt(b1, 2, "End well.");
    struct err err = { 0 };
    struct workflow *one = apply(a, a, b, "end", &err);
    struct workflow *none = workflow_apply(a, a, b, &(const char *){ "" }, 0, &test_scope, &err);

    (void)state;
    assert_non_null(one);
    assert_string_equal(one->nodes[1].prompt, "Prompt of read.");
    assert_string_equal(one->nodes[2].prompt, "End well.");
    assert_non_null(none);
    assert_true(workflow_equal(none, a));
    assert_null(apply(a, a, b, "find", &err));
    expect_part(err.message, "node \"find\" is not changed");
    assert_null(apply(a, a, b, "raed", &err));
    expect_part(err.message, "did you mean \"read\"?");
    workflow_unref(a);
    workflow_unref(b1);
    workflow_unref(b);
    workflow_unref(one);
    workflow_unref(none);
}

/* A change made on a is put on what a person made of a meanwhile. */
static void test_other_base(void **state)
{
    struct workflow *a = graph_make(before_lines);
    struct workflow *b = workflow_with_prompt(a, 2, "End well.");
    struct workflow *base = workflow_with_prompt(a, 1, "By hand.");
    struct workflow *clash = workflow_with_prompt(a, 2, "By hand.");
    struct workflow *less = graph_make("find tool question search\nread llm find -\n");
    struct err err = { 0 };
    struct workflow *both = workflow_apply(base, a, b, NULL, 0, &test_scope, &err);
    struct workflow *twice = workflow_apply(b, a, b, NULL, 0, &test_scope, &err);

    (void)state;
    assert_string_equal(both->nodes[1].prompt, "By hand.");
    assert_string_equal(both->nodes[2].prompt, "End well.");
    assert_true(workflow_equal(twice, b));
    assert_null(workflow_apply(clash, a, b, NULL, 0, &test_scope, &err));
    expect_part(err.message, "changed in another way meanwhile");
    assert_null(workflow_apply(less, a, b, NULL, 0, &test_scope, &err));
    expect_part(err.message, "which the workflow does not have");
    workflow_unref(a);
    workflow_unref(b);
    workflow_unref(base);
    workflow_unref(clash);
    workflow_unref(less);
    workflow_unref(both);
    workflow_unref(twice);
}

/* Half of a change of structure leaves an input dangling: refused, and said so. */
static void test_invalid_result(void **state)
{
    struct workflow *a = graph_make(before_lines);
    struct workflow *b = graph_make(after_lines);
    struct err err = { 0 };

    (void)state;
    assert_null(apply(a, a, b, "find", &err));
    expect_part(err.message, "node \"find\" names \"query\"");
    assert_null(apply(a, a, b, "read", &err));
    expect_part(err.message, "node \"end\" names \"read\"");
    workflow_unref(a);
    workflow_unref(b);
}

/* A copy of the workflow with the prompts of some nodes changed. */
static struct workflow *reprompt(struct random *random, const struct workflow *workflow)
{
    struct workflow *copy = workflow_ref(workflow);

    for (size_t i = 0; i < workflow->count; i++) {
        struct workflow *next;

        if (workflow->nodes[i].kind == NODE_TOOL || random_below(random, 2) == 0)
            continue;
        next = workflow_with_prompt(copy, i, "Another.");
        workflow_unref(copy);
        copy = next;
    }
    return copy;
}

/* apply(a, diff(a, b)) = b for any two workflows, and the diff is empty only where nothing but the
 * order differs. */
static void test_random_pairs(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 17);
    for (int round = 0; round < 400; round++) {
        struct workflow *a = graph_random(&random, 1 + random_below(&random, 15));
        struct workflow *b = round % 2 == 0 ? graph_random(&random, 1 + random_below(&random, 15))
                                            : reprompt(&random, a);
        struct err err = { 0 };
        struct workflow *result = workflow_apply(a, a, b, NULL, 0, &test_scope, &err);
        struct workflow *back = workflow_apply(b, b, a, NULL, 0, &test_scope, &err);
        struct diff diff = workflow_diff(a, b);
        struct str json = STR_INIT;
        cJSON *tree;

        assert_non_null(result);
        assert_true(workflow_equal(result, b));
        assert_true(workflow_equal(back, a));
        if (workflow_equal(a, b))
            assert_int_equal(diff.count, 0);
        diff_to_json(a, b, &json);
        tree = cJSON_Parse(str_text(&json));
        assert_int_equal(cJSON_GetArraySize(tree), 4);
        cJSON_Delete(tree);
        str_free(&json);
        diff_free(&diff);
        workflow_unref(a);
        workflow_unref(b);
        workflow_unref(result);
        workflow_unref(back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_model_and_schema),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_part_of_a_change),
        cmocka_unit_test(test_other_base),
        cmocka_unit_test(test_invalid_result),
        cmocka_unit_test(test_random_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
