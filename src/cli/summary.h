#ifndef SUMMARY_H
#define SUMMARY_H

/* What a run came to, on standard output, when it has ended or was left. */
#include "run.h"
#include "run_view.h"

/* `began_us`: of this sitting, by clock_us. Prints nothing where the run has not begun. */
void summary_print(
    const struct run_view *view, const struct run_outcome *outcome, int64_t began_us);

#endif
