#ifndef GRAPH_H
#define GRAPH_H

/* A graph to be drawn, as a plain value: what graph_rail and graph_layers lay out, and the bits and
 * glyphs of its lines. */
#include "canvas.h"

struct graph_node {
    const char *name;  /* tells the nodes of two graphs that are the same; may be NULL */
    const int *inputs; /* indices of nodes; what is not before the node itself is left out */
    int input_count;
    int width; /* cells of its glyph and label (graph_layers) */
};

struct graph {
    const struct graph_node *nodes; /* topological order */
    int count;
};

/* A cell of a line: where it goes to. */
enum edge {
    EDGE_UP = 1,
    EDGE_DOWN = 2,
    EDGE_LEFT = 4,
    EDGE_RIGHT = 8,
    EDGE_CROSS = 16, /* a line that has nothing to do with this one passes behind, broken */
};

void graph_draw_edge(const struct pane *pane, int x, int y, enum role role, unsigned edges);

/* How a node shows itself: its glyph, and what follows. Told by the screen. */
struct graph_glyph {
    uint32_t code;
    char ascii;
    enum role role;
};

/* related[i]: node i is an ancestor or a descendant of `node`, or the node itself. */
void graph_related(const struct graph *graph, int node, bool *related);

#endif
