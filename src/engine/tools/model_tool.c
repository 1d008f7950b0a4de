/* The tool that is another model of the task, asked with its own prompt: an untrusted one, a larger
 * one, one of another maker. What it costs is counted apart (LLM_TOOL). Its replies are journalled
 * by the client, as every reply. */
#include "mem.h"
#include "model.h"
#include "tool_settings.h"
#include "tool_type.h"

struct model_tool {
    struct client *client;
    const struct llm_model *model;
    char *prompt; /* NULL: none */
    struct hash identity;
};

struct question {
    struct llm_call call;
    struct tool_run *run;
};

static void model_tool_close(void *tool)
{
    struct model_tool *model = tool;

    free(model->prompt);
    free(model);
}

static void *model_tool_open(
    const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    const char *name = tool_setting_text(setup->settings, "model");
    int index = name != NULL ? task_find_model(setup->task, name) : -1;
    struct model_tool *model;

    (void)offers;
    if (index < 0 || setup->client == NULL || setup->models == NULL) {
        (void)err_set(err, ERR_INPUT, "%s:%u: tools.%s.model: there is no model \"%.60s\"",
            setup->task->path, setup->tool->line, setup->tool->name, name != NULL ? name : "");
        return NULL;
    }
    model = mem_zalloc(1, sizeof *model);
    model->client = setup->client;
    model->model = setup->models[index];
    model->prompt = mem_strdup(tool_setting_text(setup->settings, "prompt"));
    model->identity = hash_join(
        hash_text(model->model->identity), hash_text(model->prompt != NULL ? model->prompt : ""));
    return model;
}

static struct hash model_tool_identity(const void *tool)
{
    const struct model_tool *model = tool;

    return model->identity;
}

static void on_reply(struct llm_call *call)
{
    struct question *question = call->data;
    struct tool_run *run = question->run;
    struct llm_reply *reply = call->reply;
    struct err error = call->error;
    struct text *result = NULL;

    if (reply != NULL && reply->finish == FINISH_FILTER)
        (void)err_set(&error, ERR_INPUT,
            "%s: the answer was held back by the endpoint's content filter", run->offer->name);
    else if (reply != NULL)
        result = text_ref(reply->content);
    llm_reply_unref(reply);
    llm_request_unref(call->request);
    free(question);
    run->done(run, result, &error);
}

static void model_tool_start(void *tool, struct tool_run *run)
{
    struct model_tool *model = tool;
    struct question *question = mem_zalloc(1, sizeof *question);
    struct llm_message messages[2];
    size_t count = 0;

    if (model->prompt != NULL)
        messages[count++] = llm_message_new(MESSAGE_SYSTEM, text_from(model->prompt));
    messages[count++] = llm_message_new(MESSAGE_USER, text_ref(run->input));
    question->run = run;
    question->call = (struct llm_call){
        .request = llm_request_new(model->model, LLM_TOOL, messages, count, NULL, 0, NULL, NULL, 0),
        .priority = 1,
        .on_done = on_reply,
        .data = question,
    };
    run->private_state = question;
    client_start(model->client, &question->call);
}

static void model_tool_cancel(void *tool, struct tool_run *run)
{
    struct model_tool *model = tool;
    struct question *question = run->private_state;

    client_cancel(model->client, &question->call);
}

const struct tool_type tool_model = {
    .name = "model",
    .summary = "asks another language model, which sees nothing but the text that it is sent",
    .argument = "message",
    .parameters = "{\"type\":\"object\",\"properties\":{\"message\":{\"type\":\"string\","
                  "\"description\":\"the whole request\"}},\"required\":[\"message\"],"
                  "\"additionalProperties\":false}",
    .is_not_journalled = true,
    .open = model_tool_open,
    .close = model_tool_close,
    .identity = model_tool_identity,
    .start = model_tool_start,
    .cancel = model_tool_cancel,
};
