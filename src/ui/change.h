#ifndef CHANGE_H
#define CHANGE_H

/*
 * What a proposal changes, cut into items that can be taken or left one by one: a node that is
 * added, removed or rewired, a hunk of a prompt. Made of two workflows as JSON nodes (the store's
 * own form); any choice among the items gives a workflow again, which may be no valid one.
 */
#include <cjson/cJSON.h>

#include "run_view.h"
#include "text_diff.h"

enum take { TAKE_OPEN, TAKE_YES, TAKE_NO };

enum change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_REWIRED, CHANGE_HUNK };

struct change_item {
    enum change_kind kind;
    const char *id;              /* of its node */
    const cJSON *before, *after; /* the node; NULL where it is not there */
    struct text_diff *diff;      /* CHANGE_HUNK: of the prompts, shared by their hunks */
    size_t hunk;
};

struct change {
    cJSON *before, *after; /* arrays of nodes */
    struct change_item *items;
    size_t count, cap;
};

/* Takes both arrays. */
struct change *change_new(cJSON *take_before, cJSON *take_after);
/* Of run_view.pending; NULL where it is not what decisions_describe writes. */
struct change *change_of_pending(const cJSON *pending);
/* Of a proposal's stated diff, from the workflow that it was made for. */
struct change *change_of_diff(const struct view_workflow *before, const cJSON *diff);
struct change *change_between(
    const struct view_workflow *before, const struct view_workflow *after);
void change_free(struct change *change); /* NULL is nothing */

/* The workflow (`{ "nodes": … }`) in which the items with TAKE_YES are as proposed and all others
 * as they were; takes NULL: as proposed. The caller's. */
cJSON *change_result(const struct change *change, const enum take *takes);

/* The first node of an array with this id; NULL: none. */
cJSON *change_node(const cJSON *nodes, const char *id);
const char *change_prompt(const cJSON *node); /* "" where it has none */
/* The text of a hunk as proposed, and the prompt that it would be in with another text. */
void change_hunk_text(const struct change_item *item, struct str *out);
void change_hunk_with(const struct change_item *item, const char *text, struct str *prompt);
/* The nodes with another prompt in one of them, as text; the caller's. */
char *change_with_prompt(const struct change *change, const char *id, const char *prompt);

#endif
