#ifndef READER_CALLS_H
#define READER_CALLS_H

/*
 * What a run's journal tells of its calls, for tables and sums, in pieces, read and parsed on the
 * reader's thread. Private to run/.
 */
#include "reader_feed.h"
#include "session.h"

enum { CALLS_PIECE = 512 };

struct journal_call {
    uint32_t row;
    struct hash key;
    int64_t at; /* when it ended, Unix ms; 0: not told */
    int role;   /* enum llm_role; -1: not told */
    enum call_state state;
    uint64_t input_tokens, output_tokens;
    double usd;
    unsigned latency_ms, attempts;
    bool is_remote, is_cut;           /* an endpoint's; it did not end as it should */
    const char *node, *example, *why; /* the feed's; NULL: none */
};

bool feed_load_calls(
    struct store_reader *store, uint32_t row, bool newer, struct feed *feed, struct err *err);

#endif
