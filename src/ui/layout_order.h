#ifndef LAYOUT_ORDER_H
#define LAYOUT_ORDER_H

/* The stages of graph_layers before anything is drawn: layers, chains, order within layers,
 * columns. Private to graph_layers. */
#include "graph_layers.h"

enum { LAYOUT_GAP = 2 }; /* blank cells between two items of a layer */

/* A node, or a bend of the chain of a source that passes a layer. */
struct item {
    int node; /* the node, or the source of the chain */
    bool bend;
    int layer, x, width;
    int *up, *down; /* items of the layers above and below */
    int up_count, down_count;
    int place;   /* in its layer */
    double want; /* scratch */
};

struct layer {
    int *items;
    int count;
};

struct draft {
    struct item *items; /* the first graph->count are the nodes */
    int count;
    struct layer *layers;
    int layer_count;
    int crossings;
};

void draft_make(struct draft *draft, const struct graph *graph, const struct layout *before);
void draft_free(struct draft *draft);
/* Moves an item of a layer to the right by one column and what it pushes. */
void draft_push(struct draft *draft, int item);

#endif
