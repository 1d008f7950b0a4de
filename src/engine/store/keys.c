#include "keys.h"

#include <stdlib.h>

#include "mem.h"

/* The slot that holds the key, or the free one where it belongs. */
static struct key_slot *find_slot(const struct keys *keys, struct hash key)
{
    size_t at = key.low & (keys->cap - 1);

    while (keys->slots[at].row != 0 && !hash_equal(keys->slots[at].key, key))
        at = (at + 1) & (keys->cap - 1);
    return &keys->slots[at];
}

int64_t keys_find(const struct keys *keys, struct hash key)
{
    return keys->cap > 0 ? find_slot(keys, key)->row : 0;
}

static void grow(struct keys *keys)
{
    struct keys larger = *keys;

    larger.cap = keys->cap > 0 ? keys->cap * 2 : 64;
    larger.slots = mem_zalloc(larger.cap, sizeof *larger.slots);
    for (size_t i = 0; i < keys->cap; i++) {
        if (keys->slots[i].row != 0)
            *find_slot(&larger, keys->slots[i].key) = keys->slots[i];
    }
    free(keys->slots);
    *keys = larger;
}

int64_t keys_add(struct keys *keys, struct hash key, int64_t row)
{
    struct key_slot *slot;

    if (keys->count >= keys->cap / 4 * 3)
        grow(keys);
    slot = find_slot(keys, key);
    if (slot->row == 0) {
        *slot = (struct key_slot){ key, row };
        keys->count++;
    }
    return slot->row;
}

void keys_free(struct keys *keys)
{
    free(keys->slots);
    *keys = (struct keys){ 0 };
}
