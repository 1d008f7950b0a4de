#ifndef VALUES_H
#define VALUES_H

/* The values that fill the templates' placeholders, in the forms that templates.h documents. All
 * append to *out. */
#include "optimizer.h"

void values_fields(const struct workflow_scope *scope, struct str *out);
void values_step(const char *id, const char *description, enum node_kind kind, struct str *out);
/* <gradient example="ID">…</gradient> for every example that has one. */
void values_node_gradients(
    const struct optimizer *o, const struct rollout *rollout, size_t node, struct str *out);
void values_workflow_gradients(
    const struct optimizer *o, const struct rollout *rollout, struct str *out);
/* <step id="ID"><prompt>…</prompt><gradients>…</gradients></step> for every node with a prompt. */
void values_prompts(const struct optimizer *o, const struct rollout *rollout, struct str *out);
/* <sample>x_0</sample> for each example of the batch, as many as fit in a bounded length. */
void values_samples(const struct rollout *rollout, struct str *out);
void values_declined(const struct optimizer *o, enum proposal_kind kind, struct str *out);
/* Why a reply was refused, and that reply. */
void values_refused(const char *why, const cJSON *reply, struct str *out);

#endif
