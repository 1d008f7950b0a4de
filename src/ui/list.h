#ifndef LIST_H
#define LIST_H

/*
 * A scrolling list or table: selection, filter, sorting, following the tail, sideways scrolling. It
 * knows row numbers only; a const table of callbacks (struct list_source) gives what a row shows,
 * and is asked to draw only the rows that are visible. A zeroed struct is a list.
 *
 * The order of a frame: list_update with the number of rows there are, then list_draw. Rows are
 * looked at for filter and sorting once each while they are only appended (`version` the same);
 * a new version looks at all of them again.
 */
#include <stdint.h>

#include "canvas.h"
#include "err.h"
#include "keymap.h"

enum { LIST_COLUMN_REST = -1, LIST_COLUMN_HIDDEN = 0, LIST_FILTER_TERMS = 16 };

struct list_column {
    const char *name; /* in the head, in filters */
    int width;   /* cells; LIST_COLUMN_REST: what the others leave (one column at most; its text
                    is what scrolls sideways); LIST_COLUMN_HIDDEN: only for filter and sorting */
    bool number; /* right-aligned, compared by number() */
};

struct list_source {
    const struct list_column *columns;
    int column_count;
    /* Appends a field's text. */
    void (*text)(const void *data, size_t row, int column, struct str *out);
    /* The value of a column of numbers; NAN is none and sorts last. May be NULL where there is no
     * such column. */
    double (*number)(const void *data, size_t row, int column);
    /* How a field is shown; NULL: ROLE_TEXT. */
    enum role (*role)(const void *data, size_t row, int column);
    /* Draws a row into a pane of one line, scrolled sideways by `left` cells; NULL: by columns. The
     * selected row is reversed by the list. */
    void (*draw)(const void *data, size_t row, const struct pane *line, int left);
};

/* `score<.5`, `node:rank`, `!refused`: one word of a filter. */
struct list_term {
    int column; /* -1: any column */
    char op;    /* ':' contains, '<', '>', '=', 'l' (<=), 'g' (>=) */
    bool inverse;
    double number;
    char *text; /* in lower case */
};

struct list {
    size_t selected; /* position among the rows shown */
    size_t top;      /* position of the first one visible */
    int left;        /* cells scrolled sideways */
    bool follow;     /* the last row stays selected while rows are appended */
    int sort;        /* 0: the order of the data; n: by column n-1; -n: descending */
    /* private */
    size_t count;     /* rows looked at */
    uint64_t version; /* of the data looked at */
    bool stale;       /* filter or sorting changed */
    uint32_t *shown;  /* rows by position; NULL: all in order */
    size_t shown_count, shown_cap;
    struct list_look_on {
        uint32_t *rows; /* that match, of those before `next`; NULL: nothing is under way */
        size_t count, cap, next, total;
        uint64_t version;
    } look_on; /* to take the place of `shown` */
    struct list_term terms[LIST_FILTER_TERMS];
    int term_count;
    int height; /* rows visible at the last drawing */
};

void list_free(struct list *list); /* keeps nothing; zeroed is nothing */

/* Tells how many rows there are. The selected row stays selected as long as it is shown. */
void list_update(struct list *list, const struct list_source *source, const void *data,
    size_t count, uint64_t version);

/* The same in pieces, for a hundred thousand rows: false until all have been looked at, for about
 * `us` at a time. Meanwhile the list is what it was, and is told the same rows; what is under way
 * begins anew where it is told others, or with another filter or sorting. */
bool list_update_piece(struct list *list, const struct list_source *source, const void *data,
    size_t count, uint64_t version, int64_t us);
/* Of what is under way, how many rows have been looked at; false: nothing is. */
bool list_is_looking(const struct list *list, size_t *rows);

/* Words, all of which must match: plain text (caseless, any column), `column:text`, `column>x`
 * (also < = >= <=), `!word` for the opposite; "quoted text" is plain and may have blanks. "" or
 * NULL: no filter. ERR_INPUT names a column or number that is none; the filter before stays then.
 */
bool list_set_filter(
    struct list *list, const struct list_source *source, const char *filter, struct err *err);

/* Draws head (where `head`) and rows; the selected row is reversed, dimmed where not focused.
 * `empty` is said where there is no row. */
struct list_look {
    bool head, focused;
    const char *empty;
};
/* Whether there is room for the head beside the rows. */
bool list_has_head(const struct list *list, const struct pane *pane);
void list_draw(struct list *list, const struct list_source *source, const void *data,
    const struct pane *pane, const struct list_look *look);

/* Moves (down, up, pages, halves, first, last, left, right), follows (ACTION_FOLLOW; ends when the
 * selection leaves the last row), sorts by the next column (ACTION_SORT; each first ascending, then
 * descending). True: draw again. */
bool list_act(struct list *list, const struct list_source *source, enum action action);

/* The row at a position, the selected one; false where there is none. */
bool list_row(const struct list *list, size_t position, size_t *row);
bool list_selected(const struct list *list, size_t *row);
/* Selects a row of the data; false where it is not shown. */
bool list_select(struct list *list, size_t row);
/* The click on line y of the pane that was drawn: selects; false where no row is there. */
bool list_click(struct list *list, const struct list_look *look, int y);
size_t list_shown(const struct list *list); /* rows that pass the filter */

#endif
