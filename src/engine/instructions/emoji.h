#ifndef EMOJI_H
#define EMOJI_H

#include <stdbool.h>
#include <stdint.h>

/* One code point that is an emoji by itself (Unicode 16): no digits, no regional letters. */
bool is_emoji(uint32_t code);

#endif
