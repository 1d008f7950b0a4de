#ifndef TEMPLATES_H
#define TEMPLATES_H

/*
 * The meta templates: one Markdown file of prompts/ for each equation of the method, built into the
 * binary, each overridable by a file of the same name in --prompts DIR. A rendered template is the
 * one user message of a meta request.
 *
 * Every value stands in the template between tags of its own name (<prompt>…</prompt>), so that any
 * reader can find it. The tags, and the form of each value:
 *
 *   task         the task's description
 *   tools        one line a tool: "name: what it does"; "(none)"
 *   fields       names of the task's inputs, comma-separated
 *   step         the step's id and description: "id: description (kind)"
 *   prompt       the step's present prompt
 *   inputs       what the step was given: labelled sections, as in its user message
 *   output       what the step gave back (x_k)
 *   target       y
 *   loss         "score: 0.40" and the metric's words
 *   successors   for each step that reads this one:
 *                <successor id="ID"><output>x_{k+1}</output><gradient>g_{k+1}</gradient>
 *                </successor>
 *   gradients    for each example: <gradient example="ID">Keep: …\nChange: …</gradient>
 *   prompts      (joint) for each step:
 *                <step id="ID"><prompt>…</prompt><gradients>…</gradients></step>
 *   workflow     the sketch: compact JSON of workflow_to_sketch
 *   trace        for each step: <output step="ID">x_k</output>
 *   samples      for each example: <sample>labelled sections of x_0</sample>
 *   declined     what a person turned down before, with the reason; "(nothing)"
 *   refused      why the sketch or reply before this one was refused; "(nothing)"
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

enum template_id {
    TEMPLATE_GRAD_LOSS,      /* g_K: prompts/grad-loss.md */
    TEMPLATE_GRAD_CALL,      /* g_k: prompts/grad-call.md */
    TEMPLATE_OPTIM_CALL,     /* t_k ←: prompts/optim-call.md */
    TEMPLATE_OPTIM_JOINT,    /* all t_k ← at once, for inner: joint: prompts/optim-joint.md */
    TEMPLATE_GRAD_WORKFLOW,  /* g_W: prompts/grad-workflow.md */
    TEMPLATE_OPTIM_WORKFLOW, /* W ←: prompts/optim-workflow.md */
    TEMPLATE_GENERATE,       /* executor of a new step: prompts/generate.md */
    TEMPLATE_COUNT
};

/* A value for each placeholder that a template may have; NULL where the template has no such
 * placeholder. */
struct template_values {
    const char *task, *tools, *fields, *step, *prompt, *inputs, *output, *target, *loss,
        *successors, *gradients, *prompts, *workflow, *trace, *samples, *declined, *refused;
};

/*
 * Name and JSON schema of the reply that a template asks for:
 *   grad-loss, grad-call, grad-workflow
 *                   "text_gradient": {"text_gradient": string}
 *   optim-call      "prompt_update": {"updated_prompt": string, "changes_made": [string]}
 *   optim-joint     "joint_update": {"prompts": [{"id", "updated_prompt"}],
 *                   "changes_made": [string]}; a step that is left out keeps its prompt
 *   optim-workflow  "sketch_update": {"steps": [{"id", "status": "reuse"|"new",
 *                   "kind": "llm"|"agent"|"tool", "description", "inputs": [string],
 *                   "tools": [string], "replaces": [string]}], "changes_made": [string]}
 *   generate        "executor": {"name": string, "type": "LLMExecutor"|"ToolExecutor",
 *                   "description": string, "prompt": string}
 */
struct reply_schema {
    const char *name;
    const char *json; /* JSON schema, OpenAI's strict subset */
};

struct templates;

/* The built-in set, with those replaced that DIR (may be NULL) holds. A file of DIR that is no
 * template (hidden files apart), and a template with a missing or unknown placeholder, or with one
 * that does not stand between its tags, are ERR_INPUT and name it. */
struct templates *templates_open(const char *folder, struct err *err);
void templates_free(struct templates *templates);

void templates_render(const struct templates *templates, enum template_id id,
    const struct template_values *values, struct str *out);
const char *templates_name(enum template_id id); /* "grad-loss" */
const struct reply_schema *templates_reply(enum template_id id);
const char *templates_source(
    const struct templates *templates, enum template_id id); /* for the snapshot */
/* From a snapshot: sources[i] is the text of template i. */
struct templates *templates_from_sources(
    const char *const sources[TEMPLATE_COUNT], struct err *err);

#endif
