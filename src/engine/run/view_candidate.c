/* What a change would make of its workflow, and the pass over the batch with it. The events state
 * the difference only, and that without the order of the nodes, in which traces count them: an
 * order is right where the workflow in it has the id that was stated. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "json.h"
#include "view_fold.h"
#include "workflow.h"

enum { STEPS_MAX = 2000 }; /* of a search for an order */

/* ---- the nodes ---- */

static cJSON *names_to_json(const char *const *names, size_t count)
{
    return cJSON_CreateStringArray(names, (int)count);
}

static cJSON *node_to_json(const struct view_node *node)
{
    cJSON *json = cJSON_CreateObject(), *inputs;

    cJSON_AddStringToObject(json, "id", node->id);
    cJSON_AddStringToObject(json, "kind", node->kind);
    cJSON_AddStringToObject(json, "description", node->description);
    cJSON_AddStringToObject(json, "prompt", node->prompt);
    inputs = cJSON_AddArrayToObject(json, "inputs");
    for (size_t i = 0; i < node->input_count; i++)
        cJSON_AddItemToArray(inputs, cJSON_CreateString(node->inputs[i].name));
    cJSON_AddItemToObject(json, "tools", names_to_json(node->tools, node->tool_count));
    if (node->model != NULL)
        cJSON_AddStringToObject(json, "model", node->model);
    if (node->schema != NULL)
        cJSON_AddItemToObject(json, "schema", cJSON_Parse(node->schema));
    return json;
}

static cJSON *find(const cJSON *nodes, const char *id)
{
    cJSON *node;

    cJSON_ArrayForEach(node, nodes)
    {
        const char *name = view_string(node, "id");

        if (id != NULL && name != NULL && strcmp(name, id) == 0)
            return node;
    }
    return NULL;
}

static void remove_nodes(cJSON *nodes, const cJSON *removed)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, removed)
    {
        cJSON *node = find(nodes, view_string(item, "id"));

        if (node != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(nodes, node));
    }
}

/* The node as stated, without its prompt, with the prompt that it has. */
static void rewire_nodes(cJSON *nodes, const cJSON *rewired)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, rewired)
    {
        cJSON *node = find(nodes, view_string(item, "id"));
        cJSON *after = cJSON_Duplicate(view_member(item, "after"), true);

        if (node == NULL || !cJSON_IsObject(after)) {
            cJSON_Delete(after);
            continue;
        }
        cJSON_AddItemToObject(
            after, "prompt", cJSON_DetachItemFromObjectCaseSensitive(node, "prompt"));
        (void)cJSON_ReplaceItemViaPointer(nodes, node, after);
    }
}

static void prompt_nodes(cJSON *nodes, const cJSON *prompts)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, prompts)
    {
        cJSON *node = find(nodes, view_string(item, "id"));
        const char *after = view_string(item, "after");

        if (node != NULL && after != NULL)
            (void)cJSON_ReplaceItemInObjectCaseSensitive(node, "prompt", cJSON_CreateString(after));
    }
}

/* Those that stay, in their order, then those that are added. */
static cJSON *changed_nodes(const struct view_workflow *before, const cJSON *diff)
{
    cJSON *nodes = cJSON_CreateArray();
    const cJSON *item;

    for (size_t i = 0; i < before->count; i++)
        cJSON_AddItemToArray(nodes, node_to_json(&before->nodes[i]));
    remove_nodes(nodes, view_member(diff, "nodes_removed"));
    rewire_nodes(nodes, view_member(diff, "rewired"));
    prompt_nodes(nodes, view_member(diff, "prompts"));
    cJSON_ArrayForEach(item, view_member(diff, "nodes_added"))
    {
        cJSON_AddItemToArray(nodes, cJSON_Duplicate(item, true));
    }
    return nodes;
}

/* ---- their order ---- */

/* A search for the order in which the workflow has its id. */
struct search {
    struct hash wanted;
    int steps;
};

