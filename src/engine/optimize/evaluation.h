#ifndef EVALUATION_H
#define EVALUATION_H

/*
 * Validation and test. A validation decides nothing before the end, so it is not waited for: it
 * runs beside the next batch and is collected after that batch's last step. What a workflow scored
 * is remembered; it is not validated twice. The best so far is the one with the strictly highest
 * score: of equals the earlier stays, and a pass in which every example was lost is never the best.
 */
#include "optimizer.h"

/* Starts the validation of the current workflow; batch 0 is the baseline. Nothing else may be open.
 */
bool evaluation_start(struct optimizer *o, unsigned batch);
/* Waits for the one that is open, if any, states it, keeps the best. */
bool evaluation_collect(struct optimizer *o);
/* For unwinding: waits for the one that is open, if any, and discards it. */
void evaluation_abandon(struct optimizer *o);

/* The start and the best so far on the test split, out of what was set aside; fills the result's
 * test scores. */
bool evaluation_test(struct optimizer *o, struct optimize_result *result);

#endif
