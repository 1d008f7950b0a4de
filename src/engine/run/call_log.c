#include "call_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

static struct call_stats *stats_of(struct call_log *log, const char *node)
{
    bool fresh;
    size_t at = hash_map_put(&log->by_node, hash_text(node), log->nodes.count, &fresh);

    log->version++;
    if (fresh) {
        struct call_stats stats = { .calls = 0 };

        (void)snprintf(stats.node, sizeof stats.node, "%s", node);
        ARRAY_PUSH(&log->nodes, stats);
    }
    return &log->nodes.items[at];
}

static void add_latency(struct latencies *latencies, uint32_t ms)
{
    latencies->ms[latencies->count++ % CALL_LOG_LATENCIES] = ms;
}

/* What is said about a node's prompt by others is another role's, and no call of the node. */
static void count_call(struct call_log *log, const struct call_news *news)
{
    struct call_stats *stats;

    if (news->stage == CALL_STAGE_DONE || news->is_new)
        add_latency(news->is_remote ? &log->remote : &log->local, news->latency_ms);
    if (!news->is_new || news->role != LLM_EXECUTOR || news->node[0] == '\0')
        return;
    stats = stats_of(log, news->node);
    stats->calls++;
    add_latency(&stats->latencies, news->latency_ms);
}

void call_log_add_pass(struct call_log *log, const struct rollout *rollout)
{
    for (size_t i = 0; i < rollout->workflow->count; i++) {
        struct call_stats *stats = stats_of(log, rollout->workflow->nodes[i].id);

        stats->done += rollout->ends[i].done;
        stats->failed += rollout->ends[i].failed;
    }
}

void call_log_add(void *data, const struct call_news *news)
{
    struct call_log *log = data;

    count_call(log, news);
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

const struct latencies *call_log_latencies(const struct call_log *log)
{
    return log->remote.count > 0 ? &log->remote : &log->local;
}

unsigned latencies_percentile(const struct latencies *latencies, double share)
{
    uint32_t sorted[CALL_LOG_LATENCIES];
    size_t count =
        latencies->count < CALL_LOG_LATENCIES ? (size_t)latencies->count : CALL_LOG_LATENCIES;
    size_t at = (size_t)(share * (double)count);

    if (count == 0)
        return 0;
    memcpy(sorted, latencies->ms, sizeof sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    at = at < count ? at : count - 1;
    return sorted[at] > 0 ? sorted[at] : 1;
}

void call_log_close(struct call_log *log)
{
    free(log->rows);
    free(log->nodes.items);
    hash_map_free(&log->by_node);
    *log = (struct call_log){ 0 };
}
