#ifndef PASS_ROWS_H
#define PASS_ROWS_H

/* The passes of a run as a list, in its order. A zeroed struct is empty. */
#include "list.h"
#include "ui.h"

struct pass_rows {
    struct list list;
    struct ui *ui;
};

void pass_rows_free(struct pass_rows *rows);
void pass_rows_draw(struct pass_rows *rows, const struct pane *pane);
bool pass_rows_act(struct pass_rows *rows, enum action action);
bool pass_rows_filter(struct pass_rows *rows, const char *filter, struct err *err);
int pass_rows_selected(const struct pass_rows *rows); /* a rollout; VIEW_NONE: none */
void pass_rows_select(struct pass_rows *rows, int rollout);

#endif
