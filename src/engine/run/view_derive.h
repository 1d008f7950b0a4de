#ifndef VIEW_DERIVE_H
#define VIEW_DERIVE_H

/*
 * What progress tells at the end of a run and nobody told in its middle, out of the calls that the
 * journal has up to there: calls, tokens, USD, failures, latencies, rates; of each node its calls.
 * What needs more (requests, what is in flight) stays unknown. Private to run/.
 */
#include "call_table.h"
#include "run_view.h"

struct view_sums; /* of the calls that are counted already */

/* `skipped`: calls of the table, the newest ones, that are to come. Where the view goes forward
 * only the further ones are counted: *sums, NULL at first, is from the last time. */
void view_derive(
    struct run_view *view, const struct call_table *table, size_t skipped, struct view_sums **sums);
void view_sums_free(struct view_sums *sums); /* NULL is nothing */

#endif
