#include "pass_state.h"

#include <stdlib.h>

#include "mem.h"

void pass_sections(
    const char *const *names, const struct text *const *texts, size_t count, struct str *out)
{
    for (size_t i = 0; i < count; i++) {
        str_addf(out, "%s## %s\n\n", i > 0 ? "\n" : "", names[i]);
        str_add_n(out, texts[i]->data, texts[i]->len);
        str_add_char(out, '\n');
    }
}

static struct text *text_of(struct str *take)
{
    struct text *text = text_new(str_text(take), take->len);

    str_free(take);
    return text;
}

static const struct node *node_of(const struct node_run *run)
{
    return &run->slot->state->workflow->nodes[run->node];
}

void node_inputs(
    const struct slot *slot, size_t node, const struct text **texts, const char **names)
{
    const struct node *at = &slot->state->workflow->nodes[node];
    const struct node_plan *plan = &slot->state->plans[node];

    for (size_t i = 0; i < at->input_count; i++) {
        int from = at->inputs[i].node;

        texts[i] = from >= 0 ? slot->nodes[from].output : slot->example->inputs[plan->fields[i]];
        names[i] = at->inputs[i].name;
    }
}

static void free_run(struct node_run *run)
{
    for (size_t i = 0; i < run->message_count; i++)
        llm_message_free(&run->messages[i]);
    free(run->messages);
    llm_reply_unref(run->reply);
    llm_request_unref(run->request);
    text_unref(run->tool.input);
    op_end(&run->op);
    free(run);
}

void node_run_finish(struct node_run *run, struct text *take_output)
{
    struct slot *slot = run->slot;
    struct pass_state *state = slot->state;
    size_t node = run->node;

    free_run(run);
    slot_node_done(slot, node, take_output);
    pass_settle(state);
}

void node_run_fail(struct node_run *run, struct text *take_output, const struct err *error)
{
    struct slot *slot = run->slot;
    struct pass_state *state = slot->state;
    size_t node = run->node;
    struct err copy = *error; /* it may stand in the run */

    free_run(run);
    slot_node_failed(slot, node, take_output, &copy);
    pass_settle(state);
}

void node_run_ask_model(
    struct node_run *run, struct llm_request *take_request, void (*on_done)(struct llm_call *call))
{
    llm_request_unref(run->request);
    run->request = take_request;
    run->call = (struct llm_call){
        .request = take_request,
        .label = { node_of(run)->id, run->slot->example->id },
        .priority = run->slot->state->plans[run->node].forward,
        .on_done = on_done,
        .data = run,
    };
    client_start(run->slot->state->context->client, &run->call);
}

static void on_plain_reply(struct llm_call *call)
{
    struct node_run *run = call->data;
    struct llm_reply *reply = call->reply;
    struct err error = { 0 };
    struct text *output;

    if (reply == NULL) {
        node_run_fail(run, NULL, &call->error);
        return;
    }
    trace_call(run->slot, (int)run->node, call->request->key);
    output = text_ref(reply->content);
    call->reply = NULL;
    if (reply->finish == FINISH_FILTER) {
        err_set(&error, ERR_INPUT, "the answer was held back by the endpoint's content filter");
        node_run_fail(run, output, &error);
    } else {
        node_run_finish(run, output);
    }
    llm_reply_unref(reply);
}

/* The checked object, printed compactly: what the readers of the node are given. */
static void on_checked_reply(struct ask *ask)
{
    struct node_run *run = ask->data;
    char *printed;
    struct text *output;

    if (ask->answer != NULL)
        trace_call(run->slot, (int)run->node, ask->request->key);
    if (ask->json == NULL) {
        node_run_fail(run, text_ref(ask->answer), &ask->error);
        return;
    }
    printed = cJSON_PrintUnformatted(ask->json);
    output = text_from(printed != NULL ? printed : ask->answer->data);
    cJSON_free(printed);
    cJSON_Delete(ask->json);
    node_run_finish(run, output);
}

static void start_checked(struct node_run *run, const struct llm_message *messages, size_t count)
{
    const struct pass_state *state = run->slot->state;
    const struct node_plan *plan = &state->plans[run->node];

    run->ask = (struct ask){
        .client = state->context->client,
        .model = plan->model,
        .role = LLM_EXECUTOR,
        .priority = plan->forward,
        .schema_name = NODE_SCHEMA_NAME,
        .schema = node_of(run)->schema,
        .label = { node_of(run)->id, run->slot->example->id },
        .on_done = on_checked_reply,
        .data = run,
    };
    ask_start(&run->ask, messages, count);
}

static void on_tool_result(struct tool_call *call)
{
    struct node_run *run = call->data;

    if (call->result != NULL)
        slot_tool_answered(run->slot, call->input, call->result);
    if (call->result != NULL)
        node_run_finish(run, call->result);
    else
        node_run_fail(run, NULL, &call->error);
}

/* The text of its inputs, joined by line ends. */
static void start_tool(struct node_run *run)
{
    const struct text *texts[NODE_MAX_INPUTS];
    const char *names[NODE_MAX_INPUTS];
    struct str input = STR_INIT;

    node_inputs(run->slot, run->node, texts, names);
    for (size_t i = 0; i < node_of(run)->input_count; i++) {
        str_add(&input, i > 0 ? "\n" : "");
        str_add_n(&input, texts[i]->data, texts[i]->len);
    }
    run->tool = (struct tool_call){ .tool = node_of(run)->tools[0],
        .input = text_of(&input),
        .on_done = on_tool_result,
        .data = run };
    toolbox_start(run->slot->state->context->toolbox, &run->tool);
}

static struct text *user_message(const struct node_run *run)
{
    const struct text *texts[NODE_MAX_INPUTS];
    const char *names[NODE_MAX_INPUTS];
    struct str message = STR_INIT;

    node_inputs(run->slot, run->node, texts, names);
    pass_sections(names, texts, node_of(run)->input_count, &message);
    return text_of(&message);
}

static void start_model(struct node_run *run)
{
    const struct node *node = node_of(run);
    struct llm_message messages[] = {
        llm_message_new(MESSAGE_SYSTEM, text_from(node->prompt)),
        llm_message_new(MESSAGE_USER, user_message(run)),
    };

    if (node->kind == NODE_AGENT)
        agent_start(run, messages, 2);
    else if (node->schema != NULL)
        start_checked(run, messages, 2);
    else
        node_run_ask_model(run,
            llm_request_new(run->slot->state->plans[run->node].model, LLM_EXECUTOR, messages, 2,
                NULL, 0, NULL, NULL, 0),
            on_plain_reply);
}

/* Whatever of the three is not under way knows nothing of it and does nothing. */
static void cancel_run(struct op *op)
{
    struct node_run *run = (struct node_run *)op;
    const struct pass_context *context = op->state->context;

    if (run->tool.tool != NULL)
        toolbox_cancel(context->toolbox, &run->tool);
    else if (run->ask.client != NULL)
        ask_cancel(&run->ask);
    else
        client_cancel(context->client, &run->call);
}

void node_start(struct slot *slot, size_t node)
{
    struct node_run *run = mem_zalloc(1, sizeof *run);

    run->slot = slot;
    run->node = node;
    op_begin(slot->state, &run->op, cancel_run);
    if (node_of(run)->kind == NODE_TOOL)
        start_tool(run);
    else
        start_model(run);
}
