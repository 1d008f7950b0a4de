#ifndef REVIEW_STATE_H
#define REVIEW_STATE_H

/* The inside of the screen Review, shared by its files alone: screen_review.c (panes and keys),
 * review_queue.c, review_why.c, review_decide.c (choices until they are committed), review_edit.c,
 * review_hints.c, review_delta.c.
 */
#include "delta_view.h"
#include "draft.h"
#include "list.h"
#include "screen.h"

enum review_pane { REVIEW_QUEUE, REVIEW_DIFF, REVIEW_WHY, REVIEW_PANES };

/* What an item of the why pane is about. */
struct why_item {
    int example, gradient; /* indices in the view's lists; one of them is PLACE_NONE */
};

struct review {
    struct ui *ui;
    struct list queue;
    size_t queued;
    enum review_pane focus;
    bool is_zoomed, is_one_pane;     /* as drawn last */
    bool ascii;                      /* the picture that is drawn */
    struct pane panes[REVIEW_PANES]; /* as drawn last; empty where not shown */
    bool is_fresh;                   /* the change was not drawn yet */
    bool sides_chosen;               /* side by side or not as was asked for, not by the width */
    /* the proposal shown */
    int shown;           /* index in the view's proposal_list; VIEW_NONE */
    uint64_t shown_key;  /* what `change` was made of */
    struct delta *delta; /* NULL: not there yet, or cannot be had */
    uint64_t version;    /* of `change` */
    struct delta_view diff;
    struct doc why;
    bool why_waits; /* for texts that are on their way */
    uint64_t why_frames;
    struct {
        struct why_item *items;
        size_t count, cap;
    } why_items;
    struct drafts drafts; /* about the one that waits, or waited last */
    cJSON *drafted;       /* that one, as it waited; NULL: there is no draft yet */
    /* a question or an editor is open about this proposal */
    unsigned asked;
    char *edited_id;    /* the node whose prompt is edited; NULL: the whole workflow */
    size_t edited_item; /* the hunk that is edited, or an item of that node */
    bool is_whole;      /* the whole prompt */
    char *edited_text;  /* what was written and cannot be used */
};

const struct view_proposal *review_shown(const struct review *review); /* NULL: none */
/* The ordinal of the proposal that waits; 0: none does. */
unsigned review_waiting(const struct review *review);
bool review_shows_waiting(const struct review *review);

/* review_delta.c; NULL: it cannot be had. The caller's. */
/* What the draft is about, with all that was done to it there. */
struct delta *review_make_delta(struct review *review);
/* The same; begins the draft where none is about what waits. */
struct delta *review_waiting_delta(struct review *review);
/* Of a decided proposal: what it became where it was edited, else as it was proposed. */
struct delta *review_decided_delta(
    struct review *review, const struct view_proposal *proposal, bool *waits);
const enum take *review_takes(struct review *review); /* NULL: nothing is to be decided */
/* What is shown was edited: what was run was the proposal before that. */
bool review_is_edited(struct review *review);

/* review_queue.c */
extern const struct list_source review_queue_source;
extern const struct list_look review_queue_look;
size_t review_proposal_at(const struct run_view *view, size_t row);
void review_add_title(const struct review *review, struct str *out);
void review_add_evidence(struct review *review, struct str *out);
/* Draws it at the right end; what is left of the row. */
struct pane review_draw_verdict(const struct review *review, const struct pane *row);

/* review_why.c */
void review_draw_why(struct review *review, const struct pane *pane);
bool review_open_why(struct review *review);

/* review_decide.c */
/* A decision can be made here and now; else it is said why not. */
bool review_can_decide(struct review *review);
/* The same when an answer comes to what was asked about review->asked. */
bool review_still_asked(struct review *review);
/* A message about a workflow that nobody wrote, so that a line and column of it say nothing. */
const char *review_without_place(const char *message);
enum outcome review_decide(struct review *review, enum action action);

/* review_hints.c */
size_t review_hints(struct review *review, enum action hints[HINTS_MAX]);
const char *review_hint(struct review *review, enum action action);

/* review_edit.c */
void review_edit(struct review *review, bool whole);
void review_keep_edits(struct review *review); /* at the end: what a person wrote is not lost */

#endif
