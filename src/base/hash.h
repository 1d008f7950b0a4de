#ifndef HASH_H
#define HASH_H

/* 128-bit content keys (XXH3). Not cryptographic: they name content that we or the user wrote, they
 * do not prove it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash {
    uint64_t high, low;
};

#define HASH_HEX_SIZE 33

struct hash hash_bytes(const void *bytes, size_t len);
struct hash hash_text(const char *text);
struct hash hash_join(struct hash a, struct hash b); /* depends on the order */
bool hash_equal(struct hash a, struct hash b);
bool hash_is_zero(struct hash a);
void hash_hex(struct hash a, char hex[HASH_HEX_SIZE]); /* 32 lower-case digits and NUL */
bool hash_from_hex(const char *hex, struct hash *out); /* false unless 32 hex digits */

#endif
