#ifndef SCREENS_H
#define SCREENS_H

/* The program's screens; ui.c lists them. */
#include "screen.h"

extern const struct screen screen_run, screen_graph;
extern const struct screen screen_nodes, screen_traces, screen_calls;
extern const struct screen screen_log;
extern const struct screen screen_review, screen_history;

#endif
