#ifndef DELTA_H
#define DELTA_H

/*
 * What a proposal changes, cut into items that can be taken or left one by one: a node that is
 * added, removed or rewired, a hunk of a prompt. Made of two workflows as JSON nodes (the store's
 * own form); any choice among the items gives a workflow again, which may be no valid one.
 */
#include <cjson/cJSON.h>

#include "run_view.h"
#include "text_diff.h"

enum take { TAKE_OPEN, TAKE_YES, TAKE_NO };

enum delta_kind { DELTA_ADDED, DELTA_REMOVED, DELTA_REWIRED, DELTA_HUNK };

struct delta_item {
    enum delta_kind kind;
    const char *id;              /* of its node */
    const cJSON *before, *after; /* the node; NULL where it is not there */
    struct text_diff *diff;      /* DELTA_HUNK: of the prompts, shared by their hunks */
    size_t hunk;
};

struct delta {
    cJSON *before, *after; /* arrays of nodes */
    struct delta_item *items;
    size_t count, cap;
};

/* Takes both arrays. */
struct delta *delta_new(cJSON *take_before, cJSON *take_after);
/* Of run_view.pending; NULL where it is not what decisions_describe writes. */
struct delta *delta_of_pending(const cJSON *pending);
/* Of a proposal's stated diff, from the workflow that it was made for. */
struct delta *delta_of_diff(const struct view_workflow *before, const cJSON *diff);
struct delta *delta_between(const struct view_workflow *before, const struct view_workflow *after);
void delta_free(struct delta *delta);            /* NULL is nothing */
bool delta_has_hunks(const struct delta *delta); /* a prompt is changed */

/* Appends "calls an example: 1 → 2", of models, before and after. True: there are more. */
bool delta_add_calls(const struct delta *delta, const char *arrow, struct str *out);

/* The workflow (`{ "nodes": … }`) in which the items with TAKE_YES are as proposed and all others
 * as they were; takes NULL: as proposed. The caller's. */
cJSON *delta_result(const struct delta *delta, const enum take *takes);

/* Splits a hunk into one for each sentence or line, which come in its place; how many more items
 * there are: 0 where it is one already, or no hunk. */
size_t delta_split(struct delta *delta, size_t item);

/* The first node of an array with this id; NULL: none. */
cJSON *delta_node(const cJSON *nodes, const char *id);
const char *delta_prompt(const cJSON *node); /* "" where it has none */
/* The text of a hunk as proposed, and the prompt that it would be in with another text. */
void delta_hunk_text(const struct delta_item *item, struct str *out);
void delta_hunk_old(const struct delta_item *item, struct str *out); /* as it was */
bool delta_hunk_is_old(const struct delta_item *item, const char *text);
void delta_hunk_with(const struct delta_item *item, const char *text, struct str *prompt);
/* The nodes with another prompt in one of them, as text; the caller's. */
char *delta_with_prompt(const struct delta *delta, const char *id, const char *prompt);
/* Makes another text the proposed one: of a hunk, all items staying; of the whole prompt of an
 * item's node, whose hunks are made anew. */
void delta_set_hunk(struct delta *delta, size_t item, const char *text);
void delta_set_prompt(struct delta *delta, size_t item, const char *prompt);

/* What becomes of choices when the proposal is edited: for each item of `fresh` what was chosen
 * about the same change in `was`; what a person wrote is wanted. The caller's. */
enum take *delta_carry(const struct delta *was, const enum take *takes, const struct delta *fresh);

#endif
