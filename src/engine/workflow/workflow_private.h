#ifndef WORKFLOW_PRIVATE_H
#define WORKFLOW_PRIVATE_H

/* Shared by the files of this folder only. */
#include "workflow.h"

/* A name as it may stand in a message: one line, cut at 64 cells, control and bidi characters made
 * harmless. */
struct shown {
    char text[260];
};
struct shown show_name(const char *name);

/* Index of the spec with this id, or -1. */
int spec_find(const struct node_spec *specs, size_t count, const char *id);

/* Checks each spec by itself and its names against the scope and the others; *culprit is the spec
 * at fault, or count where it is no single one. Cycles and outputs are not looked at. */
bool workflow_check_specs(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, size_t *culprit, struct err *err);

/* workflow_build, and which spec was at fault, as above. */
struct workflow *workflow_build_at(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, size_t *culprit, struct err *err);

/* The schema as compact JSON, the caller's; NULL and ERR_INPUT where it is no JSON object or nested
 * too deep. */
char *schema_canonical(const char *schema, struct err *err);

/* The node as a spec that borrows its strings; `inputs` holds the input names, room for
 * NODE_MAX_INPUTS. */
struct node_spec node_as_spec(const struct node *node, const char **inputs);

/* All specs of a workflow; *storage (the caller's, free) holds what they point into beside the
 * workflow. */
struct node_spec *workflow_as_specs(const struct workflow *workflow, const char ***storage);

/* Appends one node as compact JSON, keys in canonical order, with or without its prompt. */
void node_to_json(const struct node *node, bool with_prompt, struct str *out);

/* Appends "a", "b" … at most `max` names, then ", …". */
void add_names(struct str *out, const char *const *names, size_t count, size_t max);

/* The given nodes as a graph of indices, and the canonical order. */
struct graph {
    const struct node_spec *specs;
    size_t count;
    int (*reads)[NODE_MAX_INPUTS]; /* index of a spec, or -1 for a field */
    size_t *order;                 /* specs in canonical order */
    size_t placed;
    bool *is_placed;
};

void graph_open(struct graph *graph, const struct node_spec *specs, size_t count);
void graph_close(struct graph *graph);
void graph_sort(struct graph *graph); /* placed < count afterwards: there is a cycle */
bool graph_cycle_error(const struct graph *graph, size_t *culprit, struct err *err);
bool graph_check_output(const struct graph *graph, struct err *err); /* after a full sort */

#endif
