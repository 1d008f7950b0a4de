#ifndef PROPOSAL_H
#define PROPOSAL_H

/*
 * A change on its way into the workflow: proposal, evidence, decision.
 *
 * Where nobody reviews, a change is accepted at once, as in the paper, and the next rollout of the
 * same batch (which is made anyway) is its evidence: until then it is pending and not stated. Where
 * a person reviews, the evidence is run first, forward only: a change that is then rejected has
 * cost no gradients, and the forward pass of one that is accepted is found in the journal by the
 * next step.
 */
#include "optimizer.h"

struct change {
    enum proposal_kind kind;
    const struct workflow *after; /* a reference */
    cJSON *changes, *gradients;   /* as in struct proposal */
    struct {
        struct hash *items;
        size_t count, cap;
    } messages; /* whose replies it was made from */
};

/* The list of words for struct change: strings only, whatever the model sent; each headed by the
 * node's id where it is about one (else NULL). */
cJSON *changes_new(void);
void changes_add(cJSON *changes, const char *node, const cJSON *from);

void change_free(struct change *change); /* zeroed is nothing */

/* Takes what *change holds. `before` is the rollout that it was made from. No proposal where the
 * workflow stays as it is. */
bool proposal_submit(struct optimizer *o, struct change *take_change, const struct rollout *before);

/* States the pending proposal, if any: with the evidence of the batch's next rollout, or (NULL)
 * without. */
bool proposal_settle(struct optimizer *o, const struct rollout *next);

void proposal_drop(struct optimizer *o); /* forgets the pending one, for unwinding */

#endif
