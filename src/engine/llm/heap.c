#include "heap.h"

#include <stdlib.h>

#include "array.h"

bool heap_goes_before(const struct heap_item *a, const struct heap_item *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->order < b->order;
}

static void put(struct heap *heap, size_t index, struct heap_item *item)
{
    heap->items[index] = item;
    item->place = index + 1;
}

static void rise(struct heap *heap, size_t index)
{
    struct heap_item *item = heap->items[index];

    while (index > 0 && heap_goes_before(item, heap->items[(index - 1) / 2])) {
        put(heap, index, heap->items[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    put(heap, index, item);
}

static void sink(struct heap *heap, size_t index)
{
    struct heap_item *item = heap->items[index];
    size_t child;

    while ((child = 2 * index + 1) < heap->count) {
        if (child + 1 < heap->count && heap_goes_before(heap->items[child + 1], heap->items[child]))
            child++;
        if (!heap_goes_before(heap->items[child], item))
            break;
        put(heap, index, heap->items[child]);
        index = child;
    }
    put(heap, index, item);
}

void heap_push(struct heap *heap, struct heap_item *item)
{
    item->order = heap->next_order++;
    heap->items = array_grow(heap->items, heap->count, &heap->cap, sizeof(struct heap_item *));
    heap->items[heap->count++] = item;
    rise(heap, heap->count - 1);
}

struct heap_item *heap_first(const struct heap *heap)
{
    return heap->count > 0 ? heap->items[0] : NULL;
}

void heap_remove(struct heap *heap, struct heap_item *item)
{
    size_t index = item->place - 1;
    struct heap_item *last = heap->items[--heap->count];

    item->place = 0;
    if (last == item)
        return;
    put(heap, index, last);
    sink(heap, index);
    rise(heap, last->place - 1);
}

void heap_raise(struct heap *heap, struct heap_item *item, unsigned priority)
{
    if (priority <= item->priority)
        return;
    item->priority = priority;
    if (heap_has(item))
        rise(heap, item->place - 1);
}

bool heap_has(const struct heap_item *item)
{
    return item->place > 0;
}

void heap_free(struct heap *heap)
{
    free(heap->items);
    *heap = (struct heap){ 0 };
}
