#ifndef TRACE_SECTIONS_H
#define TRACE_SECTIONS_H

/* What a step of an example read, said and was told, as sections of a text. */
#include "sections.h"
#include "ui.h"

/* A step of an example of a pass: node VIEW_NONE is the example as a whole. */
struct trace_step {
    struct ui *ui;
    int rollout, node;
    const struct trace_view *trace; /* NULL: on its way */
};

void trace_add_input(struct sections *sections, const struct trace_step *step);
/* The node's output; that of the last node against the target. */
void trace_add_output(struct sections *sections, const struct trace_step *step);
/* Output against target, the words that differ marked; score and words. */
void trace_add_score(struct sections *sections, const struct trace_step *step);
void trace_add_gradient(struct sections *sections, const struct trace_step *step);
/* Why it has its score, what its gradients want changed, the last node's first; then the output
 * against the target. */
void trace_add_brief(struct sections *sections, const struct trace_step *step);
/* Its calls: messages and answers, or (raw) requests and replies as JSON. */
void trace_add_calls(struct sections *sections, const struct trace_step *step, bool raw);
/* The gradient of the step; VIEW_NONE. */
int trace_step_gradient(const struct trace_step *step);

#endif
