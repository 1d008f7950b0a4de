#ifndef READER_H
#define READER_H

/*
 * Long texts and traces of a run for screens: read from the run's file over a connection and a
 * thread of its own, never blocking the loop, whether the run is live here, in another process, or
 * over. Made for drawing: a function returns what is there and NULL where it is on its way; when
 * something has come `on_change` is called and the screen draws again. What was not asked for in a
 * while is dropped (at most READER_BYTES are held); pointers are valid until the loop turns. Loop
 * thread only.
 *
 * The reader sees what is committed. What was missing, and traces and passes, which grow, are
 * looked up again when they are asked for after reader_renew; until the new answer is there the
 * old one is given.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "err.h"
#include "hash.h"
#include "text.h"

enum { READER_BYTES = 8 << 20, READER_PREVIEW = 64 << 10 };

struct reader;

/* From the loop, never from inside a call. */
typedef void reader_change(void *data);

/* `path` is the run's file. NULL on error. */
struct reader *reader_open(
    uv_loop_t *loop, const char *path, reader_change *on_change, void *data, struct err *err);
void reader_close(struct reader *reader); /* the loop has to run once more; NULL is nothing */
bool reader_is_busy(const struct reader *reader); /* something asked for has not come yet */
void reader_renew(struct reader *reader);         /* the file has changed */
/* Why the last thing that could not be read could not (a damaged file); NULL: all was well. */
const struct err *reader_trouble(const struct reader *reader);

/* A text by the id that events name (hash in hex or as hash): gradients, outputs, words. NULL: on
 * its way, or not there (*missing, may be NULL, tells which). A zero hash is missing. */
const struct text *reader_text(struct reader *reader, struct hash id, bool *missing);

/* A fact by its number: the JSON line, for what run_view does not hold (a proposal's diff). */
const struct text *reader_fact(struct reader *reader, uint32_t seq);

/* One call of a node: the journalled request and reply. */
struct trace_call {
    struct hash key;
    int node; /* -1: of the whole example (its workflow gradient) */
};

/* One example of one pass: text ids by node of the pass's workflow. A zero hash: none. */
struct trace_view {
    unsigned pass;
    const char *example; /* its id */
    bool found;          /* false: nothing was traced (yet); all else is zero then */
    size_t node_count;   /* up to the last node that came to anything */
    struct hash input, target, words, workflow_gradient;
    double score;                     /* NAN: none, or lost */
    struct hash *outputs, *gradients; /* node_count each */
    struct trace_call *calls;         /* in the order made */
    size_t call_count;
};
/* `example`: the id as events name it. */
const struct trace_view *reader_trace(struct reader *reader, unsigned pass, const char *example);

/* The examples of a pass, in the order of the task's table, with their scores. */
struct pass_example {
    const char *id;
    double score; /* NAN: lost */
};
struct pass_view {
    unsigned pass;
    struct pass_example *examples; /* those that are scored or lost */
    size_t count;
};
const struct pass_view *reader_pass(struct reader *reader, unsigned pass);

/* What the journal holds of a call. Texts are whole; a part that does not apply is NULL. */
struct call_view {
    struct hash key;
    bool found; /* false: it is not in the journal (yet) */
    const char *model, *role;
    const char *request;   /* pretty JSON: what was asked; NULL where it was not kept */
    const char *reply;     /* pretty JSON */
    const char *text;      /* the visible answer */
    const char *reasoning; /* apart from it */
    uint64_t input_tokens, cached_tokens, output_tokens;
    double usd;
    unsigned latency_ms, attempts;
    const char *tool_calls; /* pretty JSON */
    const char *failure;    /* it was lost: why */
};
const struct call_view *reader_call(struct reader *reader, struct hash key);

/* Examples of a pass that match: for filters over texts. Starts a search (giving up the one
 * before); `needle`: plain text, caseless ASCII, in input, outputs, words or gradients. NULL: on
 * its way. */
struct reader_matches {
    const char **examples; /* ids */
    size_t count;
};
const struct reader_matches *reader_find(struct reader *reader, unsigned pass, const char *needle);

#endif
