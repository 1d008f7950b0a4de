#ifndef SUMMARY_H
#define SUMMARY_H

/* What a run came to, on standard output, when it has ended or was left. */
#include "run.h"
#include "run_view.h"

/* `seconds`: of this sitting, to the run's end. Prints nothing where the run has not begun. */
void summary_print(const struct run_view *view, const struct run_outcome *outcome, double seconds);

#endif
