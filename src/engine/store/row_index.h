#ifndef ROW_INDEX_H
#define ROW_INDEX_H

/* Where a reader finds the row of a key, in 8 bytes a row and without an index in the file: 32 bits
 * of the key and the row's number. What it finds must be checked against the row. A zeroed struct
 * is empty. Private to engine/store. */
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

struct row_slot {
    uint32_t mark, row; /* row 0: a free slot */
};

struct row_index {
    struct row_slot *slots; /* open addressing */
    size_t cap;             /* 0 or a power of two */
    size_t count;
};

void row_index_add(struct row_index *index, struct hash key, uint32_t row);
/* The next row that may have the key; *probe is 0 at the start. 0: no further one. */
uint32_t row_index_next(const struct row_index *index, struct hash key, size_t *probe);
void row_index_free(struct row_index *index); /* an empty one again */

#endif
