#ifndef EXAMPLE_ROWS_H
#define EXAMPLE_ROWS_H

/* The examples of a pass as a list. A zeroed struct is empty. */
#include "list.h"
#include "ui.h"

struct example_row {
    char *id;
    double score, before; /* NAN: lost; not scored before */
    char *wants;          /* nodes of which something is wanted changed; NULL: not known yet */
    char *answer;         /* for filters; NULL: not read yet */
};

struct example_rows {
    struct list list;
    char *needle;       /* what texts are searched for; NULL: nothing */
    size_t found_count; /* examples whose texts have it */
    /* private */
    struct ui *ui;
    int rollout;
    bool narrow, roomy, under_way;
    uint64_t version;
    struct {
        struct example_row *items;
        size_t count, cap;
    } rows;
    bool *found; /* by row: it has the needle; NULL: not known yet */
};

void example_rows_free(struct example_rows *rows);
/* Looks at what has come. Another rollout begins anew, with filter and sorting kept. */
void example_rows_set(struct example_rows *rows, struct ui *ui, int rollout);
void example_rows_draw(struct example_rows *rows, const struct pane *pane, bool focused);
bool example_rows_act(struct example_rows *rows, enum action action);
bool example_rows_filter(struct example_rows *rows, const char *filter, struct err *err);
/* Selects the next example with the needle in any of its texts, as soon as it is known; "" or NULL:
 * nothing is searched any more. */
void example_rows_find(struct example_rows *rows, const char *needle);
bool example_rows_is_searched(const struct example_rows *rows);        /* false: still under way */
bool example_rows_next_match(struct example_rows *rows, bool forward); /* false: there is none */
/* Whether they are there: those of a validation are read. */
bool example_rows_are_there(const struct example_rows *rows);
const struct example_row *example_rows_selected(const struct example_rows *rows);
bool example_rows_select(struct example_rows *rows, const char *id); /* false: not shown */
/* Moves to the next (or previous) one that failed, scored under a half or was lost; false: none. */
bool example_rows_next_failed(struct example_rows *rows, bool forward);
/* Its place among those shown, from 1; and how many are shown. */
size_t example_rows_place(const struct example_rows *rows, size_t *count);
/* How many failed, of all, the lost ones among them. */
size_t example_rows_failed(const struct example_rows *rows);
size_t example_rows_lost(const struct example_rows *rows); /* those without a score */

#endif
