#ifndef DETACH_H
#define DETACH_H

/*
 * Handing a run from one process to another. Since a run resumes exactly, no protocol is needed:
 * who has it finishes what is in flight, saves and lets go; who wants it resumes it. SIGUSR1 asks a
 * process to let go.
 */
#include "err.h"

/* Goes on with the run in a session of its own, without a terminal: `flowbot resume ID --headless`;
 * what it says goes to ID.log in the folder. The caller has closed the run. ERR_IO. */
bool detach_spawn(const char *folder, const char *id, struct err *err);

/* Asks the process that holds the run to let go, and waits until it has: for at most as long as
 * finishing what is in flight may take. True at once where nobody holds it. ERR_BUSY: it does not.
 */
bool detach_take_over(const char *folder, const char *id, struct err *err);

#endif
