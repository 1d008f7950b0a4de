#ifndef ADVISOR_CASE_H
#define ADVISOR_CASE_H

/* Asks the builtin meta model as the optimiser does, with messages in the form of templates.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "builtin.h"
#include "mem.h"
#include "str.h"

static inline char *ask_raw(
    const char *system, const char *message, const char *schema, double bad, uint64_t seed)
{
    const struct builtin_turn turn = { BUILTIN_USER, message };
    const struct builtin_request request = { .system = system,
        .turns = &turn,
        .turn_count = 1,
        .schema = schema,
        .bad_advice = bad,
        .seed = seed };
    struct builtin_reply reply = builtin_answer(&request);

    assert_non_null(reply.text);
    free(reply.tool);
    free(reply.tool_text);
    return reply.text;
}

/* The reply's JSON, which must parse. */
static inline cJSON *ask(const char *message, const char *schema, double bad, uint64_t seed)
{
    char *text = ask_raw("", message, schema, bad, seed);
    cJSON *json = cJSON_Parse(text);

    if (json == NULL)
        print_error("no JSON: %s\n", text);
    assert_non_null(json);
    free(text);
    return json;
}

static inline char *take_string(cJSON *json, const char *key)
{
    char *text = mem_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key)));

    assert_non_null(text);
    cJSON_Delete(json);
    return text;
}

static inline char *gradient(const char *message)
{
    return take_string(ask(message, "text_gradient", 0, 0), "text_gradient");
}

struct loss_case {
    const char *prompt, *inputs, *output, *target;
    double score;
};

static inline void add_loss_case(const struct loss_case *c, struct str *out)
{
    str_addf(out, "The step:\n\n<step>\nanswer: Answer the question. (llm)\n</step>\n\n<prompt>\n");
    str_add(out, c->prompt != NULL ? c->prompt : "Answer the question.");
    str_add(out, "\n</prompt>\n\n<inputs>\n");
    str_add(out, c->inputs);
    str_add(out, "\n</inputs>\n\n<output>\n");
    str_add(out, c->output);
    str_add(out, "\n</output>\n\n<target>\n");
    str_add(out, c->target);
    str_addf(out, "\n</target>\n\n<loss>\nscore: %.2f\nexpected otherwise\n</loss>\n", c->score);
}

static inline char *loss_gradient(const struct loss_case *c)
{
    struct str message = STR_INIT;
    char *text;

    add_loss_case(c, &message);
    text = gradient(str_text(&message));
    str_free(&message);
    return text;
}

#endif
