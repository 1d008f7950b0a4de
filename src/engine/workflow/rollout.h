#ifndef ROLLOUT_H
#define ROLLOUT_H

/*
 * What a pass of a workflow over examples asks for and gives back: immutable values that cross
 * between the conductor and the loop. Symbols of the paper: x_k is nodes[k].output, L is score and
 * words, g_k is nodes[k].gradient, g_W is workflow_gradient.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"
#include "workflow.h"

enum backward_mode {
    BACKWARD_NONE,      /* forward and loss only: evaluation */
    BACKWARD_BACKPROP,  /* loss gradient at the output node, chain-rule gradients along the reversed
                           edges */
    BACKWARD_BROADCAST, /* every node with a prompt gets the output node's loss gradient */
    BACKWARD_WORKFLOW,  /* the workflow gradient of each example */
};

struct rollout_request {
    const struct workflow *workflow; /* referenced by whoever keeps the request */
    const size_t *examples;          /* indices into the task's example table */
    size_t count;
    enum backward_mode backward;
    bool keep_texts;   /* false: only scores come back (evaluation of hundreds of examples) */
    const char *label; /* for progress and traces, e.g. "b3 r1 s2" or "validation"; borrowed */
};

enum example_state {
    EXAMPLE_SCORED,
    EXAMPLE_SPOILED, /* by the workflow itself (bad output, wrong tool call): score 0, words say why
                      */
    EXAMPLE_LOST,    /* for want of the endpoint, after all retries: no score, no gradient */
};

struct node_result {
    struct text *output;   /* NULL where the node did not run or texts are not kept */
    struct text *gradient; /* g_k: "Keep: …\nChange: …"; NULL where there is none */
    bool gradient_failed;  /* it was asked for and could not be had; gradient_error says why */
    struct text *gradient_error;
};

struct example_result {
    size_t example;
    enum example_state state;
    double score; /* [0, 1]; 0 unless EXAMPLE_SCORED */
    struct text *
        words; /* the loss in words, or why it was lost or spoiled; NULL where texts are not kept */
    struct text
        *input; /* x_0 as a node sees it, labelled sections; NULL where texts are not kept */
    struct text *workflow_gradient; /* BACKWARD_WORKFLOW only */
    struct text *workflow_gradient_error;
    struct node_result
        *nodes; /* one a node, in the workflow's order; NULL where texts are not kept */
};

/* Of one node: with how many examples it came to an end. */
struct node_ends {
    unsigned done, failed;
};

struct rollout {
    const struct workflow *workflow; /* a reference of its own */
    struct example_result *examples; /* in the order of the request */
    size_t count;
    size_t scored, spoiled, lost; /* scored + spoiled + lost = count */
    double score;           /* mean over scored and spoiled examples; 0 where there are none */
    struct node_ends *ends; /* one a node of the workflow */
    uint32_t pass;          /* ordinal of the pass in the run: names its traces */
};

/* An empty result of the right shape, to be filled in by index. Takes a reference to the workflow.
 */
struct rollout *rollout_new(
    const struct workflow *workflow, const size_t *examples, size_t count, bool keep_texts);
void rollout_summarise(
    struct rollout *rollout); /* fills scored, spoiled, lost, score from the examples, in order */
void rollout_free(struct rollout *rollout); /* NULL is nothing */

#endif
