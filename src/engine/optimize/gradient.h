#ifndef GRADIENT_H
#define GRADIENT_H

/*
 * Reading textual gradients. A gradient has two headed parts, "Keep:" and "Change:", each head at
 * the start of a line; without the heads all of it is Change.
 */
#include "optimizer.h"

/* True unless the Change part is absent, empty or says "nothing". */
bool gradient_wants_change(const char *text);

/* True where a gradient of the node (of any example) wants a change. */
bool gradient_node_is_criticised(const struct rollout *rollout, size_t node);
bool gradient_workflow_is_criticised(const struct rollout *rollout);

/* Appends {node, example, id} for each gradient of the node; {example, id} for each workflow
 * gradient. */
void gradient_list_node(
    const struct optimizer *o, const struct rollout *rollout, size_t node, cJSON *array);
void gradient_list_workflow(const struct optimizer *o, const struct rollout *rollout, cJSON *array);

/* The gradient's name: the hash of its text. */
void gradient_id(const struct text *gradient, char hex[HASH_HEX_SIZE]);

#endif
