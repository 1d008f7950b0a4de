#ifndef LAYOUT_ROUTE_H
#define LAYOUT_ROUTE_H

/* The lines between two layers: who shares a track, and which row each track has. Private to
 * graph_layers. */
#include "layout_order.h"

/* One track of a channel: sources of the layer above that have the same targets in the layer below.
 */
struct net {
    int *above, *below; /* items, by column */
    int above_count, below_count;
    int left, right; /* columns */
    int row;         /* of the channel; -1: straight down, no track */
};

struct channel {
    struct net *nets;
    int count;
    int rows;
};

/* Rows for the lines below layer `l`; items of the layer below are moved to the right where there
 * is no way. */
void channel_route(struct draft *draft, int l, struct channel *channel);
void channel_free(struct channel *channel);

#endif
