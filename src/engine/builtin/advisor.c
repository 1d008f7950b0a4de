/* The builtin model as the meta model: which reply is asked for, and whether it belongs to the
 * documented bad share. */
#include "advisor.h"

#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "hash.h"
#include "mem.h"
#include "utf8.h"

enum { MESSAGE_MAX = 4 * 1024 * 1024 };

static const struct {
    const char *schema;
    cJSON *(*advise)(struct advice *advice);
    bool updates; /* bad advice is given here only: gradients are diagnoses */
} kinds[] = {
    { "text_gradient", advise_gradient, false },
    { "prompt_update", advise_prompt, true },
    { "joint_update", advise_joint, true },
    { "sketch_update", advise_sketch, true },
    { "executor", advise_executor, true },
    { "pupa_comparison", advise_comparison, false },
    { "pupa_leaks", advise_leaks, false },
};

static cJSON *unknown_schema(const char *schema)
{
    cJSON *reply = cJSON_CreateObject();
    char *text = mem_printf(
        "the builtin meta model knows no reply of the form \"%s\"; ask for text_gradient, "
        "prompt_update, joint_update, sketch_update or executor",
        schema != NULL ? schema : "");

    cJSON_AddStringToObject(reply, "error", text);
    free(text);
    return reply;
}

static cJSON *advise(const struct builtin_request *request, struct piece message)
{
    struct hash hash = hash_join(
        hash_bytes(message.at, message.len), (struct hash){ request->seed, request->draw });
    struct advice advice = { .message = message };

    random_seed(&advice.random, hash.low ^ hash.high);
    for (size_t i = 0; request->schema != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_equal(request->schema, kinds[i].schema))
            continue;
        advice.bad = kinds[i].updates && random_unit(&advice.random) < request->bad_advice;
        return kinds[i].advise(&advice);
    }
    return unknown_schema(request->schema);
}

/* The last user turn: the rendered template. */
static const char *find_message(const struct builtin_request *request)
{
    for (size_t i = request->turn_count; i > 0; i--)
        if (request->turns[i - 1].kind == BUILTIN_USER && request->turns[i - 1].text != NULL)
            return request->turns[i - 1].text;
    return "";
}

struct builtin_reply builtin_advise(const struct builtin_request *request)
{
    const char *message = find_message(request);
    struct str repaired = STR_INIT;
    struct builtin_reply reply = { 0 };
    cJSON *json;
    char *text;

    utf8_repair(message, strnlen(message, MESSAGE_MAX), &repaired);
    json = advise(request, (struct piece){ str_text(&repaired), repaired.len });
    text = cJSON_PrintUnformatted(json);
    reply.text = mem_strdup(text != NULL ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(json);
    str_free(&repaired);
    return reply;
}
