#ifndef GRAPHS_DRAWN_H
#define GRAPHS_DRAWN_H

/* Graphs for the tests of drawings: written down, staged and random ones. */
#include "graph.h"
#include "random.h"

struct drawn {
    struct graph graph;
    struct graph_node nodes[200];
    char names[200][40];
    int inputs[200][200];
};

/* "a; b<a; c<a,b": nodes in topological order. */
void drawn_parse(struct drawn *drawn, const char *text);
/* `count` nodes with up to `most` inputs each, from the `back` nodes before. */
void drawn_random(struct drawn *drawn, int count, int back, int most, uint64_t seed);
bool drawn_has_edge(const struct drawn *drawn, int from, int to);
extern const char drawn_nine[], drawn_fifteen[];

#endif
