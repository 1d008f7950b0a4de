#ifndef GRAPH_RAIL_H
#define GRAPH_RAIL_H

/*
 * A graph as a rail: one node a row, its edges as lanes in a gutter at the left, everything right
 * of the gutter is for the node's live columns. A lane belongs to one *target*: all edges into a
 * node run in one lane, down to the node's row. A row without a node, where one is needed, joins
 * the node above it to the lanes of its targets; so each line can be read as one edge. A compact
 * rail has these joints on the node's own row, beside its glyph: one row a node.
 */
#include "graph.h"
#include "keymap.h"

struct rail_row {
    int node;       /* -1: a row that joins lanes */
    uint8_t *edges; /* of enum edge, one a cell of the gutter */
};

struct rail {
    struct rail_row *rows;
    int row_count;
    int lanes; /* the gutter is 2 * lanes - 1 cells wide */
    int *lane; /* of each node */
    int count; /* nodes */
};

/* What is drawn on a node's row. */
struct rail_source {
    struct graph_glyph (*glyph)(const void *data, int node);
    /* Draws right of the gutter, into one line. */
    void (*draw)(const void *data, int node, const struct pane *line);
};

struct rail_view {
    int selected; /* a node */
    int top;      /* first row visible */
    int height;   /* private: rows at the last drawing */
};

struct rail *rail_new(const struct graph *graph);
struct rail *rail_new_compact(const struct graph *graph);
void rail_free(struct rail *rail); /* NULL is nothing */
/* Cells of the gutter where it may take at most `most`: lanes move together, then are cut. */
int rail_gutter(const struct rail *rail, int most);
/* Draws with the gutter at most a third of the pane; `line` panes begin one cell after it. The
 * selected node's row is reversed (underlined where not focused) and kept visible. */
void rail_draw(const struct rail *rail, struct rail_view *view, const struct rail_source *source,
    const void *data, const struct pane *pane, bool focused);
/* Moves the selection. True: draw again. */
bool rail_act(const struct rail *rail, struct rail_view *view, enum action action);
/* The node at line y of the pane that was drawn; -1: none. */
int rail_node_at(const struct rail *rail, const struct rail_view *view, int y);

#endif
