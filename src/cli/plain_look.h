#ifndef PLAIN_LOOK_H
#define PLAIN_LOOK_H

/*
 * A run that is watched or replayed, as plain text on standard output: one line for each thing that
 * happened, with the run's own time, ASCII only, nothing redrawn. To the end of a replay, or of the
 * run that is watched; SIGINT and SIGTERM end it, and nobody who takes the lines any more.
 */
#include "session.h"

/* `loop` is the session's; it is turned. `at_once`: a replay is not waited for. Returns the exit
 * code. */
int plain_look(uv_loop_t *loop, struct session *session, bool at_once, struct err *err);

#endif
