#ifndef SCROLL_H
#define SCROLL_H

/* What everything that scrolls shares: how actions move a position, and the bar at the right edge.
 */
#include "canvas.h"
#include "keymap.h"

/* Moves `at` in [0, count) as an action says, with pages of `page` rows. False: it does not move.
 */
bool scroll_move(enum action action, size_t count, int page, size_t *at);
/* Keeps `at` visible in a window of `height` rows that begins at `top`; returns the new top, at
 * most so far down that the window is full. */
size_t scroll_into(size_t top, size_t at, size_t count, int height);
/* Draws the bar into the pane's last column where not everything is shown and returns the pane
 * without that column; else the whole pane. */
struct pane scroll_bar(const struct pane *pane, size_t top, size_t count);

#endif
