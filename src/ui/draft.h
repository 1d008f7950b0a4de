#ifndef DRAFT_H
#define DRAFT_H

/* What a person has chosen about the proposal that waits, before it is committed: a stack of states
 * for undo and redo. A zeroed struct is empty. */
#include <stddef.h>

#include "delta.h"

enum { DRAFTS = 200 }; /* undo goes back so far */

/* What was done to the items, one after the other. */
enum draft_step_kind {
    STEP_SPLIT,
    STEP_HUNK,   /* another text for a hunk */
    STEP_PROMPT, /* for the whole prompt of the item's node */
};
struct draft_step {
    enum draft_step_kind kind;
    size_t item;
    char *text; /* NULL: of a split */
};

struct draft {
    char *workflow; /* JSON as edited; NULL: as proposed */
    char *reason;   /* of a rejection; NULL: none given */
    enum take *takes;
    size_t count;
    struct draft_step *steps; /* on the items of that workflow */
    size_t step_count;
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
/* An item got another text. Its takes are to be set where items became others. */
void draft_edit(struct draft *draft, enum draft_step_kind kind, size_t item, const char *text);
void draft_set_takes(struct draft *draft, enum take *take_takes, size_t count);
/* Another workflow, to which nothing was done yet. */
void draft_set_workflow(struct draft *draft, const char *workflow);
bool draft_is_edited(const struct draft *draft);
/* Does the steps again to the proposal, or the workflow, as it came. */
void draft_replay(const struct draft *draft, struct delta *delta);
void draft_set_reason(struct draft *draft, const char *reason);
/* Appends the decision to accept a proposal as this workflow, as `flowbot review --apply` takes it.
 */
void draft_write_decision(unsigned proposal, cJSON *take_workflow, struct str *out);

#endif
