#ifndef EVENT_SCAN_H
#define EVENT_SCAN_H

/*
 * Private to the folder: reads the usual event of a stream without building a tree of it. A stream
 * is hundreds of events of one shape, and a tree for each is most of what a call costs.
 *
 * It knows less than JSON on purpose: what it accepts is valid JSON of the shape that was asked for
 * and means what the tree would mean (members that the shape does not name are checked and
 * skipped); anything else (a \u escape, a doubled or escaped key, another type, deep nesting,
 * ill-formed JSON) it refuses, the data untouched, and the caller builds the tree. So it never
 * decides that something is wrong.
 *
 * And most events are the one before them with another text: those are known by their bytes
 * (scan_again).
 */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

enum scan_kind {
    SCAN_TEXT,    /* a string, or null, which is not found */
    SCAN_NOTHING, /* null or [] */
    SCAN_ZERO,    /* the number 0 */
    SCAN_OBJECT,  /* an object of the inner shape */
    SCAN_ONE,     /* an array of one such object */
};

/* A member of an object; a shape is a list of these that ends with a key of NULL. */
struct scan_shape {
    const char *key;
    enum scan_kind kind;
    unsigned slot; /* below SCAN_SLOTS; no two members of an event have the same */
    const struct scan_shape *inner;
};

enum { SCAN_SLOTS = 16 };

struct scan_text {
    char *at; /* within the data; NULL: no such string */
    size_t len;
    bool is_escaped;
};

struct scan {
    struct scan_text texts[SCAN_SLOTS]; /* of SCAN_TEXT, as they stand in the data */
    unsigned seen;                      /* members that are there, by bit of the slot */
};

/* False: build the tree. A NUL stands behind the data. */
bool scan_event(struct scan *scan, const struct scan_shape *shape, char *data, size_t len);

/* Resolves a text's escapes where it stands: the event cannot be scanned again. */
void scan_decode(struct scan_text *text);

/* Whether a text that was not decoded is this word. */
bool scan_is(const struct scan_text *text, const char *word);

/* All of an event but one text. A zeroed one is none. */
struct scan_frame {
    struct str before, after; /* with the quotes */
};

/* Keeps what stands around a text that scan_event found and that was not decoded. */
void scan_keep(
    struct scan_frame *frame, const char *data, size_t len, const struct scan_text *text);
/* True where the event is the kept one with another text, found without an escape: whatever was
 * true of the kept one is true of it. False: it may be anything. */
bool scan_again(const struct scan_frame *frame, const char *data, size_t len, const char **text,
    size_t *text_len);
void scan_forget(struct scan_frame *frame);

#endif
