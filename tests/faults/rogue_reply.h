#ifndef ROGUE_REPLY_H
#define ROGUE_REPLY_H

/* Private to the folder: what is sent for a request. Every fault is a run of bytes and what happens
 * after them. */
#include "rogue.h"
#include "hash.h"
#include "str.h"

enum rogue_end {
    END_KEEP,   /* the connection serves the next request */
    END_CLOSE,  /* the end of the stream */
    END_RESET,  /* RST */
    END_HOLD,   /* nothing more, until the client goes */
    END_REPEAT, /* `repeat` over and over, until the client goes */
};

struct rogue_plan {
    struct str bytes;
    const char *repeat;
    enum rogue_end end;
    bool good; /* a complete reply without a fault */
};

/* A chat completion. */
void rogue_plan_reply(const struct rogue_options *options, enum rogue_fault fault, const char *body,
    size_t len, struct rogue_plan *plan);
void rogue_plan_models(const struct rogue_options *options, struct rogue_plan *plan);
/* A whole reply with this status and JSON error. */
void rogue_plan_error(
    unsigned status, const char *type, const char *message, struct rogue_plan *plan);

#endif
