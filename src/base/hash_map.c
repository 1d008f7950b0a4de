#include "hash_map.h"

#include <stdlib.h>

#include "mem.h"

static struct hash_slot *find_slot(const struct hash_map *map, struct hash key)
{
    size_t i = (size_t)key.low & (map->cap - 1);

    while (map->slots[i].used && !hash_equal(map->slots[i].key, key))
        i = (i + 1) & (map->cap - 1);
    return &map->slots[i];
}

static void grow(struct hash_map *map)
{
    struct hash_map bigger = { .count = map->count, .cap = map->cap > 0 ? map->cap * 2 : 64 };

    bigger.slots = mem_zalloc(bigger.cap, sizeof *bigger.slots);
    for (size_t i = 0; i < map->cap; i++)
        if (map->slots[i].used)
            *find_slot(&bigger, map->slots[i].key) = map->slots[i];
    free(map->slots);
    *map = bigger;
}

size_t hash_map_put(struct hash_map *map, struct hash key, size_t value, bool *fresh)
{
    struct hash_slot *slot;

    if (map->count * 2 >= map->cap)
        grow(map);
    slot = find_slot(map, key);
    *fresh = !slot->used;
    if (*fresh) {
        *slot = (struct hash_slot){ key, value, true };
        map->count++;
    }
    return slot->value;
}

bool hash_map_get(const struct hash_map *map, struct hash key, size_t *value)
{
    const struct hash_slot *slot = map->cap > 0 ? find_slot(map, key) : NULL;

    if (slot == NULL || !slot->used)
        return false;
    *value = slot->value;
    return true;
}

void hash_map_free(struct hash_map *map)
{
    free(map->slots);
    *map = (struct hash_map){ NULL, 0, 0 };
}
