#include "row_index.h"

#include <stdlib.h>

#include "mem.h"

static uint32_t mark_of(struct hash key)
{
    return (uint32_t)key.low;
}

static size_t place_of(uint32_t mark, size_t cap)
{
    return (size_t)(mark * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (cap - 1);
}

static void put(struct row_index *index, struct row_slot slot)
{
    size_t at = place_of(slot.mark, index->cap);

    while (index->slots[at].row != 0)
        at = (at + 1) & (index->cap - 1);
    index->slots[at] = slot;
}

static void grow(struct row_index *index)
{
    struct row_index bigger = { .cap = index->cap > 0 ? index->cap * 2 : 1024,
        .count = index->count };

    bigger.slots = mem_zalloc(bigger.cap, sizeof *bigger.slots);
    for (size_t i = 0; i < index->cap; i++)
        if (index->slots[i].row != 0)
            put(&bigger, index->slots[i]);
    free(index->slots);
    *index = bigger;
}

void row_index_add(struct row_index *index, struct hash key, uint32_t row)
{
    if ((index->count + 1) * 4 > index->cap * 3)
        grow(index);
    put(index, (struct row_slot){ mark_of(key), row });
    index->count++;
}

uint32_t row_index_next(const struct row_index *index, struct hash key, size_t *probe)
{
    uint32_t mark = mark_of(key);

    while (*probe < index->cap) {
        size_t at = (place_of(mark, index->cap) + (*probe)++) & (index->cap - 1);

        if (index->slots[at].row == 0)
            return 0;
        if (index->slots[at].mark == mark)
            return index->slots[at].row;
    }
    return 0;
}

void row_index_free(struct row_index *index)
{
    free(index->slots);
    *index = (struct row_index){ NULL, 0, 0 };
}
