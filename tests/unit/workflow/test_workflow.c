#include "graphs.h"

#include <string.h>

#include <pthread.h>

#include "mem.h"

static const char diamond[] = "start llm question -\n"
                              "left tool start search\n"
                              "right llm start,context -\n"
                              "end agent left,right search,python\n";

static void test_order(void **state)
{
    struct workflow *workflow = graph_make("end llm b,a -\n"
                                           "b llm question -\n"
                                           "a llm context -\n");

    (void)state;
    assert_string_equal(workflow->nodes[0].id, "b");
    assert_string_equal(workflow->nodes[1].id, "a");
    assert_string_equal(workflow->nodes[2].id, "end");
    assert_int_equal(workflow->output, 2);
    assert_int_equal(workflow->nodes[2].inputs[0].node, 0);
    assert_int_equal(workflow->nodes[2].inputs[1].node, 1);
    assert_int_equal(workflow->nodes[0].inputs[0].node, -1);
    workflow_unref(workflow);
}

static void test_graph_queries(void **state)
{
    struct workflow *workflow = graph_make(diamond);

    (void)state;
    assert_int_equal(workflow_find(workflow, "right"), 2);
    assert_int_equal(workflow_find(workflow, "nobody"), -1);
    assert_int_equal(workflow->nodes[0].successor_count, 2);
    assert_int_equal(workflow->nodes[0].successors[0], 1);
    assert_int_equal(workflow->nodes[0].successors[1], 2);
    assert_int_equal(workflow->nodes[3].successor_count, 0);
    assert_int_equal(workflow_depth(workflow), 3);
    assert_int_equal(workflow_depth_below(workflow, 0), 3);
    assert_int_equal(workflow_depth_below(workflow, 1), 2);
    assert_int_equal(workflow_depth_below(workflow, 3), 1);
    workflow_unref(workflow);
}

static void test_wants_gradient(void **state)
{
    struct workflow *workflow = graph_make("fetch tool question search\n"
                                           "query llm question -\n"
                                           "found tool query search\n"
                                           "end llm fetch,found -\n");

    (void)state;
    assert_false(workflow_wants_gradient(workflow, 0)); /* a tool, and no prompt above it */
    assert_true(workflow_wants_gradient(workflow, 1));
    assert_true(workflow_wants_gradient(workflow, 2)); /* passes through to query */
    assert_true(workflow_wants_gradient(workflow, 3));
    workflow_unref(workflow);
}

static void test_refusals(void **state)
{
    (void)state;
    graph_refused("", "at least one node");
    graph_refused("a llm questoin -\n", "did you mean \"question\"?");
    graph_refused("find llm question -\nb llm fnid -\n", "did you mean \"find\"?");
    graph_refused("a llm zzzzzzzzzzzz -\n", "known: \"question\", \"context\", \"a\"");
    graph_refused("a agent question serch\n", "did you mean \"search\"?");
    graph_refused("a agent question -\n", "an agent without a tool");
    graph_refused("a llm question search\n", "make it an agent");
    graph_refused("a tool question search,python\n", "exactly one");
    graph_refused("a tool question -\n", "exactly one");
    graph_refused("a llm - -\n", "reads nothing");
    graph_refused("a llm question,question -\n", "twice");
    graph_refused("a agent question search,search\n", "twice");
    graph_refused("question llm context -\n", "the name of a task field");
    graph_refused("a llm question -\na llm question -\n", "two nodes have the id \"a\"");
    graph_refused("a.b llm question -\n", "only letters, digits, _ and -");
    graph_refused(
        "x1234567890123456789012345678901234567890123456789012345678901234 llm question -\n",
        "at most 64");
    graph_refused("a llm question -\nb llm question -\n", "\"a\", \"b\"");
}

static void test_cycles(void **state)
{
    (void)state;
    graph_refused(
        "a llm a -\n", "1 node is in a cycle (each reads the one after the arrow): a ← a;");
    graph_refused("a llm c -\nb llm a,question -\nc llm b -\n", "3 nodes are in a cycle");
    graph_refused("a llm c -\nb llm a,question -\nc llm b -\n", "a ← c ← b ← a");
    /* the tail that hangs off a cycle is not part of it */
    graph_refused("tail llm a -\na llm b -\nb llm a -\n",
        "2 nodes are in a cycle (each reads the one after the arrow): a ← b ← a");
}

