#ifndef READER_H
#define READER_H

/*
 * Long texts and traces of a run for screens: read from the run's file over a connection and a
 * thread of its own, never blocking the loop, whether the run is live here, in another process, or
 * over. Made for drawing: a function returns what is there and NULL where it is on its way; when
 * something has come `on_change` is called and the screen draws again. What was not asked for in a
 * while is dropped (at most READER_BYTES are held); pointers are valid until the loop turns. Loop
 * thread only.
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

typedef void reader_change(void *data);

struct reader *reader_open(
    uv_loop_t *loop, const char *path, reader_change *on_change, void *data, struct err *err);
void reader_close(struct reader *reader); /* the loop has to run once more; NULL is nothing */
bool reader_is_busy(const struct reader *reader); /* something asked for has not come yet */

/* A text by the id that events name (hash in hex or as hash): gradients, outputs, words. NULL: on
 * its way, or not there (*missing, may be NULL, tells which; *missing stays true). */
const struct text *reader_text(struct reader *reader, struct hash id, bool *missing);

/* One call of a node: the journalled request and reply. */
struct trace_call {
    struct hash key;
    int node; /* -1: of the whole example (its workflow gradient) */
};

/* One example of one pass: text ids by node of the pass's workflow. A zero hash: none. */
struct trace_view {
    unsigned pass, example; /* example: index in the task's table */
    size_t node_count;
    struct hash input, words, workflow_gradient;
    double score;                     /* NAN: none */
    struct hash *outputs, *gradients; /* node_count each */
    struct trace_call *calls;         /* in the order made */
    size_t call_count;
};
const struct trace_view *reader_trace(struct reader *reader, unsigned pass, unsigned example);

/* What the journal holds of a call. Texts are whole; a part that does not apply is NULL. */
struct call_view {
    struct hash key;
    const char *model, *role;
    const char *request;   /* pretty JSON, redacted as sent; NULL where it was not kept */
    const char *reply;     /* pretty JSON */
    const char *text;      /* the visible answer */
    const char *reasoning; /* apart from it */
    uint64_t input_tokens, cached_tokens, output_tokens;
    double usd;
    unsigned latency_ms, attempts;
    const char *tool_calls; /* pretty JSON */
};
const struct call_view *reader_call(struct reader *reader, struct hash key);

/* A fact by its number: the JSON line, for what run_view does not hold (a proposal's diff). */
const struct text *reader_fact(struct reader *reader, uint32_t seq);

/* Examples of a pass that match: for filters over texts. Starts a search (cancelling the one
 * before); `needle`: plain text, caseless
 * ASCII, in input, outputs, words or gradients. NULL: on its way. */
struct reader_matches {
    unsigned *examples;
    size_t count;
};
const struct reader_matches *reader_find(struct reader *reader, unsigned pass, const char *needle);

#endif
