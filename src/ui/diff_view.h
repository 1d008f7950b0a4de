#ifndef DIFF_VIEW_H
#define DIFF_VIEW_H

/*
 * Shows a text_diff: unified, or old and new side by side; changed words are bold and underlined,
 * and each line has its sign (- +), so that nothing is told by colour alone. A zeroed struct with
 * `context` set is a view; diff and choices are the caller's and given to every call.
 */
#include "canvas.h"
#include "keymap.h"
#include "text_diff.h"

enum diff_choice { DIFF_OPEN, DIFF_ACCEPTED, DIFF_REJECTED }; /* ? ✓ ✗ */

struct diff_view {
    bool side_by_side;
    int context;     /* unchanged lines shown around hunks; -1: all */
    size_t selected; /* a hunk */
    size_t top;      /* first line visible */
    /* private */
    struct diff_row *rows;
    size_t row_count, row_cap;
    const struct text_diff *diff; /* and the number of its hunks, that the rows were made for */
    size_t hunks;
    int width, made_context, height;
    bool made_side_by_side, seek;
};

/* `choices` (one a hunk) may be NULL: then hunks are neither marked nor selected. */
void diff_view_draw(struct diff_view *view, const struct text_diff *diff,
    const enum diff_choice *choices, const struct pane *pane);
/* Scrolls; ACTION_NEXT and ACTION_PREVIOUS go from hunk to hunk; ACTION_SIDE_BY_SIDE. True: draw
 * again. */
bool diff_view_act(struct diff_view *view, const struct text_diff *diff, enum action action);
void diff_view_reset(struct diff_view *view); /* another diff is shown: to its beginning */
void diff_view_free(struct diff_view *view);

#endif
