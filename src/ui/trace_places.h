#ifndef TRACE_PLACES_H
#define TRACE_PLACES_H

/* Which pass and which example a link, an id or the wish to compare leads to. */
#include "run_view.h"
#include "screen.h"

/* The newest pass over a batch; where there is none, the newest; VIEW_NONE. */
int newest_pass(const struct run_view *view);
/* The newest pass of the schedule that an example was in; VIEW_NONE. */
int newest_pass_with(const struct run_view *view, int example);
/* The one before a pass that an example was in, too, on the same split: without the change, where
 * the pass is with a proposal. VIEW_NONE. */
int pass_before(const struct run_view *view, int rollout, int example);
/* The example whose id is what was typed, ends with it after a sign, or has it, in this order; only
 * those in a pass that events tell the examples of. VIEW_NONE. */
int example_like(const struct run_view *view, const char *typed);
/* A link with all that follows from it; VIEW_NONE what the run does not have. */
struct place resolve_place(const struct run_view *view, const struct place *place);

#endif
