#ifndef DELTA_VIEW_H
#define DELTA_VIEW_H

/*
 * Shows a change whole, as one document: where nodes differ both graphs as rails with + - ~ marks,
 * then item by item what becomes of nodes and prompts, with the words that differ. Unified, or old
 * and new side by side. A zeroed struct is a view; the change is the caller's.
 */
#include "delta.h"
#include "doc.h"
#include "graph_rail.h"

enum { SIDES_WIDTH = 120 }; /* of the terminal, from which on diffs are side by side unless told */

/* Said where a change has none of a prompt. */
#define DELTA_VIEW_NO_SIDES "there are no two sides: no prompt is changed"

struct delta_rail {
    struct rail *rail;
    int count;
    struct delta_rail_node {
        const char *id, *kind;
        char mark; /* '+', '-', '~' or ' ' */
    } * nodes;
};

struct delta_view {
    struct doc doc;
    bool side_by_side;
    bool without_blanks; /* a change of white space alone is only named */
    /* private */
    int more_context;           /* unchanged lines around a hunk, beyond the usual */
    struct delta_rail rails[2]; /* before, after */
    const enum take *takes;
};

void delta_view_free(struct delta_view *view);
/* Lays the change out for a pane of this width; the number of lines. `stamp` differs where the
 * change does. */
size_t delta_view_lay_out(
    struct delta_view *view, const struct delta *delta, uint64_t stamp, int width);
/* `takes`: one an item, shown as ? ✓ ✗; NULL: nothing is to be decided. */
void delta_view_draw(struct delta_view *view, const struct delta *delta, const enum take *takes,
    uint64_t stamp, const struct pane *pane, bool focused);
/* Scrolls, goes from item to item (view->doc.selected); how it is shown (delta_view_is_look). True:
 * draw again. */
bool delta_view_act(struct delta_view *view, enum action action);
/* Whether an action changes how a change is shown: white space, lines around it. */
bool delta_view_is_look(enum action action);
/* "2 unchanged lines around each change, changes of white space left out". */
void delta_view_tell_look(const struct delta_view *view, struct str *out);

#endif
