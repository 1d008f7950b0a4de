#ifndef WALK_H
#define WALK_H

/*
 * The one walker over a workflow's graph, for both directions: a node is ready when all that it
 * waits for is done. Forward it waits for the nodes that it reads, backward (transposed) for its
 * readers. It only counts; what a node does meanwhile is the caller's.
 */
#include <stdbool.h>

#include "workflow.h"

struct walk {
    const struct workflow *workflow;
    bool transposed;
    unsigned char *members; /* 1: takes part */
    unsigned *blocked;      /* members that it still waits for */
    size_t left;            /* members not yet done or failed */
    size_t running;
};

/* on_ready may call walk_done and walk_fail. */
typedef void walk_ready(void *data, size_t node);

/* `members` is copied; NULL: all. */
void walk_open(struct walk *walk, const struct workflow *workflow, bool transposed,
    const unsigned char *members);
void walk_start(struct walk *walk, walk_ready *on_ready, void *data);
/* The node is done: those that waited for nothing else become ready. */
void walk_done(struct walk *walk, size_t node, walk_ready *on_ready, void *data);
/* The node failed: those that wait for it never become ready. */
void walk_fail(struct walk *walk, size_t node);
void walk_close(struct walk *walk); /* a zeroed walk is nothing */

#endif
