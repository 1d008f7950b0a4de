#ifndef RUN_FACTS_H
#define RUN_FACTS_H

/* The run in numbers, one labelled line each, the more important first: where in the schedule it
 * is, what it does or waits for, calls, costs, latency. For the Run screen. */
#include "canvas.h"
#include "run_view.h"

/* As many lines as the pane has room for. Returns how many there would be. */
int run_facts_draw(const struct run_view *view, const struct pane *pane);

/* The passes under way: "validation 11/150, b1 r1 s1 0/5"; brief: "val 11/150, r1
 * s1 0/5". */
void run_facts_passes(const struct run_view *view, bool brief, struct str *out);

#endif
