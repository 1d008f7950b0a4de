#ifndef SKETCH_UPDATE_H
#define SKETCH_UPDATE_H

/* W ← LLM(W, {g_W}_batch; t_optim-workflow), then an executor for each new step by t_generate, all
 * asked at once. A sketch or an executor that is refused is asked for again with the reason, at
 * most twice; then the round goes on without it. */
#include "optimizer.h"

bool sketch_update(struct optimizer *o, const struct rollout *rollout);

#endif
