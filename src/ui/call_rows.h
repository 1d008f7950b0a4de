#ifndef CALL_ROWS_H
#define CALL_ROWS_H

/* The calls of a run as a table, newest first: those under way and the last ones done, or those of
 * a stored run, which are too many to be copied. A zeroed struct with its ui is empty. */
#include "list.h"
#include "ui.h"

struct call_rows {
    struct list list;
    struct ui *ui;
    struct calls_state state;
    size_t count, total;
    bool follows,
        is_filtered; /* the owner's: the newest one stays selected; the list has a filter */
    /* private */
    struct call_row *live;
    struct looked_at *at;
    int64_t base, renewed_us; /* state.newest, and clock_us, as the list was told of rows */
    struct {
        size_t count;
        int64_t base;
    } told; /* where the list is looking at its rows, or was told of them last */
    uint64_t version;
};

void call_rows_free(struct call_rows *rows);
/* What there is now; the selected call stays selected. False: the filter or the sorting of a stored
 * run's calls is under way, a piece at a time, and the calls are those from before; call it again.
 */
bool call_rows_renew(struct call_rows *rows);
/* Valid until the next of these calls. */
const struct call_row *call_rows_at(const struct call_rows *rows, size_t row);
const struct call_row *call_rows_selected(const struct call_rows *rows); /* NULL: none */
const struct list_source *call_rows_source(const struct call_rows *rows, int width);
const char *call_rows_example(const struct call_rows *rows, const struct call_row *call); /* id */
const char *call_rows_state(const struct call_row *call); /* in a word */

#endif
