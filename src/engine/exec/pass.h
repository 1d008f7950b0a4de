#ifndef PASS_H
#define PASS_H

/*
 * A pass: one workflow over some examples, as data flow. A node of an example starts as soon as its own inputs are there;
 * the longest remaining path goes first; an example's loss and backward start when its own forward is done. Backward is
 * the same walk over the transposed graph. Results go into slots by index: arrival order never changes a result.
 * Loop thread only; waiting contract as in client.h.
 */
#include "client.h"
#include "rollout.h"
#include "task.h"
#include "templates.h"
#include "tools.h"

/* What every pass of a run shares; borrowed. */
struct pass_context {
    uv_loop_t *loop;
    struct client *client;
    struct toolbox *toolbox;
    struct workers *workers;
    struct store *store; /* for traces; NULL: none */
    const struct task *task;
    const struct templates *templates;
    const struct llm_model *meta;
    /* the opened model of each task model, in the order of task.models; executor is the one named "executor" */
    const struct llm_model *const *models;
    const char *tools_text; /* {{tools}} */
};

/* States of nodes for the screen: how many examples of the pass are in each. */
struct node_counts {
    unsigned waiting, running, done, failed;
};

struct pass {
    /* set by the caller before pass_start */
    const struct pass_context *context;
    struct rollout_request request; /* copied by pass_start: workflow referenced, examples and label duplicated */
    uint32_t ordinal;               /* of the pass in the run, for traces */
    void (*on_done)(struct pass *pass);
    void *data;
    /* the outcome, valid in on_done */
    struct rollout *result; /* the caller's; NULL where the pass was cut */
    struct err error;       /* why it was cut: ERR_LIMIT, ERR_IO, ERR_CANCELLED; lost or spoiled examples do not cut it */
    /* live */
    struct node_counts *nodes; /* one a node of the workflow */
    size_t examples_done;
    void *private_state;
};

void pass_start(struct pass *pass);
void pass_cancel(struct pass *pass); /* idempotent */

/* The labelled sections of a node's user message: "## name\n\ntext\n" for each input, in order. */
void pass_sections(const char *const *names, const struct text *const *texts, size_t count, struct str *out);

#endif
