#include "question.h"

#include <stdlib.h>

#include "facts.h"
#include "mem.h"
#include "values.h"

/* A question of the present wave. */
struct asked {
    struct question *question;
    struct meta_request request;
    struct meta_reply reply;
    struct hash message;
};

static uint32_t draw_of(const struct optimizer *o, struct hash message)
{
    for (size_t i = 0; i < o->draws.count; i++)
        if (hash_equal(o->draws.items[i].message, message))
            return o->draws.items[i].draw;
    return 0;
}

void question_turn_down(struct optimizer *o, struct hash message)
{
    for (size_t i = 0; i < o->draws.count; i++)
        if (hash_equal(o->draws.items[i].message, message)) {
            o->draws.items[i].draw++;
            return;
        }
    ARRAY_PUSH(&o->draws, ((struct draw){ message, 1 }));
}

static void prepare(
    const struct optimizer *o, struct question *question, const char *refused, struct asked *asked)
{
    struct str message = STR_INIT;

    question->values.refused = refused != NULL ? refused : "(nothing)";
    templates_render(o->in->templates, question->template, &question->values, &message);
    question->values.refused = NULL;
    asked->question = question;
    asked->message = hash_bytes(str_text(&message), message.len);
    asked->request = (struct meta_request){
        .template = question->template,
        .message = str_take(&message),
        .draw = draw_of(o, asked->message),
        .label = question->label,
    };
}

static bool send(struct optimizer *o, struct asked *asked, size_t count)
{
    struct meta_request *requests = mem_zalloc(count, sizeof *requests);
    struct meta_reply *replies = mem_zalloc(count, sizeof *replies);
    bool ok;

    for (size_t i = 0; i < count; i++)
        requests[i] = asked[i].request;
    ok = world_ask(o, requests, count, replies);
    for (size_t i = 0; i < count; i++)
        asked[i].reply = replies[i];
    free(requests);
    free(replies);
    return ok;
}

/* Returns the words for {{refused}} where the question is to be asked again, else NULL. */
static char *judge(struct optimizer *o, const struct asked *asked)
{
    struct question *question = asked->question;
    struct str refused = STR_INIT;
    struct err why = { 0 };

    if (asked->reply.json == NULL) {
        question->error = asked->reply.error;
        return NULL;
    }
    if (question->accept(question->data, asked->reply.json, &why)) {
        question->answered = true;
        question->message = asked->message;
        return NULL;
    }
    question_turn_down(o, asked->message);
    question->error = why;
    values_refused(why.message, asked->reply.json, &refused);
    return str_take(&refused);
}

static void asked_free(struct asked *asked, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(asked[i].request.message);
        cJSON_Delete(asked[i].reply.json);
    }
    free(asked);
}

/* Asks once those questions whose words wait in refused[] (all in the first wave) and renews
 * refused[]. */
static bool wave(
    struct optimizer *o, struct question *questions, size_t count, char **refused, bool first)
{
    struct asked *asked = mem_zalloc(count, sizeof *asked);
    size_t open = 0;
    bool ok;

    for (size_t i = 0; i < count; i++)
        if (first || refused[i] != NULL)
            prepare(o, &questions[i], refused[i], &asked[open++]);
    ok = open == 0 || send(o, asked, open);
    for (size_t i = 0; i < count; i++) {
        free(refused[i]);
        refused[i] = NULL;
    }
    for (size_t i = 0; ok && i < open; i++)
        refused[asked[i].question - questions] = judge(o, &asked[i]);
    asked_free(asked, open);
    return ok;
}

bool questions_ask(
    struct optimizer *o, struct question *questions, size_t count, unsigned corrections)
{
    char **refused = mem_zalloc(count, sizeof *refused);
    bool ok = true;

    for (unsigned i = 0; ok && i <= corrections; i++)
        ok = wave(o, questions, count, refused, i == 0);
    for (size_t i = 0; i < count; i++)
        free(refused[i]);
    free(refused);
    return ok;
}

bool questions_warn(
    struct optimizer *o, const struct question *questions, size_t count, const char *what)
{
    cJSON *details = cJSON_CreateArray();

    for (size_t i = 0; i < count; i++) {
        char *line;

        if (questions[i].answered)
            continue;
        line = mem_printf("%s: %s", questions[i].label, questions[i].error.message);
        cJSON_AddItemToArray(details, cJSON_CreateString(line));
        free(line);
    }
    if (cJSON_GetArraySize(details) > 0)
        return facts_warning(o, what, details);
    cJSON_Delete(details);
    return true;
}
