#ifndef LANE_H
#define LANE_H

/*
 * The queue before one model, and its gates: one for each of its base URLs, shared with other
 * opened models of the same name at the same URL. First attempts and retries queue apart, since a
 * gate may want no more retries while first attempts may pass. Private to the folder.
 */
#include "gate.h"
#include "heap.h"
#include "model.h"

struct named_gate {
    struct gate gate;
    char *name, *base; /* of the model; base NULL: not remote */
};

struct lane {
    const struct llm_model *model;
    struct named_gate **gates; /* by endpoint number */
    unsigned gate_count;       /* at least one */
    unsigned turn;             /* where the search for the least busy one starts */
    struct heap queues[2];     /* first attempts; retries */
};

struct lanes {
    struct lane **items;
    size_t count;
    struct named_gate **gates;
    size_t gate_count;
    uint64_t next_order; /* over all queues: first come, first served */
};

/* Where a call may go, and when. */
struct lane_slot {
    int64_t at_us; /* GATE_NEVER: not before a call has ended */
    unsigned endpoint;
};

#define LANE_ANY UINT32_MAX

/* The options' rpm and tpm are the model's. */
struct lane *lanes_add(
    struct lanes *lanes, const struct llm_model *model, const struct gate_options *options);
struct lane *lanes_find(const struct lanes *lanes, const struct llm_model *model);
void lanes_push(struct lanes *lanes, struct lane *lane, struct heap_item *item, bool is_retry);
size_t lanes_waiting(const struct lanes *lanes);
void lanes_close(struct lanes *lanes); /* nothing waits */

/* The least busy endpoint that is open now, resting ones only where all rest, `avoid` (that which
 * failed this call last; LANE_ANY: none) only where no other is open; else the one that opens
 * first. */
struct lane_slot lane_find_slot(
    struct lane *lane, uint64_t tokens, bool is_retry, unsigned avoid, int64_t now_us);

#endif
