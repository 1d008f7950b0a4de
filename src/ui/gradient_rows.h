#ifndef GRADIENT_ROWS_H
#define GRADIENT_ROWS_H

/* The gradients of one node over the whole run, newest first, as a list: pass, example, score, the
 * update that it led to, what it wants changed. A zeroed struct is empty. */
#include "list.h"
#include "ui.h"

struct gradient_rows {
    struct list list;
    /* private */
    struct ui *ui;
    char *node;       /* id */
    char *filter;     /* as given; NULL: none */
    size_t seen;      /* gradients of the view that were looked at */
    size_t proposals; /* the same of proposals */
    struct {
        struct gradient_row *items; /* oldest first */
        size_t count, cap;
    } rows;
    bool narrow, has_head; /* as drawn last */
};

struct gradient_row {
    int gradient, proposal; /* indices in the view; proposal VIEW_NONE: it led to none yet */
};

void gradient_rows_free(struct gradient_rows *rows);
/* Looks at what is new. Another id begins anew. */
void gradient_rows_set(struct gradient_rows *rows, struct ui *ui, const char *node);
void gradient_rows_draw(struct gradient_rows *rows, const struct pane *pane, bool focused);
bool gradient_rows_act(struct gradient_rows *rows, enum action action);
/* The click on line y of the pane that was drawn: selects; false where no row is there. */
bool gradient_rows_click(struct gradient_rows *rows, int y);
bool gradient_rows_is_filtered(const struct gradient_rows *rows);
bool gradient_rows_filter(struct gradient_rows *rows, const char *filter, struct err *err);
/* The selected one; NULL: none. */
const struct gradient_row *gradient_rows_selected(const struct gradient_rows *rows);
bool gradient_rows_select(struct gradient_rows *rows, int gradient); /* false: not shown */
/* The newest one that led to a proposal; VIEW_NONE. */
int gradient_rows_behind(const struct gradient_rows *rows, int proposal);

#endif
