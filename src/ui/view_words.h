#ifndef VIEW_WORDS_H
#define VIEW_WORDS_H

/* What the screens call the things of a run_view; and the few look-ups that they share. */
#include "run_view.h"
#include "sections.h"

enum { WORDS = 64, WORDS_BRIEF = 16, WORDS_ID = 16 };

/* "batch 3 round 1 step 2", "validation after batch 3", "the start, on validation", "the start, on
 * test", "the best, on test", "batch 3 with proposal 14", "under way: b3 r1 s2"; and brief:
 * "b3 r1 s2", "val b3", "val start", "test start", "test best". Return `text`. */
const char *words_pass(const struct run_view *view, int rollout, char text[WORDS]);
const char *words_pass_brief(const struct run_view *view, int rollout, char text[WORDS_BRIEF]);
/* An example's or a workflow's id in at most 12 cells: long ones by the number at their end
 * ("data/towns.csv:7" by ":7"), else by their beginning. */
const char *words_id(const char *id, char text[WORDS_ID]);
/* "taken", "declined", "taken as edited", "waits". */
const char *words_verdict(enum view_verdict verdict);

/* The two halves of a gradient, without their heads, as borrowed pieces of its text; without the
 * heads all of it is Change. Empty where there is none. */
struct gradient_halves {
    const char *keep, *change;
    size_t keep_len, change_len;
    bool wants_change; /* the Change half says more than "nothing" */
};
struct gradient_halves gradient_halves(const char *text, size_t len);
/* Adds the halves as two sections, Change first. */
void gradient_sections(struct sections *sections, struct reader *reader, struct hash text);

/* The node with an id; VIEW_NONE: there is none. */
int node_by_id(const struct run_view *view, int workflow, const char *id);
/* The id of a gradient's node; NULL: it is one of the whole workflow. */
const char *gradient_node_id(const struct run_view *view, int gradient);
/* The gradient of a node for an example in a rollout (node VIEW_NONE: of the workflow); VIEW_NONE:
 * there is none. */
int gradient_of(const struct run_view *view, int rollout, int example, int node);
/* The proposal that a gradient led to; VIEW_NONE: none yet. */
int gradient_led_to(const struct run_view *view, int gradient);
/* The workflow that a proposal led to, or would lead to; VIEW_NONE. */
int workflow_of_proposal(const struct run_view *view, int proposal);
/* Why a gradient of a rollout led to no proposal. */
const char *words_no_update(const struct run_view *view, int rollout);
/* The example with an id; VIEW_NONE: events did not name it. */
int example_by_id(const struct run_view *view, const char *id);
/* "proposal 14 (prompts), taken by schedule; batch .200 to .600: 3 fixed, 0 broken, 2 same" and its
 * changes, one a line. */
const char *words_proposal(
    struct sections *sections, const struct run_view *view, int proposal, bool changes);

#endif
