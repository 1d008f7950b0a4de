#ifndef CANVAS_H
#define CANVAS_H

/*
 * The picture of one frame: a grid of cells in memory. Screens draw through *panes*, clipped
 * rectangles with coordinates of their own; one file (terminal.c) copies the canvas to the
 * terminal, and tests dump it as text. This is the one choke point for foreign text: nothing but
 * printable characters gets into a cell (escapes, controls, bidi and zero-width characters are
 * dropped or shown as U+FFFD), and widths are those of utf8proc, not of the terminal's libc.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "role.h"
#include "str.h"

enum { CELL_CODES = 4 }; /* a character and up to three combining marks */

enum attr { ATTR_NONE = 0, ATTR_BOLD = 1, ATTR_REVERSE = 2, ATTR_UNDERLINE = 4, ATTR_DIM = 8 };

struct cell {
    uint32_t code[CELL_CODES]; /* 0-terminated where shorter; code[0] 0: right half of the wide
                                  character before */
    uint8_t role;              /* enum role */
    uint8_t attr;              /* enum attr, beside what the role's colour has */
};

struct canvas {
    int width, height;
    bool ascii;             /* draw with ASCII only: frames, glyphs, and foreign text too */
    bool console;           /* the Linux console's font: frames, half blocks and arrows, but neither
                               dots nor signs, which are as in ASCII */
    int cursor_x, cursor_y; /* of an input line; -1: hidden */
    struct cell *cells;     /* height rows of width */
};

void canvas_resize(struct canvas *canvas, int width, int height); /* empties it */
void canvas_clear(struct canvas *canvas);
void canvas_free(struct canvas *canvas); /* zeroed is nothing */
const struct cell *canvas_cell(const struct canvas *canvas, int x, int y);

/* The picture as lines of text, blanks at line ends left out; with `roles` each line is followed by
 * one that has a letter a cell for its role (role_letter; upper case where reversed) where any is
 * not plain. For golden screens. */
void canvas_dump(const struct canvas *canvas, bool roles, struct str *out);

/* A rectangle of a canvas; (0, 0) is its upper left. Plain value; may be empty or partly outside:
 * what is outside is clipped. */
struct pane {
    struct canvas *canvas;
    int x, y, width, height;
};

struct pane canvas_pane(struct canvas *canvas);
struct pane pane_part(const struct pane *pane, int x, int y, int width, int height);
/* Cuts `rows` (or `columns`) off an edge of the pane and returns what was cut off; at most all. */
struct pane pane_cut_top(struct pane *pane, int rows);
struct pane pane_cut_bottom(struct pane *pane, int rows);
struct pane pane_cut_left(struct pane *pane, int columns);
struct pane pane_cut_right(struct pane *pane, int columns);

/* Text of one line from (x, y) on, cleaned, line breaks and tabs as blanks, at most to the pane's
 * right edge or `max` cells (max < 0: the edge), cut with "…" ("~" in ASCII). x may be negative
 * (scrolled sideways). Returns the cells used. */
int pane_text(const struct pane *pane, int x, int y, enum role role, const char *text);
int pane_text_n(const struct pane *pane, int x, int y, int max, enum role role, unsigned attr,
    const char *text, size_t len);
/* The same with printf; cut at 1,000 bytes. */
int pane_print(const struct pane *pane, int x, int y, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Ends at the cell before x. */
int pane_text_right(const struct pane *pane, int x, int y, enum role role, const char *text);

/* One character of ours; its ASCII form is `ascii` where the canvas is ASCII. */
void pane_glyph(const struct pane *pane, int x, int y, enum role role, uint32_t code, char ascii);

void pane_clear(const struct pane *pane); /* blanks, for what lies over something */
void pane_hline(const struct pane *pane, int x, int y, int length, enum role role);
void pane_vline(const struct pane *pane, int x, int y, int length, enum role role);
/* A frame around the whole pane with a title in its upper edge (NULL: none; drawn with ROLE_TITLE
 * where focused). Returns the pane inside. */
struct pane pane_frame(const struct pane *pane, const char *title, bool focused);
/* A line with a title, and what is below it. */
struct pane pane_title(const struct pane *pane, const char *title, bool focused);
/* Gives a row's cells another role and adds attributes: for selections (ROLES: the role stays). */
void pane_paint(const struct pane *pane, int x, int y, int length, enum role role, unsigned attr);

/* Cells that a text takes on one line as pane_text draws it. */
int text_cells(const char *text, size_t len);

/* The next line of a text wrapped at `width` cells, at blanks where that is possible: bytes
 * [*start, *end) of the text, *next where the one after begins. False at the text's end. An empty
 * line is a line. */
bool text_wrap(const char *text, size_t len, int width, size_t from, size_t *end, size_t *next);
/* How many lines it takes so; draws them from the line `from` on as far as there is room, where
 * what is left is cut, and returns how many were drawn. */
int text_lines(const char *text, int width);
int text_draw(const struct pane *pane, enum role role, const char *text, int from);

#endif
