#ifndef CRASH_H
#define CRASH_H

/*
 * The second line of defence of the terminal: whatever ends the process while the screen is ours
 * (a crash, a stack overflow, abort, exit, a report of a sanitizer, a signal that nobody handles),
 * the terminal is given back first, then what was said on standard error meanwhile is shown, then
 * the end comes as it would have. The first line is the loop: it handles SIGTERM, SIGHUP and
 * SIGINT and closes the screen in order. One terminal a process.
 */
#include <termios.h>

/* `fd`: the terminal, open until crash_disarm; `before`: its settings to return to; `leave`: what
 * to write, borrowed until crash_disarm. Standard error, where it is a terminal, is collected in
 * memory from here on, so that nothing writes into the screen. */
void crash_arm(int fd, const struct termios *before, const char *leave);
/* What is said after a fault, in place of how a run is gone on with; borrowed for good. */
void crash_say(const char *words);
/* The terminal is in order again: handlers are taken away, and what was said on standard error is
 * shown. */
void crash_disarm(void);

#endif
