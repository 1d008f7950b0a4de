#ifndef CHANGE_VIEW_H
#define CHANGE_VIEW_H

/*
 * Shows a change whole, as one document: where nodes differ both graphs as rails with + - ~ marks,
 * then item by item what becomes of nodes and prompts, with the words that differ. Unified, or old
 * and new side by side. A zeroed struct is a view; the change is the caller's.
 */
#include "change.h"
#include "doc.h"
#include "graph_rail.h"

enum { SIDES_WIDTH = 120 }; /* of the terminal, from which on diffs are side by side unless told */

struct change_rail {
    struct rail *rail;
    int count;
    struct change_rail_node {
        const char *id, *kind;
        char mark; /* '+', '-', '~' or ' ' */
    } *nodes;
};

struct change_view {
    struct doc doc;
    bool side_by_side;
    /* private */
    struct change_rail rails[2]; /* before, after */
    const enum take *takes;
};

void change_view_free(struct change_view *view);
/* `takes`: one an item, shown as ? ✓ ✗; NULL: nothing is to be decided. `stamp` differs where the
 * change does. */
void change_view_draw(struct change_view *view, const struct change *change,
    const enum take *takes, uint64_t stamp, const struct pane *pane, bool focused);
/* Scrolls, goes from item to item (view->doc.selected); ACTION_SIDE_BY_SIDE. True: draw again. */
bool change_view_act(struct change_view *view, enum action action);

#endif
