#ifndef PROMPT_UPDATE_H
#define PROMPT_UPDATE_H

/* t_k ← LLM(t_k, {g_k}_batch; t_optim-call): new prompts from the gradients of one rollout, all
 * nodes asked at once, and one proposal of all that came of it. With `inner: joint` one question
 * sees all prompts and all gradients. */
#include "optimizer.h"

bool prompt_update(struct optimizer *o, const struct rollout *rollout);

#endif
