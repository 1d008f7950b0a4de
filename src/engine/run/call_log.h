#ifndef CALL_LOG_H
#define CALL_LOG_H

/*
 * The calls that have ended lately, and how long those of each node took. A zeroed struct is an
 * empty log. Loop thread only.
 */
#include "client.h"
#include "hash_map.h"

enum { CALL_LOG_ROWS = 3072, CALL_LOG_LATENCIES = 64 };

/* Of one node id, over all workflows that have it; only calls that were paid for now. */
struct call_stats {
    uint64_t calls;
    uint32_t latency_ms[CALL_LOG_LATENCIES]; /* a ring of the last ones */
};

struct call_log {
    bool keeps_rows;        /* set by the owner before the first call: rows are wanted */
    struct call_news *rows; /* a ring; NULL until the first call */
    size_t count;           /* calls so far: row n is at n % CALL_LOG_ROWS */
    struct hash_map by_node;
    struct {
        struct call_stats *items;
        size_t count, cap;
    } stats;
};

/* client_options.on_landed; `data` is the log. */
void call_log_add(void *data, const struct call_news *news);
size_t call_log_kept(const struct call_log *log);
const struct call_news *call_log_row(const struct call_log *log, size_t index); /* 0: the last */
/* Calls of a node and their 50th and 95th percentile; zeroes where there are none. */
void call_log_node(const struct call_log *log, const char *node, uint64_t *calls, unsigned *p50_ms,
    unsigned *p95_ms);
void call_log_close(struct call_log *log); /* an empty one again */

/* The share-th (0 … 1) of the latencies; sorts them. 0 where there are none. */
unsigned latency_percentile(uint32_t *latencies, size_t count, double share);

#endif
