#ifndef READER_FEED_H
#define READER_FEED_H

/*
 * The facts of a run's file, in pieces, read and parsed on the reader's thread: what a session of
 * another process's run or of a stored one folds. Private to run/.
 */
#include "json_tree.h"
#include "reader.h"
#include "store_reader.h"

enum { FEED_FACTS = 1000 }; /* of one piece at most */

struct feed {
    uint32_t from;
    const cJSON **facts; /* in order, from number `from` on */
    size_t count;
    uint32_t total;      /* facts in the file */
    char *status, *live; /* values of the store (run_progress.c); NULL: none */
    int64_t *times;      /* reader_feed_times: `count` of them, from number `from` on; no facts */
    uint32_t *batches;   /* those of them with which a batch begins */
    size_t batch_count;
    struct journal_call *calls; /* reader_feed_calls: `count` of them (reader_calls.h) */
    int64_t created_ms;         /* of the run, Unix time; with the first calls alone */
    bool is_last;               /* no further ones that way */
    struct arena arena;         /* facts; the calls' strings */
};

/* `feed` is lent: what the callee wants of it it copies, or takes out (status, live: sets it to
 * NULL). NULL and *err on trouble. From the loop, never from inside a call. */
typedef void reader_fed(void *data, struct feed *feed, const struct err *err);

/* At most `max` facts. What is asked for is given in the order of asking. */
void reader_feed(
    struct reader *reader, uint32_t from, uint32_t max, reader_fed *on_fed, void *data);
/* The times of all facts from that number on, ms since the run began. */
void reader_feed_times(struct reader *reader, uint32_t from, reader_fed *on_fed, void *data);

/* Calls older than a row of the journal, the newest first (UINT32_MAX: the last ones), or younger
 * ones, the oldest first. */
void reader_feed_calls(
    struct reader *reader, uint32_t row, bool newer, reader_fed *on_fed, void *data);

/* On the reader's thread, but for feed_free. */
bool feed_load(
    struct store_reader *store, uint32_t from, uint32_t max, struct feed *feed, struct err *err);
bool feed_load_times(struct store_reader *store, uint32_t from, struct feed *feed, struct err *err);
void feed_free(struct feed *feed);

#endif
