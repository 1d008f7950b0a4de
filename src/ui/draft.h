#ifndef DRAFT_H
#define DRAFT_H

/* What a person has chosen about the proposal that waits, before it is committed: a stack of states
 * for undo and redo. A zeroed struct is empty. */
#include <stddef.h>

#include "delta.h"

enum { DRAFTS = 200 }; /* undo goes back so far */

struct draft {
    char *workflow; /* JSON as edited; NULL: as proposed */
    char *reason;   /* of a rejection; NULL: none given */
    enum take *takes;
    size_t count;
    size_t *splits; /* the items that were split, one after the other */
    size_t split_count;
};

struct drafts {
    struct draft items[DRAFTS];
    size_t count, at;  /* at: the current one */
    unsigned proposal; /* ordinal that they are about; 0: none */
    unsigned version;  /* differs after everything that changes the current one */
};

void drafts_free(struct drafts *drafts); /* and empties it */
/* Nothing chosen yet about this proposal, which has so many items. */
void drafts_begin(struct drafts *drafts, unsigned proposal, size_t items);
struct draft *drafts_current(struct drafts *drafts); /* NULL where empty */
/* A copy of the current state on top of it, to be changed; what was undone is gone. */
struct draft *drafts_push(struct drafts *drafts);
bool drafts_undo(struct drafts *drafts); /* false: there is nothing to undo */
bool drafts_redo(struct drafts *drafts);
/* The item was split: `more` items behind it are as it is. */
void draft_split(struct draft *draft, size_t item, size_t more);
/* Another workflow, with its items; the takes are given. */
void draft_set_takes(struct draft *draft, enum take *take_takes, size_t count);
void draft_set_workflow(struct draft *draft, const char *workflow);
void draft_set_reason(struct draft *draft, const char *reason);

#endif
