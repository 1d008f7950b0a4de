#ifndef DOC_H
#define DOC_H

/*
 * A document of *items*, one of which is selected: hunks of a diff, gradients, examples. Lines are
 * wrapped when they are added; a line has one text, or two side by side, or is drawn by its owner.
 * Scrolling moves the lines, and the selection with them; next and previous go from item to item.
 *
 * Made anew whenever the content may differ: doc_begin (false: it is the same still), then the
 * adding of lines, then doc_draw. What is searched for stays marked in whatever the document
 * becomes. A zeroed struct is an empty document.
 */
#include <stdint.h>

#include "canvas.h"
#include "keymap.h"

enum { DOC_NO_ITEM = -1, DOC_MARGIN = 4 /* cells left of a line's text: state, mark */ };

/* Bytes [start, end) of an added text that are shown in another way: words of a diff. */
struct doc_span {
    size_t start, end;
    unsigned attr;
};

struct doc_text {
    const char *text; /* copied */
    size_t len;
    enum role role;
    char mark; /* before the text: '+', '-', '~' or ' ' */
    const struct doc_span *spans;
    size_t span_count;
};

struct doc_line;

/* Draws a line that was added by doc_add_drawn; `tag` is the owner's. */
typedef void doc_drawer(const void *data, int tag, const struct pane *line);

struct doc {
    int selected; /* item */
    size_t top;
    /* private */
    struct str text;
    struct {
        struct doc_line *items;
        size_t count, cap;
    } lines;
    struct {
        struct doc_span *items;
        size_t count, cap;
    } spans;
    uint64_t stamp;
    int width, height, item, items;
    bool is_begun;
    char *needle; /* what is searched for; NULL: nothing */
    size_t found; /* the line of it that was shown last */
};

void doc_free(struct doc *doc);

/* False: the document is still that of `stamp` and the width. Else it is empty, its place kept. */
bool doc_begin(struct doc *doc, int width, uint64_t stamp);
/* What is added next belongs to this item; DOC_NO_ITEM: to none. Items are numbered from 0 in the
 * order in which they are added. */
void doc_item(struct doc *doc, int item);
void doc_add(struct doc *doc, const struct doc_text *text);
void doc_add_head(struct doc *doc, enum role role, const char *text); /* a blank line above */
void doc_add_plain(struct doc *doc, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Two texts next to each other, each in half of the width; either may be NULL. */
void doc_add_pair(struct doc *doc, const struct doc_text *left, const struct doc_text *right);
void doc_add_drawn(struct doc *doc, int tag);
size_t doc_lines(const struct doc *doc);

/* How an item's state is shown in the margin of its first line. */
struct doc_glyph {
    uint32_t code;
    char ascii;
    enum role role;
};
struct doc_source {
    struct doc_glyph (*glyph)(const void *data, int item); /* NULL: no state */
    doc_drawer *draw;                                      /* NULL: no line is drawn so */
    const char *empty;
};
void doc_draw(struct doc *doc, const struct doc_source *source, const void *data,
    const struct pane *pane, bool focused);

/* Moves, also to the next or previous line with what is searched for; true: draw again. */
bool doc_act(struct doc *doc, enum action action);
/* Shows the next line with this text, case aside; false: there is none. Empty: nothing is searched
 * for any more. */
bool doc_search(struct doc *doc, const char *needle);
void doc_select(struct doc *doc, int item); /* and makes it visible */
/* The item at line y of the pane that was drawn, which becomes the selected one; false: none. */
bool doc_click(struct doc *doc, int y);

#endif
