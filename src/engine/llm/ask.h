#ifndef ASK_H
#define ASK_H

/*
 * A question whose answer must follow a schema: one call, its reply checked, and where it does not
 * do, one corrective retry (a new request that shows the model its answer and what is wrong with
 * it). Waiting contract as in client.h: the caller owns the struct, on_done fires exactly once and
 * never from ask_start.
 */
#include <cjson/cJSON.h>

#include "client.h"

struct ask {
    /* set by the caller */
    struct client *client;
    const struct llm_model *model;
    enum llm_role role;
    unsigned priority;
    uint32_t draw;
    const char *schema_name, *schema; /* borrowed until on_done */
    struct call_label label;
    /* A further check of a reply that follows the schema (NULL: none): false and *err send it back
     * to the model. */
    bool (*accept)(struct ask *ask, const cJSON *json, struct err *err);
    void (*on_done)(struct ask *ask);
    void *data;
    /* the outcome, valid in on_done */
    struct text *answer; /* the last reply as it came, borrowed; NULL: none */
    cJSON *json;         /* the caller's; NULL on failure */
    struct err error; /* of a call (client.h), or ERR_INPUT: no usable answer, the text says why */
    struct llm_request
        *request; /* the last one, borrowed: its key names the reply in the journal */
    /* private */
    struct llm_call call;
    bool is_retry;
};

/* Takes what the messages hold, as llm_request_new does. */
void ask_start(struct ask *ask, const struct llm_message *messages, size_t count);
void ask_cancel(struct ask *ask); /* idempotent */

/* What the model is told about an answer that cannot be used. The caller's. */
struct text *ask_complaint(const struct err *wrong);

#endif
