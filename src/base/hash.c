#include "hash.h"

#include <stdio.h>
#include <string.h>

#include <xxhash.h>

struct hash hash_bytes(const void *bytes, size_t len)
{
    XXH128_hash_t h = XXH3_128bits(bytes, len);

    return (struct hash){ h.high64, h.low64 };
}

struct hash hash_text(const char *text)
{
    return hash_bytes(text, strlen(text));
}

struct hash hash_join(struct hash a, struct hash b)
{
    uint64_t both[4] = { a.high, a.low, b.high, b.low };

    return hash_bytes(both, sizeof both);
}

bool hash_equal(struct hash a, struct hash b)
{
    return a.high == b.high && a.low == b.low;
}

bool hash_is_zero(struct hash a)
{
    return a.high == 0 && a.low == 0;
}

void hash_hex(struct hash a, char hex[HASH_HEX_SIZE])
{
    (void)snprintf(hex, HASH_HEX_SIZE, "%016llx%016llx", (unsigned long long)a.high,
        (unsigned long long)a.low);
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool hash_from_hex(const char *hex, struct hash *out)
{
    uint64_t words[2] = { 0, 0 };

    if (strlen(hex) != HASH_HEX_SIZE - 1)
        return false;
    for (size_t i = 0; i < HASH_HEX_SIZE - 1; i++) {
        int value = digit_value(hex[i]);

        if (value < 0)
            return false;
        words[i / 16] = words[i / 16] << 4 | (uint64_t)value;
    }
    *out = (struct hash){ words[0], words[1] };
    return true;
}
