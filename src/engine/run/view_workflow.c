/* A workflow's JSON as the view has it. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "view_fold.h"

void view_workflow_free(struct view_workflow *workflow)
{
    for (size_t i = 0; i < workflow->count; i++) {
        free(workflow->nodes[i].inputs);
        free(workflow->nodes[i].tools);
    }
    free(workflow->nodes);
}

static size_t size_of(const cJSON *array)
{
    int size = cJSON_IsArray(array) ? cJSON_GetArraySize(array) : 0;

    return size > 0 ? (size_t)size : 0;
}

/* Every string that a node names is there, empty at worst. */
static const char *keep(struct run_view *view, const cJSON *item)
{
    const char *text = cJSON_GetStringValue(item);

    return view_index_keep(view->index, text != NULL ? text : "");
}

static void read_node(struct run_view *view, const cJSON *json, struct view_node *node)
{
    const cJSON *inputs = view_member(json, "inputs");
    const cJSON *tools = view_member(json, "tools");
    const cJSON *item;

    node->id = keep(view, view_member(json, "id"));
    node->kind = keep(view, view_member(json, "kind"));
    node->description = keep(view, view_member(json, "description"));
    node->prompt = keep(view, view_member(json, "prompt"));
    node->model = view_index_keep(view->index, view_string(json, "model"));
    node->inputs = mem_zalloc(size_of(inputs), sizeof *node->inputs);
    node->tools = mem_zalloc(size_of(tools), sizeof *node->tools);
    if (cJSON_IsArray(inputs))
        cJSON_ArrayForEach(item, inputs) node->inputs[node->input_count++] =
            (struct view_input){ keep(view, item), VIEW_NONE };
    if (cJSON_IsArray(tools))
        cJSON_ArrayForEach(item, tools) node->tools[node->tool_count++] = keep(view, item);
}

/* Equal strings are one pointer here. */
static int find_node(const struct view_workflow *workflow, const char *id)
{
    for (size_t i = 0; i < workflow->count; i++)
        if (workflow->nodes[i].id == id)
            return (int)i;
    return VIEW_NONE;
}

static void link_inputs(struct view_workflow *workflow)
{
    for (size_t i = 0; i < workflow->count; i++)
        for (size_t j = 0; j < workflow->nodes[i].input_count; j++) {
            struct view_input *input = &workflow->nodes[i].inputs[j];
            int node = find_node(workflow, input->name);

            input->node = node < (int)i ? node : VIEW_NONE;
        }
}

static void add_workflow(struct run_view *view, const cJSON *event)
{
    const cJSON *nodes = view_member(view_member(event, "workflow"), "nodes");
    struct view_workflow workflow = { .t = view->t };
    const cJSON *item;

    view_copy(workflow.id, sizeof workflow.id, event, "id");
    workflow.nodes = mem_zalloc(size_of(nodes), sizeof *workflow.nodes);
    if (cJSON_IsArray(nodes))
        cJSON_ArrayForEach(item, nodes) read_node(view, item, &workflow.nodes[workflow.count++]);
    link_inputs(&workflow);
    ARRAY_PUSH(&view->workflows, workflow);
}

/* What a change that was just taken led to. */
static void close_proposal(struct run_view *view)
{
    struct view_proposal *last;

    if (view->proposal_list.count == 0)
        return;
    last = &view->proposal_list.items[view->proposal_list.count - 1];
    if (last->after == VIEW_NONE &&
        (last->verdict == VIEW_ACCEPTED || last->verdict == VIEW_EDITED))
        last->after = view->current;
}

void view_on_workflow(struct run_view *view, const cJSON *event)
{
    const char *id = view_string(event, "id");
    bool fresh;

    if (id == NULL)
        return;
    view->current =
        (int)hash_map_put(&view->index->workflows, hash_text(id), view->workflows.count, &fresh);
    if (fresh)
        add_workflow(view, event);
    close_proposal(view);
}

int view_workflow_of(const struct run_view *view, const cJSON *event, const char *name)
{
    const char *id = view_string(event, name);
    size_t at;

    if (id == NULL || !hash_map_get(&view->index->workflows, hash_text(id), &at))
        return VIEW_NONE;
    return (int)at;
}
