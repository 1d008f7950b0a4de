#include "meta_ask.h"

#include <stdlib.h>

#include "ask.h"
#include "mem.h"

struct question {
    struct ask ask;
    struct meta_ask_batch *batch;
    struct meta_reply *reply;
};

struct meta_ask_batch {
    void (*on_done)(void *data, const struct err *error);
    void *data;
    size_t left;
    struct err error; /* the first that fails the whole */
    size_t count;
    struct question questions[];
};

/* The run itself cannot go on; anything else fails one question only. */
static bool fails_all(enum err_code code)
{
    return code == ERR_LIMIT || code == ERR_IO || code == ERR_CANCELLED;
}

static void finish(struct meta_ask_batch *batch)
{
    const struct err *error = batch->error.code != ERR_NONE ? &batch->error : NULL;

    for (size_t i = 0; error != NULL && i < batch->count; i++) {
        cJSON_Delete(batch->questions[i].reply->json);
        *batch->questions[i].reply = (struct meta_reply){ 0 };
    }
    batch->on_done(batch->data, error);
    free(batch);
}

static void on_answered(struct ask *ask)
{
    struct question *question = ask->data;
    struct meta_ask_batch *batch = question->batch;

    question->reply->json = ask->json;
    if (ask->json == NULL)
        question->reply->error = ask->error;
    if (ask->json == NULL && fails_all(ask->error.code) && batch->error.code == ERR_NONE) {
        batch->error = ask->error;
        meta_ask_cancel(batch);
    }
    if (--batch->left == 0)
        finish(batch);
}

struct meta_ask_batch *meta_ask_start(const struct engine *engine,
    const struct meta_request *questions, size_t count, struct meta_reply *replies,
    void (*on_done)(void *data, const struct err *error), void *data)
{
    struct meta_ask_batch *batch =
        mem_zalloc(1, sizeof *batch + count * sizeof batch->questions[0]);

    batch->on_done = on_done;
    batch->data = data;
    batch->count = batch->left = count;
    for (size_t i = 0; i < count; i++) {
        struct question *question = &batch->questions[i];
        struct llm_message message = llm_message_new(MESSAGE_USER, text_from(questions[i].message));
        const struct reply_schema *schema = templates_reply(questions[i].template);

        question->batch = batch;
        question->reply = &replies[i];
        question->ask = (struct ask){
            .client = engine->client,
            .model = engine->context.meta,
            .role = LLM_META,
            .draw = questions[i].draw,
            .schema_name = schema->name,
            .schema = schema->json,
            .label = { .node = questions[i].label },
            .on_done = on_answered,
            .data = question,
        };
        ask_start(&question->ask, &message, 1);
    }
    return batch;
}

void meta_ask_cancel(struct meta_ask_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        ask_cancel(&batch->questions[i].ask);
}
