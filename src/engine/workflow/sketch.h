#ifndef SKETCH_H
#define SKETCH_H

/*
 * The sketch update (W ←): from the meta model's list of steps to the next workflow. In order:
 * sketch_parse reads the reply (schema "sketch_update" of templates.h), workflow_plan_sketch checks
 * it whole against the present workflow, the new steps of plan->generate are given executors
 * (template "generate", read by sketch_read_executor), sketch_plan_build makes the workflow.
 *
 * Every refusal is ERR_INPUT and a sentence that can be shown to the meta model ({{refused}}).
 */
#include <cjson/cJSON.h>

#include "workflow.h"

enum step_status { STEP_REUSE, STEP_NEW };

struct sketch_step {
    char *id;
    enum step_status status;
    enum node_kind kind;
    char *description; /* "" in a reused step: as it is */
    char **inputs, **tools;
    size_t input_count, tool_count;
    char **replaces; /* ids of present nodes that this step takes the place of */
    size_t replace_count;
};

struct sketch {
    struct sketch_step *steps;
    size_t count;
};

/* Types and sizes only. Borrows nothing of the tree. */
struct sketch *sketch_parse(const cJSON *reply, struct err *err);
void sketch_free(struct sketch *sketch); /* NULL is nothing */

struct sketch_plan {
    /* The checked graph: reused nodes with what they keep; a new llm or agent node has a stand-in
     * for a prompt, so this is for looking at (its sketch is {{workflow}} of "generate"), not for
     * running. */
    const struct workflow *shape;
    size_t *generate; /* nodes of the shape, ascending, that need an executor: new ones that are no
                         tools */
    size_t generate_count;
    bool unchanged; /* the sketch is the present workflow, whatever the order of its steps */
};

/*
 * Refuses what workflow_build refuses, and: reuse of an id that is not there, a new step with the
 * id of a present node, a new step without a description, a reused tool that would need a prompt or
 * a reused prompt that would be lost, `replaces` that names what is not there or what is reused. A
 * reused node keeps its prompt, model and schema, and its description where the step has none; its
 * inputs, its tools, and with these its kind (llm or agent) are the step's.
 */
struct sketch_plan *workflow_plan_sketch(const struct workflow *current,
    const struct sketch *sketch, const struct workflow_scope *scope, struct err *err);
void sketch_plan_free(struct sketch_plan *plan); /* NULL is nothing */

/* What the meta model wrote for one new step. */
struct sketch_executor {
    const char *description; /* NULL or "": the step's */
    const char *prompt;
};

/* Reads a reply of schema "executor" for plan->generate[which]: its type must be that of the step's
 * kind (LLMExecutor for llm, ToolExecutor for agent), its prompt must pass workflow_check_prompt.
 * The reply's `name` has no effect: the id that the other steps' inputs name stays. Borrows from
 * the tree. */
bool sketch_read_executor(const struct sketch_plan *plan, size_t which, const cJSON *reply,
    struct sketch_executor *out, struct err *err);

/* The workflow with executors[i] put into plan->generate[i], all of them. One reference, the
 * caller's. */
struct workflow *sketch_plan_build(const struct sketch_plan *plan,
    const struct sketch_executor *executors, const struct workflow_scope *scope, struct err *err);

#endif
