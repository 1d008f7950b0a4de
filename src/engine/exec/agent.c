#include "pass_state.h"

#include <string.h>

#include "array.h"
#include "mem.h"
#include "structured.h"

/* An agent node: model call → the tools that it asks for, one after the other → their results →
 * model call …, until it answers in text. A tool call that is wrong in itself is told to the model;
 * it is no failure of the node. */

static void ask_next(struct node_run *run);
static void call_next(struct node_run *run);

static const struct node *node_of(const struct node_run *run)
{
    return &run->slot->state->workflow->nodes[run->node];
}

static void add_message(struct node_run *run, struct llm_message message)
{
    run->messages =
        array_grow(run->messages, run->message_count, &run->message_cap, sizeof *run->messages);
    run->messages[run->message_count++] = message;
}

static void tell(struct node_run *run, struct text *take_result)
{
    struct llm_message message = llm_message_new(MESSAGE_TOOL, take_result);

    message.call_id = mem_strdup(run->reply->calls[run->next_call].id);
    add_message(run, message);
    run->next_call++;
    run->tool.tool = NULL;
}

static void tell_error(struct node_run *run, const struct err *error)
{
    struct str text = STR_INIT;

    str_addf(&text, "error: %s", error->message);
    tell(run, text_new(text.data, text.len));
    str_free(&text);
}

static void on_tool_result(struct tool_call *call)
{
    struct node_run *run = call->data;

    if (call->result != NULL)
        slot_tool_answered(run->slot, call->input, call->result);
    text_unref(call->input);
    call->input = NULL;
    if (call->result == NULL && call->error.code != ERR_INPUT) {
        node_run_fail(run, NULL, &call->error);
        return;
    }
    if (call->result != NULL)
        tell(run, call->result);
    else
        tell_error(run, &call->error);
    call_next(run);
}

static const char *find_tool(const struct node_run *run, const char *name, struct err *err)
{
    const struct node *node = node_of(run);
    struct str list = STR_INIT;

    for (size_t i = 0; i < node->tool_count; i++) {
        if (strcmp(node->tools[i], name) == 0) {
            str_free(&list);
            return node->tools[i];
        }
        str_addf(&list, "%s%s", i > 0 ? ", " : "", node->tools[i]);
    }
    err_set(err, ERR_INPUT, "there is no tool \"%.100s\"; you may call: %s", name, str_text(&list));
    str_free(&list);
    return NULL;
}

/* Starts the reply's next tool call; false and *err where it cannot be made. */
static bool start_call(struct node_run *run, struct err *err)
{
    const struct pass_context *context = run->slot->state->context;
    const struct llm_tool_call *wanted = &run->reply->calls[run->next_call];
    const char *tool = find_tool(run, wanted->name, err);
    char *input;

    if (tool == NULL)
        return false;
    if (run->next_call >= AGENT_MAX_CALLS)
        return err_set(err, ERR_INPUT, "at most %d tools can be called at once", AGENT_MAX_CALLS);
    input = toolbox_input_from_arguments(context->toolbox, tool, wanted->arguments, err);
    if (input == NULL)
        return false;
    run->tool = (struct tool_call){
        .tool = tool, .input = text_from(input), .on_done = on_tool_result, .data = run
    };
    free(input);
    toolbox_start(context->toolbox, &run->tool);
    return true;
}

static void call_next(struct node_run *run)
{
    while (run->next_call < run->reply->call_count) {
        struct err error = { 0 };

        if (run->op.state->cut) {
            node_run_fail(run, NULL, &run->op.state->pass->error);
            return;
        }
        if (start_call(run, &error))
            return;
        tell_error(run, &error);
    }
    llm_reply_unref(run->reply);
    run->reply = NULL;
    ask_next(run);
}

/* The assistant's turn goes into the conversation with its calls. */
static void add_turn(struct node_run *run, const struct llm_reply *reply)
{
    struct llm_message turn = {
        .role = MESSAGE_ASSISTANT,
        .content = reply->content,
        .calls = reply->calls,
        .call_count = reply->call_count,
    };

    add_message(run, llm_message_copy(&turn));
}

static void finish_checked(struct node_run *run, cJSON *take_json)
{
    char *printed = cJSON_PrintUnformatted(take_json);
    struct text *output = text_from(printed != NULL ? printed : run->reply->content->data);

    cJSON_free(printed);
    cJSON_Delete(take_json);
    node_run_finish(run, output);
}

/* The one corrective retry of an answer that does not follow the node's schema. */
static void ask_again(struct node_run *run, const struct err *wrong)
{
    struct text *complaint = ask_complaint(wrong);

    run->corrected = true;
    add_turn(run, run->reply);
    add_message(run, llm_message_new(MESSAGE_USER, complaint));
    llm_reply_unref(run->reply);
    run->reply = NULL;
    ask_next(run);
}

static void answer(struct node_run *run)
{
    const char *schema = node_of(run)->schema;
    struct text *content = run->reply->content;
    struct err error = { 0 };
    cJSON *json;

    if (schema == NULL) {
        node_run_finish(run, text_ref(content));
        return;
    }
    json = structured_parse(content->data, schema, &error);
    if (json != NULL)
        finish_checked(run, json);
    else if (!run->corrected)
        ask_again(run, &error);
    else
        node_run_fail(run, text_ref(content), &error);
}

static void on_reply(struct llm_call *call)
{
    struct node_run *run = call->data;
    struct llm_reply *reply = call->reply;
    struct err error = { 0 };

    call->reply = NULL;
    if (reply == NULL) {
        node_run_fail(run, NULL, &call->error);
        return;
    }
    trace_call(run->slot, (int)run->node, call->request->key);
    run->reply = reply; /* freed with the run */
    run->next_call = 0;
    if (reply->finish == FINISH_FILTER) {
        err_set(&error, ERR_INPUT, "the answer was held back by the endpoint's content filter");
        node_run_fail(run, text_ref(reply->content), &error);
    } else if (reply->call_count == 0) {
        answer(run);
    } else if (run->turns >= AGENT_MAX_TURNS) {
        err_set(&error, ERR_INPUT, "still calling tools after %d turns, without an answer",
            AGENT_MAX_TURNS);
        node_run_fail(run, text_ref(reply->content), &error);
    } else {
        add_turn(run, reply);
        call_next(run);
    }
}

static void ask_next(struct node_run *run)
{
    const struct node_plan *plan = &run->slot->state->plans[run->node];
    const struct node *node = node_of(run);
    struct llm_message *copies = mem_zalloc(run->message_count, sizeof *copies);

    for (size_t i = 0; i < run->message_count; i++)
        copies[i] = llm_message_copy(&run->messages[i]);
    run->turns++;
    node_run_ask_model(run,
        llm_request_new(plan->model, LLM_EXECUTOR, copies, run->message_count, plan->tools,
            node->tool_count, node->schema != NULL ? NODE_SCHEMA_NAME : NULL, node->schema, 0),
        on_reply);
    free(copies);
}

void agent_start(struct node_run *run, const struct llm_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_message(run, messages[i]);
    ask_next(run);
}
