#ifndef LLM_H
#define LLM_H

/*
 * Requests to models and their replies: immutable once made, reference-counted.
 * A request's key = hash(model identity, canonical request with parameters, tools and schema) +
 * draw (design, section 5). The role is no part of it: whoever asks the same gets the same answer.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"
#include "str.h"
#include "text.h"

enum llm_role { LLM_EXECUTOR, LLM_META, LLM_JUDGE, LLM_TOOL, LLM_ROLES };

const char *llm_role_name(enum llm_role role); /* "executor", "meta", "judge", "tool" */

enum message_role { MESSAGE_SYSTEM, MESSAGE_USER, MESSAGE_ASSISTANT, MESSAGE_TOOL };

struct llm_tool_call {
    char *id; /* the provider's id of the call */
    char *name;
    char *arguments; /* JSON text */
};

struct llm_message {
    enum message_role role;
    struct text *content;        /* may be empty, never NULL */
    struct llm_tool_call *calls; /* MESSAGE_ASSISTANT */
    size_t call_count;
    char *call_id; /* MESSAGE_TOOL: which call this answers */
};

struct llm_tool {
    const char *name, *description;
    const char *parameters; /* JSON schema of the arguments */
};

struct llm_model; /* an opened model: api, identity, parameters, prices (model.h) */

struct llm_request {
    atomic_uint refs; /* private */
    const struct llm_model *model;
    enum llm_role role;
    struct llm_message *messages;
    size_t message_count;
    struct llm_tool *tools; /* strings borrowed: they live as long as the run */
    size_t tool_count;
    const char *schema_name,
        *schema; /* of a structured reply; NULL; borrowed from templates or the workflow */
    uint32_t draw;
    struct hash key;   /* of the canonical form, and the draw */
    struct text *json; /* as the journal keeps it beside the reply, for people: { "role", "model",
                          "draw", "request": the canonical form }; no API key, no URL */
};

struct llm_usage {
    uint64_t in, cached_in, out; /* tokens; cached_in is a part of in */
    double usd;
};

enum finish_reason { FINISH_STOP, FINISH_LENGTH, FINISH_TOOL_CALLS, FINISH_FILTER, FINISH_OTHER };

struct llm_reply {
    atomic_uint refs; /* private */
    struct text *content;
    struct llm_tool_call *calls;
    size_t call_count;
    enum finish_reason finish;
    struct llm_usage usage;
    bool reused;            /* copied from another run's journal: it cost this run nothing */
    bool usage_known;       /* false: the endpoint did not tell; `usage` is then the reservation */
    struct text *reasoning; /* told apart from the content; NULL: none */
    char *served_by;        /* the model's name as the endpoint tells it; NULL */
    uint32_t latency_ms;    /* of the paid call */
    unsigned attempts;
};

/* Takes the messages' content references, calls and call ids (not the array). Computes the key. One
 * reference, the caller's. */
struct llm_request *llm_request_new(const struct llm_model *model, enum llm_role role,
    const struct llm_message *messages, size_t count, const struct llm_tool *tools,
    size_t tool_count, const char *schema_name, const char *schema, uint32_t draw);
struct llm_request *llm_request_ref(struct llm_request *request);
void llm_request_unref(struct llm_request *request); /* NULL is nothing */
size_t llm_request_bytes(
    const struct llm_request *request); /* of all contents, tools and schema: for estimates */

/* A message of plain text; takes the reference. */
struct llm_message llm_message_new(enum message_role role, struct text *take_content);
/* A copy with references and strings of its own. */
struct llm_message llm_message_copy(const struct llm_message *message);
void llm_message_free(struct llm_message *message); /* what it holds, not the struct */

/* Takes the content; ill-formed UTF-8 in it becomes U+FFFD, so that the live reply is the journal's
 * reply. No calls, FINISH_STOP, no usage: to be filled in before it is shared. */
struct llm_reply *llm_reply_new(struct text *take_content);
/* Before it is shared: one more tool call at the end. The strings are copied. */
void llm_reply_add_call(
    struct llm_reply *reply, const char *id, const char *name, const char *arguments);
/* Before it is shared: reasoning and the model's name as told; empty texts are none. */
void llm_reply_set_origin(struct llm_reply *reply, const char *reasoning, const char *served_by);
struct llm_reply *llm_reply_ref(struct llm_reply *reply);
void llm_reply_unref(struct llm_reply *reply); /* NULL is nothing */
/* The journal's form, both ways: a JSON object; appended. */
void llm_reply_to_json(const struct llm_reply *reply, struct str *out);
struct llm_reply *llm_reply_from_json(const char *json, struct err *err);

const char *finish_reason_name(enum finish_reason finish); /* "stop", "length" … */

#endif
