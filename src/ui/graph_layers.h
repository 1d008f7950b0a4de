#ifndef GRAPH_LAYERS_H
#define GRAPH_LAYERS_H

/*
 * A graph in layers, as Sugiyama, Tagawa and Toda (1981) draw it: inputs above, each node below all
 * of its inputs. One node is one piece of a line: its glyph, where lines end, and its label. Made
 * once for a structure, drawn for every frame.
 *
 *   layers    longest path from the top, sources pulled down to their consumers
 *   chains    an edge past several layers goes through one bend a layer; edges of one source share
 *             them
 *   order     median sweeps with swaps of neighbours, the best is kept; begins with the order of
 * the layout before, so that a change of the graph moves little columns   least squares towards
 * neighbours, alternately from above and below, order and gaps kept channels  between two layers
 * each set of sources with the same targets is one track (a fan-in is one line); where a track only
 * passes a line it is broken
 */
#include "graph.h"
#include "keymap.h"

struct layout_node {
    int x, y;  /* of its glyph */
    int layer; /* from 0 */
};

struct layout {
    struct layout_node *nodes;
    int count;
    int width, height; /* cells */
    uint8_t *edges;    /* height rows of width: enum edge */
    int crossings;     /* lines that cross */
    char **names;      /* to find nodes again in the next layout */
};

/* `before` may be NULL. */
struct layout *layout_new(const struct graph *graph, const struct layout *before);
void layout_free(struct layout *layout); /* NULL is nothing */

struct layout_source {
    struct graph_glyph (*glyph)(const void *data, int node);
    /* Draws the label into a pane of one line as wide as the node's `width` less 2. */
    void (*draw)(const void *data, int node, const struct pane *label);
};

struct layout_view {
    int selected;      /* a node */
    int x, y;          /* of the picture, at the pane's upper left */
    bool panned;       /* moved by hand: the selection need not be visible */
    int width, height; /* private: of the pane at the last drawing */
};

/* A picture that is smaller than the pane is centred; else the selected node is kept visible.
 * `related`, if not NULL, as of graph_related: other nodes and their labels are dimmed. */
void layout_draw(const struct layout *layout, const struct graph *graph, struct layout_view *view,
    const struct layout_source *source, const void *data, const bool *related,
    const struct pane *pane);
/* Moves the selection to the nearest node in a direction; pages pan. True: draw again. */
bool layout_act(const struct layout *layout, struct layout_view *view, enum action action);
/* The node whose glyph or label is at a cell of the pane that was drawn; -1: none. */
int layout_node_at(const struct layout *layout, const struct graph *graph,
    const struct layout_view *view, int x, int y);

#endif
