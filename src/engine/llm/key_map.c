#include "key_map.h"

#include <stdlib.h>

#include "mem.h"

struct key_slot {
    struct hash key;
    void *value; /* NULL: free */
};

/* The key's slot, or the free one where it belongs. */
static size_t find(const struct key_map *map, struct hash key)
{
    size_t at = (size_t)key.low & (map->cap - 1);

    while (map->slots[at].value != NULL && !hash_equal(map->slots[at].key, key))
        at = (at + 1) & (map->cap - 1);
    return at;
}

static void grow(struct key_map *map)
{
    struct key_map old = *map;

    map->cap = old.cap > 0 ? old.cap * 2 : 64;
    map->slots = mem_zalloc(map->cap, sizeof *map->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].value != NULL)
            map->slots[find(map, old.slots[i].key)] = old.slots[i];
    free(old.slots);
}

void *key_map_get(const struct key_map *map, struct hash key)
{
    return map->cap > 0 ? map->slots[find(map, key)].value : NULL;
}

void key_map_put(struct key_map *map, struct hash key, void *value)
{
    if ((map->count + 1) * 4 > map->cap * 3)
        grow(map);
    map->slots[find(map, key)] = (struct key_slot){ key, value };
    map->count++;
}

/* Closes the gap: what probed over the freed slot moves back (Knuth 6.4, algorithm R). */
void key_map_remove(struct key_map *map, struct hash key)
{
    size_t gap, at;

    if (key_map_get(map, key) == NULL)
        return;
    gap = at = find(map, key);
    for (;;) {
        size_t home;

        at = (at + 1) & (map->cap - 1);
        if (map->slots[at].value == NULL)
            break;
        home = (size_t)map->slots[at].key.low & (map->cap - 1);
        if (((at - home) & (map->cap - 1)) < ((at - gap) & (map->cap - 1)))
            continue;
        map->slots[gap] = map->slots[at];
        gap = at;
    }
    map->slots[gap].value = NULL;
    map->count--;
}

void key_map_free(struct key_map *map)
{
    free(map->slots);
    *map = (struct key_map){ 0 };
}
