#include "pass_state.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* workflow_check has seen to it that every name is there. */
static size_t field_index(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->input_count; i++)
        if (strcmp(task->inputs[i], name) == 0)
            return i;
    abort();
}

static const struct llm_model *model_of(const struct pass_context *context, const struct node *node)
{
    int index = task_find_model(context->task, node->model != NULL ? node->model : "executor");

    return index >= 0 ? context->models[index] : NULL;
}

static struct llm_tool *tools_of(const struct pass_context *context, const struct node *node)
{
    struct llm_tool *tools;

    if (node->kind != NODE_AGENT)
        return NULL;
    tools = mem_zalloc(node->tool_count, sizeof *tools);
    for (size_t i = 0; i < node->tool_count; i++)
        tools[i] = (struct llm_tool){
            .name = node->tools[i],
            .description = toolbox_summary(context->toolbox, node->tools[i]),
            .parameters = toolbox_parameters(context->toolbox, node->tools[i]),
        };
    return tools;
}

/* Nodes on the longest path from a field down to each node, itself included: what a gradient still
 * has to go. */
static void find_depths_above(const struct workflow *workflow, unsigned *above)
{
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];
        unsigned deepest = 0;

        for (size_t j = 0; j < node->input_count; j++)
            if (node->inputs[j].node >= 0 && above[node->inputs[j].node] > deepest)
                deepest = above[node->inputs[j].node];
        above[i] = deepest + 1;
    }
}

static unsigned backward_length(const struct rollout_request *request)
{
    if (request->backward == BACKWARD_NONE)
        return 0;
    return request->backward == BACKWARD_BACKPROP ? (unsigned)workflow_depth(request->workflow) : 1;
}

struct node_plan *plans_new(
    const struct pass_context *context, const struct rollout_request *request)
{
    const struct workflow *workflow = request->workflow;
    struct node_plan *plans = mem_zalloc(workflow->count, sizeof *plans);
    unsigned above[WORKFLOW_MAX_NODES];

    find_depths_above(workflow, above);
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];
        struct node_plan *plan = &plans[i];

        plan->model = model_of(context, node);
        plan->tools = tools_of(context, node);
        plan->forward = (unsigned)workflow_depth_below(workflow, i) + backward_length(request);
        plan->backward = above[i];
        plan->wants_gradient = workflow_wants_gradient(workflow, i);
        for (size_t j = 0; j < node->input_count; j++)
            if (node->inputs[j].node < 0)
                plan->fields[j] = field_index(context->task, node->inputs[j].name);
    }
    return plans;
}

void plans_free(struct node_plan *plans, const struct workflow *workflow)
{
    for (size_t i = 0; i < workflow->count; i++)
        free(plans[i].tools);
    free(plans);
}
