#ifndef KEYS_H
#define KEYS_H

/* A map in memory from 128-bit keys to rows. The keys are hashes already, so their low bits choose
 * the slot. A zeroed struct is an empty map. Private to engine/store. */
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

struct key_slot {
    struct hash key;
    int64_t row; /* 0 marks a free slot */
};

struct keys {
    struct key_slot *slots; /* open addressing */
    size_t cap;             /* 0 or a power of two */
    size_t count;
};

int64_t keys_find(const struct keys *keys, struct hash key); /* 0: not there */
/* Adds the key with a row > 0; returns the row that it has now: the older one where it was there
 * already. */
int64_t keys_add(struct keys *keys, struct hash key, int64_t row);
void keys_free(struct keys *keys); /* an empty map again */

#endif
