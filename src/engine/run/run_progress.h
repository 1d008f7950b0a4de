#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

/*
 * What a run tells of itself while it goes on (docs/EVENTS.md, progress): to its sink, and the last
 * of each kind into the store, where another process that watches finds it. Four times a second
 * while something is under way, and only what has changed. Private to the run's files.
 */
#include "run_state.h"

void run_progress_open(struct run *run);  /* the timer is the run's, and initialised */
void run_progress_close(struct run *run); /* frees what is kept; the timer is the run's */
void run_progress_send(struct run *run);  /* now, whatever has changed */
void run_progress_phase(struct run *run, const char *phase);
void run_progress_sitting(struct run *run); /* limits and review mode of this sitting */
void run_progress_waiting(
    struct run *run);                      /* the proposal that waits, or that none does any more */
void run_progress_paused(struct run *run); /* or that it goes on */

#endif
