#include "talk.h"

#include <stdlib.h>

#include "mem.h"

void talk_open(struct talk *talk, canned_answer *answer, void *data, const char *settings)
{
    const struct canned_options options = { .answer = answer, .data = data };
    struct client_options client = { .concurrency = 8 };
    struct err err = { 0 };
    char *text;

    *talk = (struct talk){ 0 };
    if (uv_loop_init(&talk->loop) != 0)
        abort();
    client.loop = &talk->loop;
    client.retry = (struct retry_policy){ .attempts = 3, .first_ms = 5, .max_ms = 20 };
    talk->server = canned_open(&options);
    talk->client = client_open(&client);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    text = mem_printf(settings, canned_port(talk->server));
#pragma GCC diagnostic pop
    talk->model = client_open_model(talk->client, "models.executor", text, &err);
    if (talk->model == NULL)
        (void)fprintf(stderr, "%s\n", err.message);
    free(text);
    if (talk->model == NULL)
        abort();
}

static void forget(struct talk *talk)
{
    llm_reply_unref(talk->call.reply);
    llm_request_unref(talk->call.request);
    talk->call = (struct llm_call){ 0 };
}

void talk_close(struct talk *talk)
{
    forget(talk);
    client_close(talk->client);
    (void)uv_run(&talk->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&talk->loop) != 0)
        abort();
    canned_close(talk->server);
}

static void on_done(struct llm_call *call)
{
    struct talk *talk = call->data;

    talk->done++;
}

void talk_ask_request(struct talk *talk, struct llm_request *take_request)
{
    forget(talk);
    talk->done = 0;
    talk->call = (struct llm_call){ .request = take_request, .on_done = on_done, .data = talk };
    client_start(talk->client, &talk->call);
    while (talk->done == 0)
        (void)uv_run(&talk->loop, UV_RUN_ONCE);
}

void talk_ask(struct talk *talk, const char *question)
{
    struct llm_message messages[] = { llm_message_new(MESSAGE_SYSTEM, text_from("Be short.")),
        llm_message_new(MESSAGE_USER, text_from(question)) };

    talk_ask_request(
        talk, llm_request_new(talk->model, LLM_EXECUTOR, messages, 2, NULL, 0, NULL, NULL, 0));
}
