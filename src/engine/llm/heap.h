#ifndef HEAP_H
#define HEAP_H

/* The admission queue: highest priority first, then first in, first out. Items are embedded in what
 * waits. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_item {
    unsigned priority;
    uint64_t order; /* private */
    size_t place;   /* private: 1 + index while queued, else 0 */
};

struct heap {
    struct heap_item **items;
    size_t count, cap;
    uint64_t next_order;
};

void heap_push(struct heap *heap, struct heap_item *item);
struct heap_item *heap_first(const struct heap *heap); /* NULL where empty */
void heap_remove(struct heap *heap, struct heap_item *item);
void heap_raise(struct heap *heap, struct heap_item *item,
    unsigned priority); /* never lowers; keeps its turn */
bool heap_goes_before(const struct heap_item *a, const struct heap_item *b); /* of one order */
bool heap_has(const struct heap_item *item);
void heap_free(struct heap *heap);

#endif
