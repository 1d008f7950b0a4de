#ifndef FAULT_H
#define FAULT_H

/*
 * What a failed attempt was: told from the transfer's end, the status, the headers and the body,
 * whoever's shape the body has (OpenAI, Anthropic, Ollama, older vLLM, FastAPI, a proxy's HTML).
 * One table says which kinds are worth another attempt. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "http.h"
#include "str.h"
#include "told.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_AUTH,
    FAULT_QUOTA, /* money: waiting does not mend it */
    FAULT_FORBIDDEN,
    FAULT_NOT_FOUND,
    FAULT_BAD_REQUEST,
    FAULT_CONTEXT_LENGTH,
    FAULT_CONTENT_FILTER,
    FAULT_TOO_LARGE,
    FAULT_RATE_LIMITED,
    FAULT_OVERLOADED, /* load on their side, not our limit */
    FAULT_SERVER,
    FAULT_TIMEOUT,
    FAULT_NETWORK,
    FAULT_TLS,
    FAULT_TRUNCATED,      /* the answer was cut */
    FAULT_BAD_RESPONSE,   /* not what the protocol says: HTML, no JSON, an endless body */
    FAULT_LOCAL_RESOURCE, /* descriptors of this machine */
    FAULT_KINDS
};

struct fault {
    enum fault_kind kind;
    bool retryable;
    struct str message; /* the server's own words, or ours; not yet redacted */
    struct str code;    /* the server's type and code, for adapting to it */
};

const char *fault_name(enum fault_kind kind); /* "rate_limited" … */

/* Of a whole HTTP message. With a status from 200 to 299 the body is looked at for an error inside;
 * FAULT_BAD_RESPONSE where it is no JSON object at all, FAULT_NONE where it is one without an
 * error. `told` may be NULL. */
struct fault fault_of_reply(long status, const struct told *told, const char *body, size_t len);
/* Of an error object inside a stream or a reply of status 200 (the object that holds "error", or
 * the error itself). */
struct fault fault_of_error(const cJSON *error);
/* Of a transfer that did not end as HTTP_WHOLE; FAULT_NONE for HTTP_STOPPED and HTTP_CANCELLED. */
struct fault fault_of_end(const struct http_transfer *transfer);
struct fault fault_make(enum fault_kind kind, const char *message);
void fault_free(struct fault *fault);

#endif