static bool is_wanted(struct search *search, const cJSON *order)
{
    cJSON *root = cJSON_CreateObject();
    struct err err = { .code = ERR_NONE };
    const struct workflow *workflow = NULL;
    struct json_doc *doc;
    bool is;
    char *text;

    cJSON_AddItemReferenceToObject(root, "nodes", (cJSON *)order);
    text = cJSON_PrintUnformatted(root);
    doc = text != NULL ? json_parse("a change", 1, text, strlen(text), JSON_STRICT, &err) : NULL;
    if (doc != NULL)
        workflow = workflow_from_json("a change", json_root(doc), NULL, &err);
    is = workflow != NULL && hash_equal(workflow->hash, search->wanted);
    workflow_unref(workflow);
    json_free(doc);
    cJSON_free(text);
    cJSON_Delete(root);
    return is;
}

static bool is_ready(const cJSON *node, const cJSON *left)
{
    const cJSON *input;

    cJSON_ArrayForEach(input, view_member(node, "inputs"))
    {
        if (find(left, cJSON_GetStringValue(input)) != NULL)
            return false;
    }
    return true;
}

/* Moves the nodes that are left behind those in order, each after what it reads, in every way until
 * one is right; false: none was, and they are left as they were. */
static bool order_nodes(struct search *search, cJSON *left, cJSON *order)
{
    if (left->child == NULL)
        return is_wanted(search, order);
    for (int i = 0; i < cJSON_GetArraySize(left) && search->steps < STEPS_MAX; i++) {
        cJSON *node = cJSON_GetArrayItem(left, i);

        search->steps++;
        if (!is_ready(node, left))
            continue;
        cJSON_AddItemToArray(order, cJSON_DetachItemViaPointer(left, node));
        if (order_nodes(search, left, order))
            return true;
        (void)cJSON_InsertItemInArray(left, i, cJSON_DetachItemViaPointer(order, node));
    }
    return false;
}

static int add_proposed(struct run_view *view, const char *id, const cJSON *nodes)
{
    int at = view_add_workflow(view, id, nodes);

    view->workflows.items[at].origin = (int)view->proposal_list.count - 1;
    return at;
}

/* The workflow after a change; VIEW_NONE where it cannot be told from the difference. */
static int changed_workflow(struct run_view *view, const cJSON *event, int before)
{
    const char *id = view_string(event, "after");
    struct search search = { .steps = 0 };
    cJSON *left, *order;
    int at = view_workflow_of(view, event, "after");

    if (at != VIEW_NONE || before == VIEW_NONE || id == NULL || !hash_from_hex(id, &search.wanted))
        return at;
    left = changed_nodes(&view->workflows.items[before], view_member(event, "diff"));
    order = cJSON_CreateArray();
    if (cJSON_GetArraySize(left) <= WORKFLOW_MAX_NODES && order_nodes(&search, left, order))
        at = add_proposed(view, id, order);
    cJSON_Delete(left);
    cJSON_Delete(order);
    return at;
}

/* ---- the pass ---- */

static void add_scores(struct run_view *view, const struct view_proposal *proposal)
{
    for (uint32_t i = 0; i < proposal->evidence_count; i++) {
        const struct view_evidence *row = &view->evidence.items[proposal->first_evidence + i];
        struct view_score score = { row->example, row->after };

        ARRAY_PUSH(&view->scores, score);
    }
}

void view_add_candidate(
    struct run_view *view, const cJSON *event, const struct view_proposal *proposal)
{
    struct view_rollout pass = {
        .t = view->t,
        .epoch = view->epoch,
        .batch = proposal->batch,
        .round = proposal->round,
        .step = proposal->step,
        .proposal = proposal->ordinal,
        .pass = proposal->evidence_pass,
        .score = proposal->score_after,
        .first_score = (uint32_t)view->scores.count,
        .score_count = proposal->evidence_count,
    };

    if (!cJSON_IsNumber(view_member(view_member(event, "evidence"), "pass")))
        return;
    pass.workflow = changed_workflow(view, event, proposal->before);
    if (pass.workflow == VIEW_NONE)
        return;
    for (uint32_t i = 0; i < proposal->evidence_count; i++)
        pass.lost += isnan(view->evidence.items[proposal->first_evidence + i].after) ? 1 : 0;
    add_scores(view, proposal);
    view_add_pass(view, &pass);
}

void view_drop_candidate(struct run_view *view, unsigned proposal)
{
    const struct view_rollout *last;

    view_drop_under_way(view);
    if (view->rollouts.count == 0)
        return;
    last = &view->rollouts.items[view->rollouts.count - 1];
    if (last->proposal != proposal)
        return;
    view->scores.count = last->first_score;
    view->rollouts.count--;
}
