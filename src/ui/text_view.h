#ifndef TEXT_VIEW_H
#define TEXT_VIEW_H

/*
 * A long text that is read: sections with heads, wrapped at the pane's width, optional line
 * numbers, scrolling, searching. A zeroed struct is an empty view.
 *
 * text_view_set is called for every frame with what is to be shown (the texts are copied, so those
 * of a reader can be given); nothing is wrapped again and the place stays while they are the same.
 * Of each section the first TEXT_VIEW_PREVIEW bytes are shown, then a line that says that the pager
 * has all.
 */
#include <stdint.h>

#include "canvas.h"
#include "keymap.h"

enum { TEXT_VIEW_PREVIEW = 64 << 10, TEXT_VIEW_SECTIONS = 256 };

/* Bytes [start, end) of a section's text are shown in another way. */
struct text_span {
    size_t start, end;
    enum role role;
    unsigned attr; /* enum attr */
};

struct text_section {
    const char *head; /* a line above, bold; NULL: none */
    enum role head_role;
    const char *text; /* NULL: not there yet, drawn as "…" */
    size_t len;
    enum role role;
    bool numbers;                  /* of its lines, from 1 */
    const struct text_span *spans; /* in order, not overlapping */
    size_t span_count;
};

struct text_line;
struct text_match;
struct text_kept;

struct text_view {
    size_t top; /* first line visible */
    /* private */
    struct text_kept *kept; /* the sections, copied */
    size_t kept_count;
    uint64_t key; /* of the content */
    int width;    /* that the lines are wrapped for */
    int height;
    struct {
        struct text_line *items;
        size_t count, cap;
    } lines;
    struct {
        struct text_match *items;
        size_t count, cap;
    } matches;
    char *needle;
    size_t match;        /* the current one */
    bool seek;           /* the current match is to be made visible by the next drawing */
    size_t seek_section; /* the same of a section: its number from 1; 0: none */
};

void text_view_free(struct text_view *view);
/* Sections past TEXT_VIEW_SECTIONS are left out. */
void text_view_set(struct text_view *view, const struct text_section *sections, size_t count);
void text_view_draw(struct text_view *view, const struct pane *pane);
/* Scrolls; next and previous match. True: draw again. */
bool text_view_act(struct text_view *view, enum action action);
/* Marks what contains the needle (caseless in ASCII) and goes to the first match at or after the
 * line on top; NULL or "": no search. Returns the number of matches. */
size_t text_view_search(struct text_view *view, const char *needle);
/* "3/17" of matches, or lines as "1-20/400"; "" where everything is visible. */
const char *text_view_place(const struct text_view *view, char text[40]);
/* Makes a section's head (or first line) the first line, as far as there are lines below, at the
 * next drawing. */
void text_view_show_section(struct text_view *view, size_t section);

#endif
