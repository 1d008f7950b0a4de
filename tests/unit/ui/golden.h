#ifndef GOLDEN_H
#define GOLDEN_H

/*
 * Golden pictures: a canvas dumped as text (with roles) is compared with tests/ui/golden/NAME.txt.
 * FLOWBOT_GOLDEN=write writes them instead (tests/ui/regenerate); they are to be looked at.
 */
#include "canvas.h"

/* Fails the test where the picture differs, printing the first line that does. */
void golden_check(const struct canvas *canvas, const char *name);

/* A picture of one size: draws through `draw` in UTF-8 and ASCII and checks NAME-WxH-utf8 and
 * NAME-WxH-ascii. */
typedef void golden_draw(void *data, const struct pane *pane);
void golden_picture(const char *name, int width, int height, golden_draw *draw, void *data);

#endif
