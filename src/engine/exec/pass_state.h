#ifndef PASS_STATE_H
#define PASS_STATE_H

/*
 * Private to the folder: a pass under way. pass.c owns the examples' slots and their order of
 * events; node.c and agent.c run one node, loss.c scores, backward.c asks for gradients. What they
 * start is an `op`, so that a cut reaches everything.
 */
#include "ask.h"
#include "pass.h"
#include "walk.h"

struct op {
    struct op *next, *previous;
    struct pass_state *state;
    void (*cancel)(struct op *op); /* NULL: it is short, let it end */
};

/* Of one node, the same for all examples. */
struct node_plan {
    const struct llm_model *model;
    size_t fields[NODE_MAX_INPUTS]; /* index of the task's input, where an input is a field */
    unsigned forward, backward;     /* priorities: the longest remaining path */
    struct llm_tool *tools;         /* of an agent */
    bool wants_gradient;
};

struct pass_state {
    struct pass *pass;
    const struct pass_context *context;
    const struct workflow *workflow;
    size_t *examples;
    char *label;
    struct node_plan *plans;
    struct rollout *result;
    struct slot **slots; /* by index; NULL before and after */
    size_t next, active;
    struct op *ops;
    size_t under_way;
    bool cut;
    struct post post;
};

enum node_end { NODE_ENDED_WELL, NODE_SPOILED, NODE_LOST };

/* What one node of one example has come to. */
struct node_state {
    struct text *output; /* also of a node that spoiled it: what it said */
    enum node_end end;
    struct text *why; /* NODE_SPOILED, NODE_LOST */
    struct text *gradient, *gradient_error;
    unsigned readers; /* that have not begun: the output is still needed */
};

struct texts {
    struct text **items; /* references */
    size_t count, cap;
};

/* One example under way. */
struct slot {
    struct pass_state *state;
    size_t index;
    const struct example *example;
    struct walk walk; /* forward, then backward */
    struct node_state *nodes;
    size_t root; /* where the gradient starts: the output node, or the one that spoiled it */
    double score;
    struct text *words, *input;
    struct text *workflow_gradient, *workflow_gradient_error;
    struct texts found, asked; /* of all tool calls, where the metric reads them */
};

/* pass.c */
void op_begin(struct pass_state *state, struct op *op, void (*cancel)(struct op *op));
void op_end(struct op *op);
void pass_cut(struct pass_state *state, const struct err *why);
/* The last thing that every completion does: ends the pass where nothing is left. */
void pass_settle(struct pass_state *state);
void slot_node_done(struct slot *slot, size_t node, struct text *take_output);
/* `take_output` may be NULL. ERR_INPUT spoils the example, ERR_ENDPOINT loses it, all else cuts the
 * pass. */
void slot_node_failed(
    struct slot *slot, size_t node, struct text *take_output, const struct err *error);
void slot_scored(struct slot *slot, double score, struct text *take_words);
/* ERR_ENDPOINT loses the example, all else cuts the pass. */
void slot_not_scored(struct slot *slot, const struct err *error);
/* A tool was asked and has answered: for metrics that look at what was found. */
void slot_tool_answered(struct slot *slot, struct text *asked, struct text *found);
void slot_done(struct slot *slot);

/* plan.c */
struct node_plan *plans_new(
    const struct pass_context *context, const struct rollout_request *request);
void plans_free(struct node_plan *plans, const struct workflow *workflow);

/* The name under which a node's schema goes out: none of the meta replies' names. */
#define NODE_SCHEMA_NAME "output"

/* node.c: runs one node whose inputs are there. */
struct node_run {
    struct op op;
    struct slot *slot;
    size_t node;
    struct llm_request *request; /* of `call` */
    struct llm_call call;
    struct ask ask;
    struct tool_call tool;
    /* an agent's conversation */
    struct llm_message *messages;
    size_t message_count, message_cap;
    struct llm_reply *reply; /* whose tool calls are being made */
    size_t next_call;
    unsigned turns;
    bool corrected; /* the one corrective retry was spent */
};
void node_start(struct slot *slot, size_t node);
/* The node's input texts, borrowed; room for NODE_MAX_INPUTS. */
void node_inputs(
    const struct slot *slot, size_t node, const struct text **texts, const char **names);
void node_run_ask_model(
    struct node_run *run, struct llm_request *take_request, void (*on_done)(struct llm_call *call));
void node_run_finish(struct node_run *run, struct text *take_output);
void node_run_fail(struct node_run *run, struct text *take_output, const struct err *error);
/* agent.c */
void agent_start(struct node_run *run, const struct llm_message *messages, size_t count);

/* loss.c: the metric, then slot_scored or slot_not_scored. */
void loss_start(struct slot *slot);

/* backward.c: the gradients of one example, from slot->root, then slot_done. */
void backward_start(struct slot *slot);

/* values.c: what the gradient templates are filled with; each returns a text of the caller's. */
char *gradient_message(const struct slot *slot, enum template_id id, size_t node);

/* trace.c: written where there is a store. `node` -1: the whole example. */
void trace_text(
    const struct slot *slot, int node, enum trace_what what, struct text *text, double number);
void trace_call(const struct slot *slot, int node, struct hash key);

#endif