static void test_spec_refusals(void **state)
{
    const char *question[] = { "question" };
    const char *search[] = { "search" };
    const struct node_spec good = {
        .id = "a", .prompt = "Answer.", .inputs = question, .input_count = 1
    };
    char *long_text = mem_zalloc(PROMPT_MAX + 2, 1);
    const struct {
        struct node_spec spec;
        const char *part;
    } cases[] = {
        { { .prompt = "p", .inputs = question, .input_count = 1 }, "node 1 has no id" },
        { { .id = "a", .inputs = question, .input_count = 1 }, "the prompt is empty" },
        { { .id = "a", .prompt = " \n", .inputs = question, .input_count = 1 },
            "the prompt is empty" },
        { { .id = "a", .prompt = "\xC3", .inputs = question, .input_count = 1 }, "not UTF-8" },
        { { .id = "a", .prompt = long_text, .inputs = question, .input_count = 1 },
            "at most 65536" },
        { { .id = "a",
              .prompt = "p",
              .description = long_text,
              .inputs = question,
              .input_count = 1 },
            "at most 4096" },
        { { .id = "a", .prompt = "p", .model = "bgi", .inputs = question, .input_count = 1 },
            "did you mean \"big\"?" },
        { { .id = "a", .prompt = "p", .schema = "{", .inputs = question, .input_count = 1 },
            "schema:1:" },
        { { .id = "a", .prompt = "p", .schema = "[]", .inputs = question, .input_count = 1 },
            "a JSON schema is an object" },
        { { .id = "a",
              .kind = NODE_TOOL,
              .prompt = "p",
              .inputs = question,
              .input_count = 1,
              .tools = search,
              .tool_count = 1 },
            "called directly" },
        { { .id = "a",
              .kind = (enum node_kind)7,
              .prompt = "p",
              .inputs = question,
              .input_count = 1 },
            "llm, agent or tool" },
    };

    (void)state;
    memset(long_text, 'x', PROMPT_MAX + 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = { 0 };

        assert_null(workflow_build(&cases[i].spec, 1, &test_scope, &err));
        expect_part(err.message, cases[i].part);
    }
    workflow_unref(workflow_build(&good, 1, &test_scope, &(struct err){ 0 }));
    free(long_text);
}

/* Escape bytes of a hostile name do not reach a terminal through a message. */
static void test_harmless_names(void **state)
{
    const char *inputs[] = { "\x1b[2Jevil\xFF" };
    struct node_spec spec = { .id = "a", .prompt = "p", .inputs = inputs, .input_count = 1 };
    struct err err = { 0 };

    (void)state;
    assert_null(workflow_build(&spec, 1, &test_scope, &err));
    expect_part(err.message, "evil");
    assert_null(strchr(err.message, '\x1b'));
    spec.id = "\x1b]0;x\x07";
    assert_null(workflow_build(&spec, 1, &test_scope, &err));
    assert_null(strchr(err.message, '\x1b'));
}

static char *chain(size_t count)
{
    struct str lines = STR_INIT;

    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            str_add(&lines, "n0 llm question -\n");
        else
            str_addf(&lines, "n%zu llm n%zu -\n", i, i - 1);
    }
    return str_take(&lines);
}

static void test_sizes(void **state)
{
    char *most = chain(WORKFLOW_MAX_NODES);
    char *more = chain(WORKFLOW_MAX_NODES + 1);
    struct workflow *workflow = graph_make(most);

    (void)state;
    assert_int_equal(workflow_depth(workflow), WORKFLOW_MAX_NODES);
    assert_int_equal(workflow_depth_below(workflow, 0), WORKFLOW_MAX_NODES);
    graph_refused(more, "129 nodes; at most 128");
    workflow_unref(workflow);
    free(most);
    free(more);
}

/* A workflow that was checked before can be read without its task. */
static void test_no_scope(void **state)
{
    const char *inputs[] = { "anything" };
    const char *tools[] = { "whatever" };
    const struct node_spec spec = { .id = "a",
        .kind = NODE_AGENT,
        .prompt = "p",
        .model = "m",
        .inputs = inputs,
        .input_count = 1,
        .tools = tools,
        .tool_count = 1 };
    struct err err = { 0 };
    struct workflow *workflow = workflow_build(&spec, 1, NULL, &err);

    (void)state;
    assert_non_null(workflow);
    assert_int_equal(workflow->nodes[0].inputs[0].node, -1);
    workflow_unref(workflow);
}

