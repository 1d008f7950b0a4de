#ifndef ARRAY_H
#define ARRAY_H

/* Growing arrays: any struct with the members `items` (a typed pointer), `count` and `cap`
 * (size_t), zeroed at the start. Free with free(a.items). */
#include <stddef.h>

/* Makes room for one more; returns the block, which may have moved. */
void *array_grow(void *items, size_t count, size_t *cap, size_t item_size);

#define ARRAY_PUSH(array, value) \
    do { \
        (array)->items = \
            array_grow((array)->items, (array)->count, &(array)->cap, sizeof *(array)->items); \
        (array)->items[(array)->count++] = (value); \
    } while (0)

#endif
