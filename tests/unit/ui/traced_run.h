#ifndef TRACED_RUN_H
#define TRACED_RUN_H

/*
 * A small run with everything that the screens Nodes, Traces and Calls show: facts in a run_view,
 * texts, traces, requests and replies in a run's file that a reader reads. Two workflows of one
 * node, then one of four with a chain of gradients; five examples, of which one is lost and two are
 * hostile: escapes, bidi, CJK, combining marks, a line of 70 KB.
 */
#include <uv.h>

#include "fake_session.h"

struct traced_run {
    uv_loop_t loop;
    struct session session;
    struct store *store;
    char folder[64];
};

void traced_run_open(struct traced_run *run);
void traced_run_close(struct traced_run *run);
void traced_run_wait(struct traced_run *run); /* until the reader has all that was asked for */
/* One more pass over the batch and its gradients, as a run goes on. */
void traced_run_goes_on(struct traced_run *run);
/* Proposal 3 waits: ex-01 is right with it, ex-02 is not any more. */
void traced_run_proposes(struct traced_run *run);
/* Step 3 has begun; so many of its examples, from the last but one on, are through. */
void traced_run_is_under_way(struct traced_run *run, unsigned examples);

#endif
