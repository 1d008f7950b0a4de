#include "view_derive.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "call_log.h"
#include "mem.h"
#include "view_fold.h"

enum { RATE_MS = 30000, RATE_CALLS = 20, RATE_POINTS = 120 };
enum { RATE_FROM_MS = 1000 }; /* of less a rate is no rate */

/* Of one node id. */
struct node_sum {
    uint32_t name;
    uint64_t calls;
    struct latencies latencies;
};

struct view_sums {
    size_t counted; /* calls, from the oldest one on */
    struct {
        struct node_sum *items;
        size_t count, cap;
    } nodes;
    struct latencies remote, local;
};

static struct node_sum *sum_of(struct view_sums *sums, uint32_t name)
{
    for (size_t i = 0; i < sums->nodes.count; i++)
        if (sums->nodes.items[i].name == name)
            return &sums->nodes.items[i];
    ARRAY_PUSH(&sums->nodes, (struct node_sum){ .name = name });
    return &sums->nodes.items[sums->nodes.count - 1];
}

static void add_latency(struct latencies *latencies, uint32_t ms)
{
    latencies->ms[latencies->count++ % CALL_LOG_LATENCIES] = ms;
}

static void add_reply(struct run_view *view, struct view_sums *sums, const struct stored_call *call)
{
    struct view_cost *cost = &view->cost[call->role >= 0 ? call->role : 0];

    view->cut += call->is_cut;
    cost->calls++;
    cost->tokens += (uint64_t)call->input_tokens + call->output_tokens;
    cost->usd += call->usd;
    add_latency(call->is_remote ? &sums->remote : &sums->local, call->latency_ms);
    if (call->role == LLM_EXECUTOR && call->node != 0) {
        struct node_sum *node = sum_of(sums, call->node);

        node->calls++;
        add_latency(&node->latencies, call->latency_ms);
    }
}

/* What another run paid is no call of this one. */
static void add_call(struct run_view *view, struct view_sums *sums, const struct stored_call *call)
{
    view->retries += call->attempts > 1 ? call->attempts - 1u : 0;
    if (call->state == CALL_FAILED)
        view->failed++;
    else if (call->state == CALL_DONE)
        add_reply(view, sums, call);
}

static void add_node(struct run_view *view, const char *name, const struct node_sum *sum)
{
    const char *id = view_index_keep(view->index, name);
    struct view_node_calls *calls = view_calls_of(view, id);

    calls->calls = sum->calls;
    calls->p50_ms = latencies_percentile(&sum->latencies, 0.5);
    calls->p95_ms = latencies_percentile(&sum->latencies, 0.95);
}

static double rate_at(const struct call_table *table, int64_t t)
{
    size_t count = call_table_count(table), last = call_table_since(table, t), before;
    int64_t since = t > RATE_MS ? t - RATE_MS : 0;

    if (last + RATE_CALLS < count && call_table_at(table, last + RATE_CALLS)->t < since)
        since = call_table_at(table, last + RATE_CALLS)->t;
    before = call_table_since(table, since);
    return t > since ? 1000 * (double)(before - last) / (double)(t - since) : 0;
}

static void add_rates(struct run_view *view, const struct call_table *table)
{
    view->calls_per_s = rate_at(table, view->t);
    view->rates.count = 0;
    for (int i = 1; i <= RATE_POINTS; i++) {
        struct view_rate rate = { .t = view->t * i / RATE_POINTS };

        if (rate.t < RATE_FROM_MS)
            continue;
        rate.calls_per_s = rate_at(table, rate.t);
        ARRAY_PUSH(&view->rates, rate);
    }
}

void view_sums_free(struct view_sums *sums)
{
    if (sums != NULL)
        free(sums->nodes.items);
    free(sums);
}

static void begin(struct run_view *view, struct view_sums **sums)
{
    view_sums_free(*sums);
    *sums = mem_zalloc(1, sizeof **sums);
    memset(view->cost, 0, sizeof view->cost);
    view->failed = view->retries = view->cut = 0;
    view->is_derived = true;
}

void view_derive(
    struct run_view *view, const struct call_table *table, size_t skipped, struct view_sums **sums)
{
    size_t count = call_table_count(table), wanted = count - skipped;
    const struct latencies *latencies;

    if (run_view_has_progress(view))
        return;
    if (*sums == NULL || !view->is_derived || (*sums)->counted > wanted)
        begin(view, sums);
    for (; (*sums)->counted < wanted; (*sums)->counted++)
        add_call(view, *sums, call_table_at(table, count - 1 - (*sums)->counted));
    for (size_t i = 0; i < (*sums)->nodes.count; i++)
        add_node(
            view, call_table_name(table, (*sums)->nodes.items[i].name), &(*sums)->nodes.items[i]);
    latencies = (*sums)->remote.count > 0 ? &(*sums)->remote : &(*sums)->local;
    view->p50_ms = latencies_percentile(latencies, 0.5);
    view->p95_ms = latencies_percentile(latencies, 0.95);
    add_rates(view, table);
}
