#ifndef KEY_MAP_H
#define KEY_MAP_H

/* From content keys to pointers: open addressing with linear probing, for keys that are hashes
 * already. A zeroed struct is an empty map. Values are never NULL. */
#include <stddef.h>

#include "hash.h"

struct key_map {
    struct key_slot *slots;
    size_t count, cap; /* cap: a power of two */
};

void *key_map_get(const struct key_map *map, struct hash key);       /* NULL: not there */
void key_map_put(struct key_map *map, struct hash key, void *value); /* the key must not be there */
void key_map_remove(struct key_map *map, struct hash key); /* nothing where it is not there */
void key_map_free(struct key_map *map);

#endif
