#ifndef PROTOCOL_H
#define PROTOCOL_H

/* Private to the folder: what an api of remote models is made of. exchange.c does the rest. */
#include "client.h"
#include "model.h"
#include "partial.h"

struct protocol {
    const char *path; /* below the base URL */
    /* Appends the body of the request, as what was learned of the model has it. */
    void (*write_body)(
        const struct llm_request *request, const struct model_quirks *quirks, struct str *out);
    /* One event of a stream; false with a fault, or where nothing more is wanted. */
    bool (*on_event)(struct partial *partial, const char *name, const char *data, size_t len);
    /* A whole reply; false with a fault. */
    bool (*on_whole)(struct partial *partial, const cJSON *json);
    /* All that the protocol calls a complete reply has come: with or without its mark of the end.
     */
    bool (*is_complete)(const struct partial *partial);
    /* NULL, or puts a complete reply right for the request as it was sent. */
    void (*settle)(struct partial *partial, const struct llm_request *request,
        const struct model_quirks *quirks);
};

extern const struct protocol openai_protocol, anthropic_protocol;

/* One attempt; for providers' start and cancel. */
void exchange_start(const struct protocol *protocol, struct http *http, struct provider_call *call);
void exchange_cancel(struct http *http, struct provider_call *call);

/* Learns from a refusal what the model does not take: true where the request can be sent again in
 * another form. `sent` is how it was sent. */
bool quirks_learn(struct model_quirks *quirks, const struct model_quirks *sent,
    const struct llm_request *request, const struct fault *fault, long status);
/* What a name alone tells. */
void quirks_of_name(struct model_quirks *quirks, const char *name);

/* What the model is told in words where the api cannot say it: appended to `out`, or nothing. */
void protocol_words(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out);
/* The conversation's text of a message where tools are in words; appended. */
void protocol_tool_words(const struct llm_request *request, size_t message, struct str *out);
/* A reply in words that calls a tool becomes a tool call. */
void protocol_read_tool_words(struct partial *partial);

#endif
