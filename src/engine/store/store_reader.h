#ifndef STORE_READER_H
#define STORE_READER_H

/*
 * A look into a run's file, whoever writes it meanwhile: what is committed at the time of a call is
 * what it gives. A read-only connection without the lock; it blocks, so it belongs to one thread
 * that may wait (run/reader.h). Bodies are checked against their sums.
 */
#include <stdbool.h>
#include <stdint.h>

#include "store.h"

struct store_reader;

/* NULL and ERR_INPUT: no run of flowbot, or one of another version; ERR_IO. */
struct store_reader *store_reader_open(const char *path, struct err *err);
void store_reader_close(struct store_reader *reader); /* NULL is nothing */

/* The body, the caller's; NULL with err->code ERR_NONE: it is not there (yet). */
struct text *store_reader_get(
    struct store_reader *reader, enum store_kind kind, struct hash key, struct err *err);

/* Facts from number `from` on, at most `max`, in order; `json` is lent. False stops nothing: what
 * was given before the trouble stays given. */
typedef void store_reader_fact(void *data, uint32_t seq, const struct text *json);
bool store_reader_facts(struct store_reader *reader, uint32_t from, uint32_t max,
    store_reader_fact *each, void *data, struct err *err);
/* How many there are. */
bool store_reader_count(struct store_reader *reader, uint32_t *facts, struct err *err);

/* Replies and failures in the order written: those older than row `row`, the newest first, or
 * (`newer`) those younger than it, the oldest first; at most `max`. `body` is lent. */
struct store_call {
    uint32_t row;
    struct hash key;
    enum store_kind kind; /* STORE_REPLY or STORE_FAILURE */
    const struct text *body;
};
typedef void store_reader_call(void *data, const struct store_call *call);
bool store_reader_calls(struct store_reader *reader, uint32_t row, bool newer, uint32_t max,
    store_reader_call *each, void *data, struct err *err);

/* The snapshot with which the run was made, the caller's; NULL and *err where it is damaged. */
struct text *store_reader_snapshot(struct store_reader *reader, struct err *err);

/* The trace of one example of a pass in the order written; `example` STORE_ALL: of all examples, in
 * their order. */
#define STORE_ALL UINT32_MAX
typedef void store_reader_step(void *data, const struct trace *trace);
bool store_reader_traces(struct store_reader *reader, uint32_t pass, uint32_t example,
    store_reader_step *each, void *data, struct err *err);

/* The last value set under the name (store_set), the caller's; NULL where there is none. */
char *store_reader_value(struct store_reader *reader, const char *name);

#endif
