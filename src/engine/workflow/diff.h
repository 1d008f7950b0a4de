#ifndef DIFF_H
#define DIFF_H

/* The difference between two workflows, node by node, and its application. Nodes match by id. */
#include "workflow.h"

enum node_change {
    NODE_ADDED,
    NODE_REMOVED,
    NODE_REWIRED /* kind, inputs, tools, model, schema or description */,
    NODE_PROMPTED
};

struct diff_item {
    enum node_change change;
    const char *id; /* borrowed from one of the two workflows */
};

struct diff {
    struct diff_item *items; /* in the order of b, then what was removed in the order of a; a node
                                that is rewired and prompted has two items */
    size_t count;
};

/* Both workflows must outlive the diff. */
struct diff workflow_diff(const struct workflow *a, const struct workflow *b);
void diff_free(struct diff *diff);

/* Appends, compact, { "nodes_added": [node…], "nodes_removed": [node…], "rewired": [{id, before,
 * after}], "prompts": [{id, before, after}] }: added and removed nodes whole, as in a workflow's
 * JSON; before and after are the node without its prompt in "rewired", and the two prompts in
 * "prompts". */
void diff_to_json(const struct workflow *a, const struct workflow *b, struct str *out);

/* Applies to `base` the changes of a → b whose ids are in take[0..count) (NULL: all). NULL and
 * ERR_INPUT where an id is not changed, the result is no valid workflow, or `base` lacks what the
 * change needs: the node that it edits or removes, as it was in a (or as it is in b already).
 * workflow_apply(a, a, b, NULL, …) equals b, its order included. */
struct workflow *workflow_apply(const struct workflow *base, const struct workflow *a,
    const struct workflow *b, const char *const *take, size_t count,
    const struct workflow_scope *scope, struct err *err);

#endif
