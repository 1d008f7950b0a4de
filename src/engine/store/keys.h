#ifndef KEYS_H
#define KEYS_H

/* A set of 128-bit keys in memory. The keys are hashes already, so their low bits choose the slot.
 * A zeroed struct is an empty set. Private to engine/store. */
#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct keys {
    struct hash *slots; /* open addressing; the zero hash marks a free slot */
    size_t cap;         /* 0 or a power of two */
    size_t count;       /* without the zero hash */
    bool has_zero;
};

bool keys_has(const struct keys *keys, struct hash key);
bool keys_add(struct keys *keys, struct hash key); /* false where it was there already */
void keys_free(struct keys *keys);                 /* an empty set again */

#endif
