/* A workflow's JSON as the view has it. */
#include <stdio.h>
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

static const char *keep_schema(struct run_view *view, const cJSON *schema)
{
    char *text = schema != NULL ? cJSON_PrintUnformatted(schema) : NULL;
    const char *kept = view_index_keep(view->index, text);

    cJSON_free(text);
    return kept;
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
    node->schema = keep_schema(view, view_member(json, "schema"));
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

static void add_workflow(struct run_view *view, const char *id, const cJSON *nodes)
{
    struct view_workflow workflow = { .t = view->t, .origin = VIEW_NONE };
    const cJSON *item;

    (void)snprintf(workflow.id, sizeof workflow.id, "%s", id);
    workflow.nodes = mem_zalloc(size_of(nodes), sizeof *workflow.nodes);
    if (cJSON_IsArray(nodes))
        cJSON_ArrayForEach(item, nodes) read_node(view, item, &workflow.nodes[workflow.count++]);
    link_inputs(&workflow);
    ARRAY_PUSH(&view->workflows, workflow);
}

int view_add_workflow(struct run_view *view, const char *id, const cJSON *nodes)
{
    bool fresh;
    int at =
        (int)hash_map_put(&view->index->workflows, hash_text(id), view->workflows.count, &fresh);

    if (fresh)
        add_workflow(view, id, nodes);
    return at;
}

/* What a change that was just taken led to; the change, or VIEW_NONE. */
static int close_proposal(struct run_view *view)
{
    int at = (int)view->proposal_list.count - 1;
    struct view_proposal *last = at >= 0 ? &view->proposal_list.items[at] : NULL;

    if (last == NULL || last->after != VIEW_NONE ||
        (last->verdict != VIEW_ACCEPTED && last->verdict != VIEW_EDITED))
        return VIEW_NONE;
    last->after = view->current;
    return at;
}

static bool was_current(const struct run_view *view, int workflow)
{
    return workflow != VIEW_NONE && view->workflows.items[workflow].was_current;
}

void view_on_workflow(struct run_view *view, const cJSON *event)
{
    const char *id = view_string(event, "id");
    int origin;

    if (id == NULL)
        return;
    view->current =
        view_add_workflow(view, id, view_member(view_member(event, "workflow"), "nodes"));
    origin = close_proposal(view);
    if (view->workflows.items[view->current].was_current)
        return;
    if (origin != VIEW_NONE && !was_current(view, view->proposal_list.items[origin].before))
        origin = VIEW_NONE; /* origins lead back in time */
    view->workflows.items[view->current].origin = origin;
    view->workflows.items[view->current].was_current = true;
}

int view_workflow_of(const struct run_view *view, const cJSON *event, const char *name)
{
    const char *id = view_string(event, name);
    size_t at;

    if (id == NULL || !hash_map_get(&view->index->workflows, hash_text(id), &at))
        return VIEW_NONE;
    return (int)at;
}
