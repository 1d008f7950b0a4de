#include "ask.h"

#include <stdlib.h>

#include "mem.h"
#include "str.h"
#include "structured.h"

static void on_reply(struct llm_call *call);

static void ask_model(struct ask *ask, const struct llm_message *messages, size_t count)
{
    ask->request = llm_request_new(
        ask->model, ask->role, messages, count, NULL, 0, ask->schema_name, ask->schema, ask->draw);
    ask->call = (struct llm_call){
        .request = ask->request,
        .label = ask->label,
        .priority = ask->priority,
        .on_done = on_reply,
        .data = ask,
    };
    client_start(ask->client, &ask->call);
}

struct text *ask_complaint(const struct err *wrong)
{
    struct str text = STR_INIT;
    struct text *result;

    str_addf(&text,
        "Your answer cannot be used: %s.\nAnswer again: one JSON object that follows the schema, "
        "and nothing else.",
        wrong->message);
    result = text_new(text.data, text.len);
    str_free(&text);
    return result;
}

/* The same conversation, the bad answer, and what is wrong with it. */
static void ask_again(struct ask *ask, const struct llm_reply *reply, const struct err *wrong)
{
    struct llm_request *first = ask->request;
    size_t count = first->message_count;
    struct llm_message *messages = mem_zalloc(count + 2, sizeof *messages);

    for (size_t i = 0; i < count; i++)
        messages[i] = llm_message_copy(&first->messages[i]);
    messages[count] = llm_message_new(MESSAGE_ASSISTANT, text_ref(reply->content));
    messages[count + 1] = llm_message_new(MESSAGE_USER, ask_complaint(wrong));
    ask->is_retry = true;
    ask_model(ask, messages, count + 2);
    free(messages);
    llm_request_unref(first);
}

static cJSON *read_answer(struct ask *ask, const struct llm_reply *reply, struct err *err)
{
    cJSON *json;

    if (reply->finish == FINISH_LENGTH || reply->finish == FINISH_FILTER) {
        err_set(err, ERR_INPUT,
            reply->finish == FINISH_LENGTH ? "it was cut at the length limit; be shorter"
                                           : "it was held back by the endpoint's content filter");
        return NULL;
    }
    json = structured_parse(reply->content->data, ask->schema, err);
    if (json != NULL && ask->accept != NULL && !ask->accept(ask, json, err)) {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}

static void finish(struct ask *ask)
{
    struct llm_request *request = ask->request;
    struct text *answer = ask->answer;

    ask->on_done(ask);
    llm_request_unref(request);
    text_unref(answer);
}

static void on_reply(struct llm_call *call)
{
    struct ask *ask = call->data;
    struct llm_reply *reply = call->reply;
    struct err wrong = { 0 };

    if (reply == NULL) {
        ask->error = call->error;
        finish(ask);
        return;
    }
    ask->json = read_answer(ask, reply, &wrong);
    if (ask->json == NULL && !ask->is_retry) {
        ask_again(ask, reply, &wrong);
        llm_reply_unref(reply);
        return;
    }
    ask->answer = text_ref(reply->content);
    llm_reply_unref(reply);
    if (ask->json == NULL)
        err_set(
            &ask->error, ERR_INPUT, "no usable answer, also when asked again: %s", wrong.message);
    finish(ask);
}

void ask_start(struct ask *ask, const struct llm_message *messages, size_t count)
{
    ask->json = NULL;
    ask->answer = NULL;
    ask->error = (struct err){ 0 };
    ask->is_retry = false;
    ask_model(ask, messages, count);
}

void ask_cancel(struct ask *ask)
{
    client_cancel(ask->client, &ask->call);
}
