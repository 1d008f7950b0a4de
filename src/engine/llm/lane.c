#include "lane.h"

#include <assert.h>
#include <stdlib.h>

#include "mem.h"
#include "str.h"

static struct named_gate *find_gate(const struct lanes *lanes, const char *name, const char *base)
{
    for (size_t i = 0; base != NULL && i < lanes->gate_count; i++)
        if (str_equal(lanes->gates[i]->name, name) && str_equal(lanes->gates[i]->base, base))
            return lanes->gates[i];
    return NULL;
}

static struct named_gate *gate_of(
    struct lanes *lanes, const char *name, const char *base, const struct gate_options *options)
{
    struct named_gate *gate = find_gate(lanes, name, base);
    struct gate_options own = *options;

    if (gate != NULL)
        return gate;
    gate = mem_zalloc(1, sizeof *gate);
    gate->name = mem_strdup(name);
    gate->base = mem_strdup(base);
    own.seed += lanes->gate_count;
    gate_open(&gate->gate, &own);
    lanes->gates = mem_realloc(lanes->gates, lanes->gate_count + 1, sizeof(struct named_gate *));
    lanes->gates[lanes->gate_count++] = gate;
    return gate;
}

struct lane *lanes_add(
    struct lanes *lanes, const struct llm_model *model, const struct gate_options *options)
{
    struct lane *lane = mem_zalloc(1, sizeof *lane);
    struct gate_options own = *options;

    own.rpm = model->rpm;
    own.tpm = model->tpm;
    lane->model = model;
    lane->gate_count = model->url_count > 0 ? (unsigned)model->url_count : 1;
    lane->gates = mem_zalloc(lane->gate_count, sizeof(struct named_gate *));
    for (unsigned i = 0; i < lane->gate_count; i++)
        lane->gates[i] =
            gate_of(lanes, model->name, model->url_count > 0 ? model->urls[i].base : NULL, &own);
    lanes->items = mem_realloc(lanes->items, lanes->count + 1, sizeof(struct lane *));
    lanes->items[lanes->count++] = lane;
    return lane;
}

struct lane *lanes_find(const struct lanes *lanes, const struct llm_model *model)
{
    for (size_t i = 0; i < lanes->count; i++)
        if (lanes->items[i]->model == model)
            return lanes->items[i];
    return NULL;
}

void lanes_push(struct lanes *lanes, struct lane *lane, struct heap_item *item, bool is_retry)
{
    struct heap *queue = &lane->queues[is_retry];

    queue->next_order = lanes->next_order++;
    heap_push(queue, item);
}

size_t lanes_waiting(const struct lanes *lanes)
{
    size_t waiting = 0;

    for (size_t i = 0; i < lanes->count; i++)
        waiting += lanes->items[i]->queues[0].count + lanes->items[i]->queues[1].count;
    return waiting;
}

void lanes_close(struct lanes *lanes)
{
    assert(lanes_waiting(lanes) == 0);
    for (size_t i = 0; i < lanes->count; i++) {
        heap_free(&lanes->items[i]->queues[0]);
        heap_free(&lanes->items[i]->queues[1]);
        free(lanes->items[i]->gates);
        free(lanes->items[i]);
    }
    for (size_t i = 0; i < lanes->gate_count; i++) {
        free(lanes->gates[i]->name);
        free(lanes->gates[i]->base);
        free(lanes->gates[i]);
    }
    free(lanes->items);
    free(lanes->gates);
    *lanes = (struct lanes){ 0 };
}

/* Better first: open now and not to be avoided, awake, then the less busy; of closed ones that
 * which opens first. */
struct rank {
    bool is_closed, rests, is_avoided;
    double order;
};

static bool is_better(const struct rank *a, const struct rank *b)
{
    if (a->rests != b->rests)
        return !a->rests;
    if (a->is_closed != b->is_closed)
        return !a->is_closed;
    if (a->is_avoided != b->is_avoided)
        return !a->is_avoided;
    return a->order < b->order;
}

struct lane_slot lane_find_slot(
    struct lane *lane, uint64_t tokens, bool is_retry, unsigned avoid, int64_t now_us)
{
    struct lane_slot best = { .at_us = GATE_NEVER };
    struct rank best_rank = { 0 };

    for (unsigned n = 0; n < lane->gate_count; n++) {
        unsigned endpoint = (lane->turn + n) % lane->gate_count;
        struct gate *gate = &lane->gates[endpoint]->gate;
        int64_t at = gate_free_at(gate, tokens, is_retry, now_us);
        struct rank rank = { .is_closed = at > now_us,
            .rests = gate_is_resting(gate, now_us),
            .is_avoided = endpoint == avoid,
            .order = at > now_us ? (double)at : gate_load(gate) };

        if (n == 0 || is_better(&rank, &best_rank)) {
            best = (struct lane_slot){ .at_us = at, .endpoint = endpoint };
            best_rank = rank;
        }
    }
    return best;
}
