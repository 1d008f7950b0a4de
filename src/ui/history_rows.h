#ifndef HISTORY_ROWS_H
#define HISTORY_ROWS_H

/* The timeline of a run: passes, workflow gradients, proposals with what was decided, and where a
 * person went back, in the order in which they happened. A zeroed struct is an empty one. */
#include "list.h"
#include "run_view.h"

enum history_kind { HISTORY_PASS, HISTORY_GRADIENTS, HISTORY_PROPOSAL, HISTORY_BACK };

struct history_row {
    enum history_kind kind;
    int index;       /* in rollouts (pass, gradients), proposal_list, log (went back) */
    int workflow;    /* the one at this point; VIEW_NONE: not known */
    unsigned number; /* HISTORY_GRADIENTS: how many; HISTORY_BACK: the batch from which on */
};

struct history_rows {
    struct history_row *items;
    size_t count, cap;
    const struct run_view *view;
    size_t made_of; /* of the view's lists; another number: made anew */
    int marks[2];   /* rows; -1: none */
};

void history_rows_free(struct history_rows *rows);
void history_rows_update(struct history_rows *rows, const struct run_view *view);
/* "b3 r1 s2", "b3", "start". */
void history_place(const struct history_rows *rows, size_t row, struct str *out);
/* "rollout", "validation", "proposal 7". */
void history_what(const struct history_rows *rows, size_t row, struct str *out);
/* What came of it, in words; `brief`: examples that were fixed and broken as "+3 -1". */
struct history_look {
    bool ascii, brief;
};
void history_words(
    const struct history_rows *rows, size_t row, struct history_look look, struct str *out);

/* Its data is a struct history_rows. */
extern const struct list_source history_source;

#endif
