#ifndef SSE_H
#define SSE_H

/*
 * Server-sent events out of a stream of bytes, cut anywhere. Lines end in LF, CRLF or CR; several
 * data lines of an event are joined by LF; comments and unknown fields are skipped; an event
 * without data is none. At the end of the stream an unfinished event is dropped, except "[DONE]".
 * A zeroed struct with on_event set is ready.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

enum { SSE_LINE_MAX = 8 << 20, SSE_EVENT_MAX = 16 << 20 };

struct sse {
    /* `name` is "message" where the event names none; data is borrowed, and no NUL ends it. False:
     * enough. */
    bool (*on_event)(void *ctx, const char *name, const char *data, size_t len);
    void *ctx;
    /* private */
    struct str line; /* the line so far, where a chunk ended within it */
    struct str data, name;
    bool has_data, begun, after_cr;
};

/* False where on_event wanted no more (*err untouched) or a line or event is beyond its maximum
 * (ERR_ENDPOINT); it must not be fed again then. */
bool sse_feed(struct sse *sse, const char *bytes, size_t len, struct err *err);
bool sse_end(struct sse *sse, struct err *err);
void sse_free(struct sse *sse);

#endif
