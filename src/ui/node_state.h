#ifndef NODE_STATE_H
#define NODE_STATE_H

/* What a screen shows of a node of the current workflow while the run goes on. */
#include "graph.h"
#include "run_view.h"

enum node_work { NODE_IDLE, NODE_WAITING, NODE_RUNNING, NODE_DONE, NODE_FAILED, NODE_HELD };

struct node_state {
    enum node_work work;
    struct view_live live;        /* in the passes under way; zero where it is in none */
    unsigned examples;            /* of those passes */
    struct view_node_calls calls; /* over the whole run; zero where nothing is known */
    double failed_share;          /* of the examples that it is through with; NAN: none is */
    unsigned gradients;           /* that wait for a prompt update */
    bool proposed; /* a proposal that waits changes it, or adds a node that reads it */
};

/* Of node `node` of view->current. */
struct node_state node_state_of(const struct run_view *view, int node);
/* `frame`: counts up while something runs, for the spinner. */
struct graph_glyph node_state_glyph(const struct node_state *state, unsigned frame);
const char *node_state_word(const struct node_state *state); /* "running", "held" … */

/* The last example that failed with a gradient for this node, else the last that failed at all:
 * where ACTION_TRACE goes. */
struct node_failure {
    int rollout, example;
    int node; /* in the rollout's workflow; VIEW_NONE: it has no such node */
};
bool node_last_failed(const struct run_view *view, int node, struct node_failure *failure);

/* The current workflow; NULL before the first. */
const struct view_workflow *view_current(const struct run_view *view);

/* "410 ms", "1.2 s", "3 min"; "-" for 0. */
const char *duration_text(double ms, char text[16]);

#endif
