#ifndef PARTIAL_H
#define PARTIAL_H

/*
 * Private to the folder: a reply while it comes, in whatever pieces, and how it becomes a reply.
 * The protocols' readers fill it in.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "event_scan.h"
#include "fault.h"
#include "llm.h"

enum { REPLY_MAX = 16 << 20, REPLY_CALLS_MAX = 128 };

struct partial_call {
    uint64_t index; /* as the stream numbers it */
    struct str id, name, arguments;
};

struct partial {
    struct str content, reasoning, refusal;
    struct str finish;    /* the reason as the server names it */
    struct str served_by; /* the model's name as it tells it */
    struct partial_call *calls;
    size_t call_count, call_cap;
    struct llm_usage usage;
    bool usage_known;
    uint64_t begun, finished; /* choices, by bit */
    bool ended;               /* the protocol's own mark of the end */
    struct scan_frame frame;  /* of the events that say a text for frame_to and nothing else */
    struct str *frame_to;
    struct str event;   /* partial_copy's */
    struct fault fault; /* FAULT_NONE: nothing is wrong so far */
    size_t max;         /* bytes; 0: REPLY_MAX */
    void (*on_text)(void *ctx, const char *text, size_t len); /* NULL, or for show */
    void *ctx;
};

/* Parses a piece of JSON that is NUL-terminated behind `len`, which it may change: an escaped NUL,
 * which C strings cannot hold, becomes U+FFFD. NULL where it is no JSON object. */
cJSON *partial_parse(char *data, size_t len);

/* False, with a fault, once the reply is beyond its maximum. */
bool partial_add(struct partial *partial, struct str *to, const char *text, size_t len);
bool partial_add_item(
    struct partial *partial, struct str *to, const cJSON *text); /* if it is one */
/* What a scan found, if it did; changes the data that was scanned. */
bool partial_add_scanned(struct partial *partial, struct str *to, struct scan_text *text);
/* An event that says nothing but a text for `to`: the next ones like it are read by their bytes.
 * Before the text is added. */
void partial_keep_frame(struct partial *partial, struct str *to, const char *data, size_t len,
    const struct scan_text *text);
/* Reads the event where it is the kept one with another text. False: it is not, nothing was done;
 * else *ok is what partial_add says. */
bool partial_add_again(struct partial *partial, const char *data, size_t len, bool *ok);
/* The event, NUL-terminated, to be changed while it is read. Valid until the next one. */
char *partial_copy(struct partial *partial, const char *data, size_t len);
/* The call with this index, or a new one. NULL, with a fault, where there are too many. */
struct partial_call *partial_call(struct partial *partial, uint64_t index);
bool partial_fail(struct partial *partial, enum fault_kind kind, const char *message); /* false */
bool partial_fail_as(struct partial *partial, const cJSON *error);                     /* false */

/* Takes what the partial holds; reasoning within the content is set apart. No costs yet. */
struct llm_reply *partial_take_reply(struct partial *partial);
void partial_free(struct partial *partial);

/* A member's whole number; false where it is none. */
bool partial_count(const cJSON *object, const char *key, uint64_t *count);

#endif
