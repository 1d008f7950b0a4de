#ifndef LINE_EDIT_H
#define LINE_EDIT_H

/* A line of text being edited: the cursor stands between characters (a base with its combining
 * marks). Pasted text goes in as text; its line ends become blanks. */
#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"
#include "keys.h"

enum { LINE_MAX_BYTES = 64 << 10 };

struct line_edit {
    struct str text;
    size_t at; /* byte */
};

void line_edit_set(struct line_edit *edit, const char *text); /* the cursor behind it */
void line_edit_free(struct line_edit *edit);
/* True: the key edited or moved. Enter, Esc, Tab, Up, Down … are the caller's. */
bool line_edit_key(struct line_edit *edit, key_code key);
void line_edit_insert(struct line_edit *edit, const char *text);
/* Draws the part around the cursor on row y from x on and places the canvas' cursor. */
void line_edit_draw(const struct line_edit *edit, const struct pane *pane, int x, int y);

#endif
