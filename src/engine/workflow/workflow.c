#include "workflow_private.h"

#include <assert.h>
#include <string.h>

#include "mem.h"

static char **copy_names(const char *const *names, size_t count)
{
    char **copy = mem_zalloc(count, sizeof *copy);

    for (size_t i = 0; i < count; i++)
        copy[i] = mem_strdup(names[i]);
    return copy;
}

static char *copy_schema(const char *schema)
{
    struct err err = { .code = ERR_NONE };
    char *copy = schema != NULL ? schema_canonical(schema, &err) : NULL;

    assert(schema == NULL || copy != NULL); /* workflow_check_specs has seen it */
    return copy;
}

/* Models add and drop the last line feed as they please: no difference of prompts. */
static char *prompt_text(const char *prompt)
{
    size_t len = strlen(prompt);

    while (len > 0 && strchr(" \t\r\n", prompt[len - 1]) != NULL)
        len--;
    return mem_strndup(prompt, len);
}

/* `place` maps specs to places in the canonical order; NULL for a workflow's own nodes, which stand
 * in theirs. */
static void node_fill(
    struct node *node, const struct node_spec *spec, const int *reads, const int *place)
{
    node->id = mem_strdup(spec->id);
    node->kind = spec->kind;
    node->description = mem_strdup(spec->description != NULL ? spec->description : "");
    node->prompt = prompt_text(spec->prompt != NULL ? spec->prompt : "");
    node->inputs = mem_zalloc(spec->input_count, sizeof *node->inputs);
    node->input_count = spec->input_count;
    for (size_t i = 0; i < spec->input_count; i++) {
        node->inputs[i].name = mem_strdup(spec->inputs[i]);
        node->inputs[i].node = reads[i] >= 0 ? place[reads[i]] : -1;
    }
    node->tools = copy_names(spec->tools, spec->tool_count);
    node->tool_count = spec->tool_count;
    node->model = mem_strdup(spec->model);
    node->schema = copy_schema(spec->schema);
}

static void fill_successors(struct workflow *workflow)
{
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];

        for (size_t j = 0; j < node->input_count; j++) {
            struct node *read;

            if (node->inputs[j].node < 0)
                continue;
            read = &workflow->nodes[node->inputs[j].node];
            read->successors =
                mem_realloc(read->successors, read->successor_count + 1, sizeof *read->successors);
            read->successors[read->successor_count++] = (int)i;
        }
    }
}

static void fill_hash(struct workflow *workflow)
{
    struct str json = STR_INIT;

    workflow_to_json(workflow, &json);
    workflow->hash = hash_bytes(str_text(&json), json.len);
    str_free(&json);
}

static struct workflow *workflow_new(size_t count)
{
    struct workflow *workflow = mem_zalloc(1, sizeof *workflow);

    atomic_init(&workflow->refs, 1);
    workflow->nodes = mem_zalloc(count, sizeof *workflow->nodes);
    workflow->count = count;
    workflow->output = count - 1;
    return workflow;
}

static struct workflow *from_graph(const struct graph *graph)
{
    struct workflow *workflow = workflow_new(graph->count);
    int *place = mem_zalloc(graph->count, sizeof *place);

    for (size_t i = 0; i < graph->count; i++)
        place[graph->order[i]] = (int)i;
    for (size_t i = 0; i < graph->count; i++) {
        size_t spec = graph->order[i];

        node_fill(&workflow->nodes[i], &graph->specs[spec], graph->reads[spec], place);
    }
    free(place);
    fill_successors(workflow);
    fill_hash(workflow);
    return workflow;
}

struct workflow *workflow_build_at(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, size_t *culprit, struct err *err)
{
    struct workflow *workflow = NULL;
    struct graph graph;

    if (!workflow_check_specs(specs, count, scope, culprit, err))
        return NULL;
    *culprit = count;
    graph_open(&graph, specs, count);
    graph_sort(&graph);
    if (graph.placed < count)
        graph_cycle_error(&graph, culprit, err);
    else if (graph_check_output(&graph, err))
        workflow = from_graph(&graph);
    graph_close(&graph);
    return workflow;
}

struct workflow *workflow_build(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, struct err *err)
{
    size_t culprit;

    return workflow_build_at(specs, count, scope, &culprit, err);
}

struct workflow *workflow_ref(const struct workflow *workflow)
{
    struct workflow *mutable = (struct workflow *)workflow; /* the count is no part of the value */

