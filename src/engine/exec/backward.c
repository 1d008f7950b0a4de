#include "pass_state.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* One question to the meta model: the gradient of a node, or of the workflow. */
struct question {
    struct op op;
    struct ask ask;
    struct slot *slot;
    enum template_id template;
    size_t node; /* not of TEMPLATE_GRAD_WORKFLOW */
};

static void gradient_ready(void *data, size_t node);

static bool is_not_blank(struct ask *ask, const cJSON *json, struct err *err)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "text_gradient"));

    (void)ask;
    if (text != NULL && text[strspn(text, " \t\r\n")] != '\0')
        return true;
    return err_set(err, ERR_INPUT, "\"text_gradient\" must be a text that is not empty");
}

static void keep_gradient(struct slot *slot, size_t node, struct text *text)
{
    slot->nodes[node].gradient = text_ref(text);
    trace_text(slot, (int)node, TRACE_GRADIENT, text, 0);
}

static void share(struct slot *slot, struct text *gradient, struct text *error)
{
    const struct workflow *workflow = slot->state->workflow;

    for (size_t i = 0; i < workflow->count; i++) {
        if (workflow->nodes[i].kind == NODE_TOOL ||
            (slot->nodes[i].output == NULL && i != slot->root))
            continue;
        if (gradient != NULL)
            keep_gradient(slot, i, gradient);
        else
            slot->nodes[i].gradient_error = text_ref(error);
    }
}

static void step_back(struct slot *slot, size_t node)
{
    walk_done(&slot->walk, node, gradient_ready, slot);
}

/* The answer is in, or is not to be had: where it goes depends on the mode. One of the two texts is
 * NULL. */
static void place(
    struct slot *slot, const struct question *question, struct text *gradient, struct text *error)
{
    enum backward_mode mode = slot->state->pass->request.backward;

    if (mode == BACKWARD_WORKFLOW) {
        slot->workflow_gradient = text_ref(gradient);
        slot->workflow_gradient_error = text_ref(error);
        trace_text(slot, -1, TRACE_WORKFLOW_GRADIENT, gradient, 0);
    } else if (mode == BACKWARD_BROADCAST) {
        share(slot, gradient, error);
    } else {
        if (gradient != NULL)
            keep_gradient(slot, question->node, gradient);
        slot->nodes[question->node].gradient_error = text_ref(error);
        step_back(slot, question->node);
    }
}

static bool cuts(const struct err *error)
{
    return error->code != ERR_NONE && error->code != ERR_ENDPOINT && error->code != ERR_INPUT;
}

static void end_if_idle(struct slot *slot)
{
    if (slot->state->pass->request.backward != BACKWARD_BACKPROP || slot->walk.running == 0)
        slot_done(slot);
}

static void on_answer(struct ask *ask)
{
    struct question *question = ask->data;
    struct slot *slot = question->slot;
    struct pass_state *state = slot->state;
    struct text *gradient = NULL, *error = NULL;
    struct err cut = { 0 };

    if (ask->answer != NULL)
        trace_call(slot, question->template == TEMPLATE_GRAD_WORKFLOW ? -1 : (int)question->node,
            ask->request->key);
    if (cuts(&ask->error))
        cut = ask->error;
    else if (ask->json != NULL)
        gradient = text_from(
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(ask->json, "text_gradient")));
    else
        error = text_from(ask->error.message);
    cJSON_Delete(ask->json);
    op_end(&question->op);
    if (cut.code != ERR_NONE) {
        pass_cut(state, &cut);
    } else if (!state->cut) {
        place(slot, question, gradient, error);
        end_if_idle(slot);
    }
    free(question);
    text_unref(gradient);
    text_unref(error);
    pass_settle(state);
}

static void cancel_question(struct op *op)
{
    ask_cancel(&((struct question *)op)->ask);
}

static void ask_for(struct slot *slot, enum template_id template, size_t node)
{
    struct pass_state *state = slot->state;
    const struct reply_schema *schema = templates_reply(template);
    char *text = gradient_message(slot, template, node);
    struct llm_message message = llm_message_new(MESSAGE_USER, text_from(text));
    struct question *question = mem_zalloc(1, sizeof *question);

    free(text);
    question->slot = slot;
    question->template = template;
    question->node = node;
    question->ask = (struct ask){
        .client = state->context->client,
        .model = state->context->meta,
        .role = LLM_META,
        .priority =
            state->pass->request.backward == BACKWARD_BACKPROP ? state->plans[node].backward : 1,
        .schema_name = schema->name,
        .schema = schema->json,
        .label = { template == TEMPLATE_GRAD_WORKFLOW ? "workflow"
                                                      : state->workflow->nodes[node].id,
            slot->example->id },
        .accept = is_not_blank,
        .on_done = on_answer,
        .data = question,
    };
    op_begin(state, &question->op, cancel_question);
    ask_start(&question->ask, &message, 1);
}

static bool has_feedback(const struct slot *slot, size_t node)
{
    const struct node *at = &slot->state->workflow->nodes[node];

    for (size_t i = 0; i < at->successor_count; i++)
        if (slot->nodes[at->successors[i]].gradient != NULL)
            return true;
    return false;
}

/* All of the node's readers have had theirs, or will never have. */
static void gradient_ready(void *data, size_t node)
{
    struct slot *slot = data;

    if (node == slot->root) {
        ask_for(slot, TEMPLATE_GRAD_LOSS, node);
    } else if (has_feedback(slot, node)) {
        ask_for(slot, TEMPLATE_GRAD_CALL, node);
    } else {
        slot->nodes[node].gradient_error =
            text_from("none of the steps that read it got a gradient to pass on");
        step_back(slot, node);
    }
}

/* The root and what it was made from, where a prompt can still learn. */
static void find_members(const struct slot *slot, unsigned char *members)
{
    const struct workflow *workflow = slot->state->workflow;

    memset(members, 0, workflow->count);
    members[slot->root] = 1;
    for (size_t i = slot->root + 1; i-- > 0;) {
        const struct node *node = &workflow->nodes[i];

        for (size_t j = 0; members[i] && j < node->input_count; j++)
            if (node->inputs[j].node >= 0)
                members[node->inputs[j].node] = 1;
    }
    for (size_t i = 0; i < workflow->count; i++)
        if (!slot->state->plans[i].wants_gradient)
            members[i] = 0;
}

void backward_start(struct slot *slot)
{
    const struct pass_state *state = slot->state;
    enum backward_mode mode = state->pass->request.backward;
    unsigned char members[WORKFLOW_MAX_NODES];

    if (mode == BACKWARD_WORKFLOW) {
        ask_for(slot, TEMPLATE_GRAD_WORKFLOW, 0);
    } else if (mode == BACKWARD_NONE || !state->plans[slot->root].wants_gradient) {
        slot_done(slot);
    } else if (mode == BACKWARD_BROADCAST) {
        ask_for(slot, TEMPLATE_GRAD_LOSS, slot->root);
    } else {
        find_members(slot, members);
        walk_close(&slot->walk);
        walk_open(&slot->walk, state->workflow, true, members);
        walk_start(&slot->walk, gradient_ready, slot);
    }
}
