#include "keys.h"

#include <stdlib.h>

#include "mem.h"

/* The slot that holds the key, or the free one where it belongs. */
static struct hash *find_slot(const struct keys *keys, struct hash key)
{
    size_t at = key.low & (keys->cap - 1);

    while (!hash_is_zero(keys->slots[at]) && !hash_equal(keys->slots[at], key))
        at = (at + 1) & (keys->cap - 1);
    return &keys->slots[at];
}

bool keys_has(const struct keys *keys, struct hash key)
{
    if (hash_is_zero(key))
        return keys->has_zero;
    return keys->cap > 0 && hash_equal(*find_slot(keys, key), key);
}

static void grow(struct keys *keys)
{
    struct keys larger = *keys;

    larger.cap = keys->cap > 0 ? keys->cap * 2 : 64;
    larger.slots = mem_zalloc(larger.cap, sizeof *larger.slots);
    for (size_t i = 0; i < keys->cap; i++) {
        if (!hash_is_zero(keys->slots[i]))
            *find_slot(&larger, keys->slots[i]) = keys->slots[i];
    }
    free(keys->slots);
    *keys = larger;
}

bool keys_add(struct keys *keys, struct hash key)
{
    struct hash *slot;

    if (hash_is_zero(key)) {
        bool is_new = !keys->has_zero;

        keys->has_zero = true;
        return is_new;
    }
    if (keys->count >= keys->cap / 4 * 3)
        grow(keys);
    slot = find_slot(keys, key);
    if (!hash_is_zero(*slot))
        return false;
    *slot = key;
    keys->count++;
    return true;
}

void keys_free(struct keys *keys)
{
    free(keys->slots);
    *keys = (struct keys){ 0 };
}
