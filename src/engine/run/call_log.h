#ifndef CALL_LOG_H
#define CALL_LOG_H

/*
 * The calls that have ended lately, and of each node over the whole run: how many calls it has
 * made, how long they took, with how many examples it failed. A zeroed struct is an empty log. Loop
 * thread only.
 */
#include "client.h"
#include "hash_map.h"
#include "rollout.h"

enum { CALL_LOG_ROWS = 3072, CALL_LOG_LATENCIES = 64 };

/* The last ones, in a ring. */
struct latencies {
    uint64_t count; /* so far */
    uint32_t ms[CALL_LOG_LATENCIES];
};

/* Of one node id, over all workflows that have it. */
struct call_stats {
    char node[CALL_NODE_MAX];
    uint64_t calls;        /* distinct ones of the run: paid for now, or in an earlier sitting */
    uint64_t done, failed; /* examples, in the passes that have ended */
    struct latencies latencies;
};

struct call_log {
    bool keeps_rows;        /* set by the owner before the first call: rows are wanted */
    struct call_news *rows; /* a ring; NULL until the first call */
    size_t count;           /* calls so far: row n is at n % CALL_LOG_ROWS */
    struct hash_map by_node;
    struct {
        struct call_stats *items;
        size_t count, cap;
    } nodes;
    uint64_t version;               /* of `nodes`: another one after each change */
    struct latencies remote, local; /* of all distinct calls */
};

/* client_options.on_landed; `data` is the log. */
void call_log_add(void *data, const struct call_news *news);
void call_log_add_pass(struct call_log *log, const struct rollout *rollout);
size_t call_log_kept(const struct call_log *log);
const struct call_news *call_log_row(const struct call_log *log, size_t index); /* 0: the last */
void call_log_close(struct call_log *log); /* an empty one again */

/* The latencies of endpoints where there are any, else those of the models within this program. */
const struct latencies *call_log_latencies(const struct call_log *log);
/* The share-th (0 … 1) of the last ones, in ms: 1 where it is less, 0 where there are none. */
unsigned latencies_percentile(const struct latencies *latencies, double share);

#endif
