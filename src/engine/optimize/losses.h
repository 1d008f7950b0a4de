#ifndef LOSSES_H
#define LOSSES_H

/* Examples that were lost for want of the endpoint, in words: each of them once for a workflow,
 * whichever passes meet it again. */
#include "optimizer.h"

/* States one warning where the pass lost examples that were not stated before. `what`: "the batch",
 * "the validation", "the test". */
bool losses_state(struct optimizer *o, const char *what, const struct rollout *rollout);
void losses_free(struct optimizer *o);

#endif
