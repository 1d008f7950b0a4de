#ifndef PASS_H
#define PASS_H

/*
 * A pass: one workflow over some examples, as data flow. A node of an example starts as soon as its
 * own inputs are there; the longest remaining path goes first; an example's loss and backward start
 * when its own forward is done. Backward is the same walk over the transposed graph. Results go
 * into slots by index: arrival order never changes a result. Loop thread only; waiting contract as
 * in client.h: the caller owns the struct, on_done fires exactly once, never from pass_start, and
 * nothing of the pass is under way any more when it does.
 *
 * What goes wrong with one example stays with it: a node that failed keeps its readers from
 * running, everything else of the example runs on (so that what was asked does not depend on who
 * failed first). An example with a lost call is lost; else the failed node that stands first in the
 * workflow has spoiled it, and a gradient starts from there.
 *
 * Where the task has no metric or an example no target (exec), the example counts as scored, 0,
 * without words.
 */
#include "client.h"
#include "rollout.h"
#include "scorer.h"
#include "task.h"
#include "templates.h"
#include "tools.h"

enum {
    PASS_AT_ONCE = 1024, /* examples begun and not done, so that texts do not pile up */
    AGENT_MAX_TURNS = 8, /* calls of the model by one agent node */
    AGENT_MAX_CALLS = 8, /* tool calls that one turn may ask for */
    TEMPLATE_VALUE_MAX =
        16384 /* bytes of one output or input in a template; the rest is left out with a note */
};

/* What every pass of a run shares; borrowed. */
struct pass_context {
    uv_loop_t *loop;
    struct client *client;
    struct toolbox *toolbox;
    struct workers *workers;
    struct scorer *scorer; /* NULL where nothing has a target */
    struct store *store;   /* for traces; NULL: none */
    const struct task *task;
    const struct templates *templates; /* NULL where no pass goes backward */
    const struct llm_model *meta;      /* likewise */
    /* the opened model of each task model, in the order of task.models; executor is the one named
     * "executor" */
    const struct llm_model *const *models;
    const char *tools_text; /* {{tools}} */
};

/* States of nodes for the screen: how many examples of the pass are in each. */
struct node_counts {
    unsigned waiting, running, done, failed;
    unsigned skipped; /* it never began, for want of its inputs */
};

struct pass {
    /* set by the caller before pass_start */
    const struct pass_context *context;
    struct rollout_request
        request;      /* copied by pass_start: workflow referenced, examples and label duplicated */
    uint32_t ordinal; /* of the pass in the run, for traces */
    void (*on_done)(struct pass *pass);
    void *data;
    /* the outcome, valid in on_done */
    struct rollout *result; /* the caller's; NULL where the pass was cut */
    struct err error; /* why it was cut: ERR_LIMIT, ERR_IO, ERR_CANCELLED; lost or spoiled examples
                         do not cut it */
    /* live, until on_done */
    struct node_counts *nodes; /* one a node of the workflow; NULL in on_done */
    size_t examples_done;
    void *private_state;
};

void pass_start(struct pass *pass);
/* Idempotent. What a provider has already is waited for (client.h), all else ends at once. */
void pass_cancel(struct pass *pass);

/* The labelled sections of a node's user message: "## name\n\ntext\n" for each input, in order, a
 * blank line between. */
void pass_sections(
    const char *const *names, const struct text *const *texts, size_t count, struct str *out);

#endif