    atomic_fetch_add_explicit(&mutable->refs, 1, memory_order_relaxed);
    return mutable;
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static void node_close(struct node *node)
{
    for (size_t i = 0; i < node->input_count; i++)
        free(node->inputs[i].name);
    free(node->inputs);
    free_names(node->tools, node->tool_count);
    free(node->successors);
    free(node->id);
    free(node->description);
    free(node->prompt);
    free(node->model);
    free(node->schema);
}

void workflow_unref(const struct workflow *workflow)
{
    struct workflow *mutable = (struct workflow *)workflow;

    if (mutable == NULL || atomic_fetch_sub_explicit(&mutable->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < mutable->count; i++)
        node_close(&mutable->nodes[i]);
    free(mutable->nodes);
    free(mutable);
}

int workflow_find(const struct workflow *workflow, const char *id)
{
    for (size_t i = 0; i < workflow->count; i++)
        if (strcmp(workflow->nodes[i].id, id) == 0)
            return (int)i;
    return -1;
}

/* By hash first; the texts then make sure. */
bool workflow_equal(const struct workflow *a, const struct workflow *b)
{
    struct str a_json = STR_INIT;
    struct str b_json = STR_INIT;
    bool equal = a == b;

    if (!equal && hash_equal(a->hash, b->hash)) {
        workflow_to_json(a, &a_json);
        workflow_to_json(b, &b_json);
        equal = strcmp(str_text(&a_json), str_text(&b_json)) == 0;
        str_free(&a_json);
        str_free(&b_json);
    }
    return equal;
}

const char *node_kind_name(enum node_kind kind)
{
    switch (kind) {
    case NODE_LLM:
        return "llm";
    case NODE_AGENT:
        return "agent";
    case NODE_TOOL:
        return "tool";
    }
    return "?";
}

size_t workflow_depth_below(const struct workflow *workflow, size_t node)
{
    size_t below[WORKFLOW_MAX_NODES];

    for (size_t i = workflow->count; i-- > node;) {
        size_t deepest = 0;

        for (size_t j = 0; j < workflow->nodes[i].successor_count; j++) {
            size_t next = below[workflow->nodes[i].successors[j]];

            deepest = next > deepest ? next : deepest;
        }
        below[i] = deepest + 1;
    }
    return below[node];
}

size_t workflow_depth(const struct workflow *workflow)
{
    size_t above[WORKFLOW_MAX_NODES];

    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];
        size_t deepest = 0;

        for (size_t j = 0; j < node->input_count; j++)
            if (node->inputs[j].node >= 0 && above[node->inputs[j].node] > deepest)
                deepest = above[node->inputs[j].node];
        above[i] = deepest + 1;
    }
    return above[workflow->output]; /* every node leads to the output, so the longest path ends
                                       there */
}

bool workflow_wants_gradient(const struct workflow *workflow, size_t node)
{
    bool wants[WORKFLOW_MAX_NODES];

    for (size_t i = 0; i <= node; i++) {
        const struct node *at = &workflow->nodes[i];

        wants[i] = at->kind != NODE_TOOL;
        for (size_t j = 0; j < at->input_count && !wants[i]; j++)
            wants[i] = at->inputs[j].node >= 0 && wants[at->inputs[j].node];
    }
    return wants[node];
}

struct node_spec node_as_spec(const struct node *node, const char **inputs)
{
    for (size_t i = 0; i < node->input_count; i++)
        inputs[i] = node->inputs[i].name;
    return (struct node_spec){
        .id = node->id,
        .kind = node->kind,
        .description = node->description,
        .prompt = node->prompt,
        .model = node->model,
        .schema = node->schema,
        .inputs = inputs,
        .input_count = node->input_count,
        .tools = (const char *const *)node->tools,
        .tool_count = node->tool_count,
    };
}

struct node_spec *workflow_as_specs(const struct workflow *workflow, const char ***storage)
{
    struct node_spec *specs = mem_zalloc(workflow->count, sizeof *specs);

    *storage = mem_zalloc(workflow->count * NODE_MAX_INPUTS, sizeof **storage);
    for (size_t i = 0; i < workflow->count; i++)
        specs[i] = node_as_spec(&workflow->nodes[i], *storage + i * NODE_MAX_INPUTS);
    return specs;
}

struct workflow *workflow_with_prompt(
    const struct workflow *workflow, size_t node, const char *prompt)
{
    struct workflow *copy = workflow_new(workflow->count);
    const char *inputs[NODE_MAX_INPUTS];
    int reads[NODE_MAX_INPUTS] = { 0 };
    int place[WORKFLOW_MAX_NODES];

    assert(node < workflow->count && workflow->nodes[node].kind != NODE_TOOL && prompt[0] != '\0');
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *old = &workflow->nodes[i];
        struct node_spec spec = node_as_spec(old, inputs);

        place[i] = (int)i;
        for (size_t j = 0; j < old->input_count; j++)
            reads[j] = old->inputs[j].node;
        spec.prompt = i == node ? prompt : old->prompt;
        node_fill(&copy->nodes[i], &spec, reads, place);
    }
    fill_successors(copy);
    fill_hash(copy);
    return copy;
}
