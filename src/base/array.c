#include "array.h"

#include "mem.h"

void *array_grow(void *items, size_t count, size_t *cap, size_t item_size)
{
    if (count < *cap)
        return items;
    *cap = *cap > 0 ? *cap * 2 : 8;
    return mem_realloc(items, *cap, item_size);
}
