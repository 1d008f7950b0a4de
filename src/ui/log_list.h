#ifndef LOG_LIST_H
#define LOG_LIST_H

/* The log of a run as the rows of a list: time, sign, what happened. For the screens Run and Log.
 */
#include "list.h"
#include "run_view.h"
#include "screen.h"

extern const struct list_source log_source; /* its data is a struct run_view */

/* "1:02:03" of ms since the run began. */
const char *log_time(int64_t t, char text[24]);
/* Opens what a line is about; where it is about nothing, the line itself on the screen Log, where
 * it can be read whole. */
enum outcome log_open(struct ui *ui, size_t row);
/* Cells that a line takes beside its text. */
int log_margin(int width);

#endif
