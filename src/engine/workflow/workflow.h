#ifndef WORKFLOW_H
#define WORKFLOW_H

/*
 * A workflow: a directed acyclic graph of nodes, an immutable value. The paper's sequence of steps
 * is the special case. A node reads task fields and the outputs of other nodes; exactly one node is
 * read by nobody: its output is the workflow's. Nodes stand in one canonical topological order
 * (ties: the order in which they were given), so node i reads only nodes before i.
 *
 * Workflows are reference-counted and never change after workflow_build; any thread may read one.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "hash.h"
#include "json.h"
#include "str.h"

enum node_kind {
    NODE_LLM,   /* one model call: the paper's LLMExecutor */
    NODE_AGENT, /* a model that may call the named tools, a bounded number of times: the paper's
                   ToolExecutor */
    NODE_TOOL,  /* one tool called directly on its input; it has no prompt */
};

/* Limits; of texts in bytes. */
enum {
    WORKFLOW_MAX_NODES = 128,
    NODE_MAX_INPUTS = 32,
    NODE_MAX_TOOLS = 32,
    NODE_ID_MAX = 64,
    DESCRIPTION_MAX = 4096,
    PROMPT_MAX = 65536,
    SCHEMA_MAX = 16384,
    WORKFLOW_FILE_MAX = 16 << 20,
};

/* One input: a task field, or the output of a node. */
struct node_input {
    char *name; /* a field's name or a node's id */
    int node;   /* index of that node, or -1 for a field */
};

struct node {
    char *id; /* letters, digits, _ and -; unique; never the name of a task field */
    enum node_kind kind;
    char *description; /* its line of the sketch, what it does */
    char *prompt;      /* the system message, without white space at its end; "" for a tool */
    struct node_input *inputs;
    size_t input_count; /* ≥ 1 */
    char **tools;       /* NODE_TOOL: exactly one; NODE_AGENT: at least one; NODE_LLM: none */
    size_t tool_count;
    char *model;     /* a model named in the task; NULL: the executor */
    char *schema;    /* JSON schema of the output, compact JSON; NULL: free text */
    int *successors; /* nodes that read this one, ascending */
    size_t successor_count;
};

struct workflow {
    atomic_uint refs; /* private */
    struct node *nodes;
    size_t count;
    size_t output;    /* index of the one node without successors: always count - 1, for all others
                         lead to it */
    struct hash hash; /* of the canonical JSON: equal workflows have equal hashes */
};

/*
 * What a workflow may name; borrowed. Where a scope is NULL (reading what was checked before,
 * without its task), every tool and model is taken as known, and an input that is no node is a
 * field.
 */
struct workflow_scope {
    const char *const *fields; /* the task's inputs */
    size_t field_count;
    const char *const *tools;
    size_t tool_count;
    const char *const *models;
    size_t model_count;
    bool more_tools; /* there are others, whose names are known once they are open: none is unknown
                        here */
};

/* A node as given, before it is checked: names only. All strings borrowed; NULL means absent. */
struct node_spec {
    const char *id, *description, *prompt, *model, *schema;
    enum node_kind kind;
    const char *const *inputs;
    size_t input_count;
    const char *const *tools;
    size_t tool_count;
};

/* Checks and builds. NULL and ERR_INPUT with a sentence that a person or a model can act upon:
 * unknown tool, field or node (nearest known name), a cycle (its nodes), no single output (which
 * nodes nobody reads), too many nodes, bad or doubled id, a tool node without exactly one tool, an
 * llm or agent node without a prompt, text that is not UTF-8 or longer than the limits above. Names
 * in messages have their control characters made harmless. The result has one reference. */
struct workflow *workflow_build(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, struct err *err);
struct workflow *workflow_ref(const struct workflow *workflow);
void workflow_unref(const struct workflow *workflow); /* NULL is nothing */

int workflow_find(const struct workflow *workflow, const char *id); /* index or -1 */
bool workflow_equal(const struct workflow *a, const struct workflow *b);
const char *node_kind_name(enum node_kind kind); /* "llm", "agent", "tool" */

/* The number of nodes on the longest path from node i to the output, itself included. */
size_t workflow_depth_below(const struct workflow *workflow, size_t node);
size_t workflow_depth(const struct workflow *workflow); /* nodes on the longest path */
/* True where the node or one of its ancestors has a prompt: a gradient is worth passing to it. */
bool workflow_wants_gradient(const struct workflow *workflow, size_t node);

/* JSON (a member "task" beside the nodes is for those who execute the file): { "nodes": [ { "id",
 * "kind", "description", "prompt", "inputs", "tools", "model"?, "schema"? } … ] }, read by the
 * reader for people's files (comments allowed) and written canonically (2 blanks, keys in this
 * order). */
struct workflow *workflow_from_json(const char *title, const struct json *root,
    const struct workflow_scope *scope, struct err *err);
struct workflow *workflow_load(
    const char *path, const struct workflow_scope *scope, struct err *err);
void workflow_to_json(const struct workflow *workflow, struct str *out);
/* The sketch alone, compact: [{"id","kind","description","tools","inputs"} …]: what the meta model
 * is shown. */
void workflow_to_sketch(const struct workflow *workflow, struct str *out);
void workflow_to_mermaid(const struct workflow *workflow, struct str *out);
void workflow_to_dot(const struct workflow *workflow, struct str *out);

/* Whether a text may be a prompt: not blank, UTF-8, at most PROMPT_MAX bytes. ERR_INPUT, fit to be
 * shown to a model. */
bool workflow_check_prompt(const char *prompt, struct err *err);

/* Returns a workflow like this one with the prompt of one llm or agent node replaced (one
 * reference, the caller's). The prompt must have passed workflow_check_prompt. */
struct workflow *workflow_with_prompt(
    const struct workflow *workflow, size_t node, const char *prompt);

#endif
