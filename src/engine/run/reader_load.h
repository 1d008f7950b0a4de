#ifndef READER_LOAD_H
#define READER_LOAD_H

/*
 * What the reader's thread does: makes one answer out of the run's file. Private to reader.c; on
 * that thread alone, but for loaded_free.
 */
#include <stdatomic.h>

#include "reader.h"
#include "store_reader.h"

enum load_what {
    LOAD_TEXT,
    LOAD_FACT,
    LOAD_TRACE,
    LOAD_PASS,
    LOAD_CALL,
    LOAD_FIND,
    LOAD_FEED,
    LOAD_TIMES,
    LOAD_CALLS
};

struct load {
    enum load_what what;
    struct hash key;  /* TEXT, CALL */
    uint32_t number;  /* FACT: seq; FEED, TIMES: the first; CALLS: row; TRACE, PASS, FIND: pass */
    uint32_t max;     /* FEED: facts at most */
    bool newer;       /* CALLS: than row `number`, else older ones */
    const char *name; /* TRACE: the example's id; FIND: the needle */
};

/* An answer; value NULL: it is not there. */
struct loaded {
    enum load_what what;
    void *value; /* struct text, trace_view, pass_view, call_view, reader_matches, feed */
    size_t bytes;
    struct hash sum; /* of the content: equal answers have equal ones */
};

struct loader;

/* Takes the connection. */
struct loader *loader_open(struct store_reader *take_store);
void loader_close(struct loader *loader);

/* `give_up` (may be NULL): a search ends early, without a value, once it is true. False and *err on
 * trouble; *out is then as where nothing is there. */
bool loader_load(struct loader *loader, const struct load *load, const atomic_bool *give_up,
    struct loaded *out, struct err *err);
void loaded_free(struct loaded *loaded);

#endif
