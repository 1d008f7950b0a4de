#ifndef HISTORY_PAGE_H
#define HISTORY_PAGE_H

/* What one row of the history was, in words: scores, gradients, what a proposal says of itself. A
 * zeroed struct with its ui is a page. */
#include "doc.h"
#include "history_rows.h"
#include "screen.h"

struct history_page {
    struct ui *ui;
    struct doc doc;
    /* private */
    int row;
    bool waits; /* for texts that are on their way */
    uint64_t version;
};

/* A row that is not there: none. */
void history_page_lay_out(
    struct history_page *page, const struct history_rows *rows, int row, int width);
void history_page_draw(struct history_page *page, const struct pane *pane, bool focused);

#endif
