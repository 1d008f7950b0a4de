#ifndef PALETTE_H
#define PALETTE_H

/* Colours of terminals: names, what a depth can show, and the nearest that it can. */
#include <stdbool.h>
#include <stdint.h>

#include "theme.h"

enum { PALETTE_NAMES = 17 }; /* "default" and the sixteen */

const char *palette_name(unsigned index);
/* "#rrggbb", "0" to "255", or a name. */
bool palette_parse(const char *word, int32_t *colour);
bool palette_fits(int32_t colour, enum depth depth);
/* The nearest by squared distance in RGB, the sixteen being those of xterm. Never black or white on
 * their own account where a hue was meant: with 8 colours grey becomes the default. */
int32_t palette_nearest(int32_t colour, enum depth depth);
/* 1 to 21 (WCAG 2.1, 1.4.3); neither may be COLOUR_DEFAULT. */
double palette_contrast(int32_t a, int32_t b);
/* As good as black, or white: a contrast to it below 1.5. */
bool palette_is_black(int32_t colour);
bool palette_is_white(int32_t colour);
/* Whether text can be read: a contrast of at least 2 (WCAG 2.1, 1.4.3); true where one of them is
 * the terminal's own. */
bool palette_legible(int32_t fg, int32_t bg);

#endif
