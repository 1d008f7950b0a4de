#ifndef HASH_MAP_H
#define HASH_MAP_H

/* Numbers by content hash. A zeroed struct is empty. Two contents with the same 128-bit hash count
 * as the same. */
#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct hash_slot {
    struct hash key;
    size_t value;
    bool used;
};

struct hash_map {
    struct hash_slot *slots;
    size_t count, cap; /* cap: a power of two, or 0 */
};

/* The value of the key, which is put in with `value` where it is not there (*fresh is true then).
 */
size_t hash_map_put(struct hash_map *map, struct hash key, size_t value, bool *fresh);
bool hash_map_get(
    const struct hash_map *map, struct hash key, size_t *value); /* false: not there */
void hash_map_free(struct hash_map *map);

#endif
