#ifndef CALL_ROWS_H
#define CALL_ROWS_H

/* The calls of a run as a table, newest first: those of now, then those of the journal, which are
 * too many to be copied. A zeroed struct with its ui is empty. */
#include "list.h"
#include "ui.h"

/* What there was when the list was told of it. */
struct told_calls {
    struct call_row *now; /* copies of those of now */
    size_t now_count, count;
    int64_t base; /* calls_state.newest */
    unsigned generation;
};

struct call_rows {
    struct list list;
    struct ui *ui;
    struct calls_state state;
    bool follows,
        is_filtered;        /* the owner's: the newest one stays selected; the list has a filter */
    struct told_calls told; /* the list shows them */
    /* private */
    struct told_calls next; /* the list looks at them */
    const struct told_calls *at_told;
    struct looked_at *at;
    int64_t renewed_us;
    uint64_t version;
};

void call_rows_free(struct call_rows *rows);
/* What there is now; the selected call stays selected. False: a filter or sorting is under way, a
 * piece at a time, and the calls are those from before; call it again. */
bool call_rows_renew(struct call_rows *rows);
/* Valid until the next of these calls. */
const struct call_row *call_rows_at(const struct call_rows *rows, size_t row);
/* One of now or of the newest of the journal; NULL: none. */
const struct call_row *call_rows_find(const struct call_rows *rows, struct hash key);
const struct call_row *call_rows_selected(const struct call_rows *rows); /* NULL: none */
const struct list_source *call_rows_source(int width);
const char *call_rows_example(const struct call_rows *rows, const struct call_row *call); /* id */
const char *call_rows_state(const struct call_row *call); /* in a word */

#endif
