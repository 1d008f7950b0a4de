#ifndef LLM_H
#define LLM_H

/*
 * Requests to models and their replies: immutable once made, reference-counted.
 * A request's key = hash(model identity, canonical request with parameters, tools and schema) + draw (design, section 5).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"
#include "text.h"

enum llm_role { LLM_EXECUTOR, LLM_META, LLM_JUDGE, LLM_ROLES };

enum message_role { MESSAGE_SYSTEM, MESSAGE_USER, MESSAGE_ASSISTANT, MESSAGE_TOOL };

struct llm_tool_call {
    char *id;        /* the provider's id of the call */
    char *name;
    char *arguments; /* JSON text */
};

struct llm_message {
    enum message_role role;
    struct text *content;        /* may be empty */
    struct llm_tool_call *calls; /* MESSAGE_ASSISTANT */
    size_t call_count;
    char *call_id;               /* MESSAGE_TOOL: which call this answers */
};

struct llm_tool {
    const char *name, *description;
    const char *parameters; /* JSON schema of the arguments */
};

struct llm_model; /* an opened model: api, identity, parameters, prices (client.h) */

struct llm_request {
    unsigned refs; /* private, atomic */
    const struct llm_model *model;
    enum llm_role role;
    struct llm_message *messages;
    size_t message_count;
    struct llm_tool *tools; /* strings borrowed: they live as long as the run */
    size_t tool_count;
    const char *schema_name, *schema; /* of a structured reply; NULL; borrowed from templates or the workflow */
    uint32_t draw;
    struct hash key;
};

struct llm_usage {
    uint64_t in, cached_in, out; /* tokens */
    double usd;
};

enum finish_reason { FINISH_STOP, FINISH_LENGTH, FINISH_TOOL_CALLS, FINISH_FILTER, FINISH_OTHER };

struct llm_reply {
    unsigned refs; /* private, atomic */
    struct text *content;
    struct llm_tool_call *calls;
    size_t call_count;
    enum finish_reason finish;
    struct llm_usage usage;
    uint32_t latency_ms; /* of the paid call */
    unsigned attempts;
};

/* Takes the messages' content references and calls. Computes the key. One reference, the caller's. */
struct llm_request *llm_request_new(const struct llm_model *model, enum llm_role role, const struct llm_message *messages,
    size_t count, const struct llm_tool *tools, size_t tool_count, const char *schema_name, const char *schema,
    uint32_t draw);
struct llm_request *llm_request_ref(struct llm_request *request);
void llm_request_unref(struct llm_request *request);
size_t llm_request_bytes(const struct llm_request *request); /* of all message contents: for estimates */

struct llm_reply *llm_reply_ref(struct llm_reply *reply);
void llm_reply_unref(struct llm_reply *reply);
/* The journal's form, both ways (JSON). */
struct text *llm_reply_to_json(const struct llm_reply *reply);
struct llm_reply *llm_reply_from_json(const char *json, struct err *err);

#endif
