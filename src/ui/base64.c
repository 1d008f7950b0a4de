#include "base64.h"

#include <stdint.h>

void base64_add(const char *bytes, size_t len, struct str *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i += 3) {
        uint32_t three = 0;

        for (size_t j = 0; j < 3; j++)
            three = three << 8 | (i + j < len ? (unsigned char)bytes[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            str_add_char(
                out, j > 1 && i + j - 1 >= len ? '=' : alphabet[three >> (18 - 6 * j) & 63]);
    }
}
