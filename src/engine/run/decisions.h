#ifndef DECISIONS_H
#define DECISIONS_H

/*
 * Who decides, and what was decided: every answer of a person is in the journal under the
 * proposal's key and ordinal before it is used, and so is the review mode that each proposal met,
 * the workflow to which a person went back at a barrier, and where a person stopped the search; so
 * that a resumed run asks nobody twice and does the same. Loop thread only, except where a function
 * says otherwise.
 */
#include "effects.h"
#include "review.h"
#include "store.h"

struct decisions;

/* Reads the decisions that the store holds. NULL on store trouble. */
struct decisions *decisions_open(struct store *store, const struct workflow_scope *scope,
    enum review_mode mode, struct err *err);
void decisions_close(struct decisions *decisions); /* NULL is nothing */

/* Acts from the next proposal on, in later sittings, too. */
void decisions_set_mode(struct decisions *decisions, enum review_mode mode);
enum review_mode decisions_mode(const struct decisions *decisions);

/* Whether a person decides on the next proposal of this kind. The nth question of a run has one
 * answer for ever. */
bool decisions_is_reviewed(struct decisions *decisions, enum proposal_kind kind);

/* The stored decision on a proposal, if there is one: true and *out filled. False with err
 * untouched (err->code ERR_NONE) where nobody has decided yet; false with err set where the stored
 * one cannot be applied. */
bool decisions_find(struct decisions *decisions, const struct proposal *proposal,
    struct decision *out, struct err *err);

/* The key under which a decision is stored. */
struct hash decisions_key(struct hash proposal, unsigned ordinal);

/* A proposal that waits, as JSON for `review --list` and for the status of the run; the caller's.
 */
cJSON *decisions_describe(const struct proposal *proposal);

/* Decides on the pending proposal (decisions_describe's JSON): `entry` is what `review --apply`
 * reads from its file. Stored, and found from now on; it is used once the store has it.
 * ERR_INPUT says what is wrong. */
bool decisions_answer(
    struct decisions *decisions, const cJSON *pending, const cJSON *entry, struct err *err);

/* Whether an edited workflow (JSON) could be gone on with; ERR_INPUT says what is wrong and where.
 */
bool decisions_check_workflow(
    const struct decisions *decisions, const char *workflow_json, struct err *err);

/* A person wants to go back to this workflow (of kind STORE_WORKFLOW) at the next barrier, in a
 * later sitting if need be; a zero hash takes that back. */
void decisions_want_workflow(struct decisions *decisions, struct hash workflow);
struct hash decisions_wanted(const struct decisions *decisions); /* zero: none */
/* At a barrier, asked once for each in order: the workflow that a person goes back to, now or as
 * the journal has it; a zero hash: none. `replaying`: this barrier is the journal's, a wish waits.
 */
struct hash decisions_revert(struct decisions *decisions, bool replaying);

/* Where a person stopped the search, as the number of an effect; DECISIONS_NO_STOP: nobody did. */
enum { DECISIONS_NO_STOP = -1 };
int64_t decisions_stop(const struct decisions *decisions);
void decisions_set_stop(struct decisions *decisions, uint32_t effect);

/* `review --apply`: checks `file` (JSON: one object or an array of { "proposal": N, "decision":
 * "accept"|"reject"|"edit", "reason"?, "workflow"? }) against the pending proposal and stores what
 * it decides. ERR_INPUT says what is wrong. */
bool decisions_apply_file(struct store *store, const struct workflow_scope *scope,
    const cJSON *pending, const char *path, struct err *err);

#endif
