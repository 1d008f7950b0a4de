#include "palette.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"

static const char *const names[PALETTE_NAMES] = {
    "default",
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
};

/* The first sixteen as xterm has them. */
static const uint32_t sixteen[16] = { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD,
    0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF,
    0xFFFFFF };

enum { BRIGHT = 8, CUBE = 16, GREYS = 232, PALETTE = 256 };

const char *palette_name(unsigned index)
{
    return names[index];
}

static bool parse_number(const char *word, int base, size_t digits, long max, long *out)
{
    char *end;

    if (strlen(word) > digits || !isxdigit((unsigned char)word[0]))
        return false;
    *out = strtol(word, &end, base);
    return *end == '\0' && *out <= max;
}

bool palette_parse(const char *word, int32_t *colour)
{
    long number;

    for (int i = 0; i < PALETTE_NAMES; i++)
        if (str_equal(names[i], word)) {
            *colour = i - 1;
            return true;
        }
    if (word[0] == '#' && strlen(word) == 7 && parse_number(word + 1, 16, 6, 0xFFFFFF, &number)) {
        *colour = COLOUR_RGB | (int32_t)number;
        return true;
    }
    if (!parse_number(word, 10, 3, PALETTE - 1, &number))
        return false;
    *colour = (int32_t)number;
    return true;
}

bool palette_fits(int32_t colour, enum depth depth)
{
    static const int32_t counts[] = { 0, 8, 16, PALETTE, PALETTE };

    if (colour == COLOUR_DEFAULT)
        return true;
    if ((colour & COLOUR_RGB) != 0)
        return depth == DEPTH_TRUE;
    return colour < counts[depth];
}

static uint32_t rgb_of(int32_t colour)
{
    static const uint32_t steps[6] = { 0, 95, 135, 175, 215, 255 };
    uint32_t i = (uint32_t)colour;

    if ((colour & COLOUR_RGB) != 0)
        return i & 0xFFFFFF;
    if (i < CUBE)
        return sixteen[i];
    if (i >= GREYS)
        return (8 + 10 * (i - GREYS)) * 0x010101;
    i -= CUBE;
    return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
}

static long distance(uint32_t a, uint32_t b)
{
    long red = (long)(a >> 16) - (long)(b >> 16);
    long green = (long)(a >> 8 & 255) - (long)(b >> 8 & 255);
    long blue = (long)(a & 255) - (long)(b & 255);

    return red * red + green * green + blue * blue;
}

static int32_t nearest_between(uint32_t rgb, int32_t from, int32_t to)
{
    int32_t best = from;

    for (int32_t i = from + 1; i < to; i++)
        if (distance(rgb, rgb_of(i)) < distance(rgb, rgb_of(best)))
            best = i;
    return best;
}

int32_t palette_nearest(int32_t colour, enum depth depth)
{
    int32_t near;

    if (depth == DEPTH_NONE || colour == COLOUR_DEFAULT)
        return COLOUR_DEFAULT;
    if (palette_fits(colour, depth))
        return colour;
    if (depth >= DEPTH_256) /* the first sixteen are whatever the user has made of them */
        return nearest_between(rgb_of(colour), CUBE, PALETTE);
    near = nearest_between(rgb_of(colour), 0, 16);
    if (depth == DEPTH_16)
        return near;
    if (near == BRIGHT)
        return COLOUR_DEFAULT;
    return near % BRIGHT;
}

/* Relative luminance, WCAG 2.1. */
static double luminance(uint32_t rgb)
{
    static const double shares[3] = { 0.0722, 0.7152, 0.2126 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double part = (double)(rgb >> (8 * i) & 255) / 255;

        sum += shares[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double palette_contrast(int32_t a, int32_t b)
{
    double one = luminance(rgb_of(a)) + 0.05, other = luminance(rgb_of(b)) + 0.05;

    return one > other ? one / other : other / one;
}

/* The sixteen are whatever the user has made of them, but for those that are named so. */
bool palette_is_black(int32_t colour)
{
    if (colour >= 0 && colour < CUBE)
        return colour == 0;
    return colour != COLOUR_DEFAULT && palette_contrast(colour, COLOUR_RGB) < 1.5;
}

bool palette_is_white(int32_t colour)
{
    if (colour >= 0 && colour < CUBE)
        return colour == BRIGHT - 1 || colour == CUBE - 1;
    return colour != COLOUR_DEFAULT && palette_contrast(colour, COLOUR_RGB | 0xFFFFFF) < 1.5;
}

bool palette_legible(int32_t fg, int32_t bg)
{
    return fg == COLOUR_DEFAULT || bg == COLOUR_DEFAULT || palette_contrast(fg, bg) >= 2;
}
