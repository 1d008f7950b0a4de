#include "call_log.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

static struct call_stats *stats_of(struct call_log *log, const char *node)
{
    bool fresh;
    size_t at = hash_map_put(&log->by_node, hash_text(node), log->stats.count, &fresh);

    if (fresh)
        ARRAY_PUSH(&log->stats, ((struct call_stats){ 0 }));
    return &log->stats.items[at];
}

/* The latency of a node is its model's: what is said about its prompt by others is another role's.
 */
static void count_latency(struct call_log *log, const struct call_news *news)
{
    struct call_stats *stats;

    if (news->stage != CALL_STAGE_DONE || news->role != LLM_EXECUTOR || news->node[0] == '\0')
        return;
    stats = stats_of(log, news->node);
    stats->latency_ms[stats->calls++ % CALL_LOG_LATENCIES] = news->latency_ms;
}

void call_log_add(void *data, const struct call_news *news)
{
    struct call_log *log = data;

    count_latency(log, news);
    if (!log->keeps_rows)
        return;
    if (log->rows == NULL)
        log->rows = mem_zalloc(CALL_LOG_ROWS, sizeof *log->rows);
    log->rows[log->count++ % CALL_LOG_ROWS] = *news;
}

size_t call_log_kept(const struct call_log *log)
{
    return log->count < CALL_LOG_ROWS ? log->count : CALL_LOG_ROWS;
}

const struct call_news *call_log_row(const struct call_log *log, size_t index)
{
    return &log->rows[(log->count - 1 - index) % CALL_LOG_ROWS];
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

unsigned latency_percentile(uint32_t *latencies, size_t count, double share)
{
    size_t at;

    if (count == 0)
        return 0;
    qsort(latencies, count, sizeof *latencies, by_size);
    at = (size_t)(share * (double)count);
    return latencies[at < count ? at : count - 1];
}

void call_log_node(const struct call_log *log, const char *node, uint64_t *calls, unsigned *p50_ms,
    unsigned *p95_ms)
{
    uint32_t sorted[CALL_LOG_LATENCIES];
    const struct call_stats *stats;
    size_t at, count;

    *calls = 0;
    *p50_ms = *p95_ms = 0;
    if (!hash_map_get(&log->by_node, hash_text(node), &at))
        return;
    stats = &log->stats.items[at];
    count = stats->calls < CALL_LOG_LATENCIES ? (size_t)stats->calls : CALL_LOG_LATENCIES;
    memcpy(sorted, stats->latency_ms, sizeof sorted);
    *calls = stats->calls;
    *p50_ms = latency_percentile(sorted, count, 0.5);
    *p95_ms = latency_percentile(sorted, count, 0.95);
}

void call_log_close(struct call_log *log)
{
    free(log->rows);
    free(log->stats.items);
    hash_map_free(&log->by_node);
    *log = (struct call_log){ 0 };
}