static void test_with_prompt(void **state)
{
    struct workflow *workflow = graph_make(diamond);
    struct workflow *other = workflow_with_prompt(workflow, 2, "New {text}.");
    struct workflow *back = workflow_with_prompt(other, 2, workflow->nodes[2].prompt);

    (void)state;
    assert_string_equal(other->nodes[2].prompt, "New {text}.");
    assert_string_equal(workflow->nodes[2].prompt, "Prompt of right.");
    assert_false(workflow_equal(workflow, other));
    assert_true(workflow_equal(workflow, back));
    assert_true(hash_equal(workflow->hash, back->hash));
    assert_int_equal(other->nodes[0].successor_count, 2);
    assert_int_equal(other->output, 3);
    workflow_unref(workflow);
    workflow_unref(other);
    workflow_unref(back);
}

/* What the header promises of every workflow. */
static void check_invariants(const struct workflow *workflow)
{
    size_t ends = 0;
    size_t edges = 0;

    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];

        for (size_t j = 0; j < node->input_count; j++) {
            int from = node->inputs[j].node;

            assert_true(from < (int)i);
            if (from >= 0) {
                edges++;
                assert_string_equal(node->inputs[j].name, workflow->nodes[from].id);
                assert_true(workflow_depth_below(workflow, (size_t)from) >
                            workflow_depth_below(workflow, i));
            }
        }
        for (size_t j = 0; j < node->successor_count; j++) {
            assert_true(node->successors[j] > (int)i);
            assert_true(j == 0 || node->successors[j] > node->successors[j - 1]);
            edges--;
        }
        ends += node->successor_count == 0;
        assert_int_equal(workflow_find(workflow, node->id), (int)i);
    }
    assert_int_equal(edges, 0);
    assert_int_equal(ends, 1);
    assert_int_equal(workflow->nodes[workflow->output].successor_count, 0);
    assert_int_equal(workflow->output, workflow->count - 1);
}

static void test_random_graphs(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 7);
    for (int round = 0; round < 300; round++) {
        size_t count = 1 + random_below(&random, round % 10 == 0 ? WORKFLOW_MAX_NODES : 12);
        struct workflow *workflow = graph_random(&random, count);
        size_t deepest = 0;

        assert_int_equal(workflow->count, count);
        check_invariants(workflow);
        for (size_t i = 0; i < count; i++)
            if (workflow_depth_below(workflow, i) > deepest)
                deepest = workflow_depth_below(workflow, i);
        assert_int_equal(deepest, workflow_depth(workflow));
        workflow_unref(workflow);
    }
}

/* The order in which ready nodes are given is part of the value; the order of a node before what it
 * reads is not. */
static void test_given_order(void **state)
{
    struct workflow *a = graph_make("x llm question -\ny llm question -\nend llm x,y -\n");
    struct workflow *b = graph_make("y llm question -\nx llm question -\nend llm x,y -\n");
    struct workflow *c = graph_make("end llm x,y -\nx llm question -\ny llm question -\n");

    (void)state;
    assert_false(workflow_equal(a, b));
    assert_true(workflow_equal(a, c));
    workflow_unref(a);
    workflow_unref(b);
    workflow_unref(c);
}

static void *hold_and_release(void *data)
{
    for (int i = 0; i < 20000; i++)
        workflow_unref(workflow_ref(data));
    workflow_unref(data);
    return NULL;
}

static void test_references_across_threads(void **state)
{
    struct workflow *workflow = graph_make(diamond);
    pthread_t threads[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, hold_and_release, workflow_ref(workflow)), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&workflow->refs), 1);
    workflow_unref(workflow);
    workflow_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_graph_queries),
        cmocka_unit_test(test_wants_gradient),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_spec_refusals),
        cmocka_unit_test(test_harmless_names),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_no_scope),
        cmocka_unit_test(test_with_prompt),
        cmocka_unit_test(test_random_graphs),
        cmocka_unit_test(test_given_order),
        cmocka_unit_test(test_references_across_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
