#ifndef PLAIN_H
#define PLAIN_H

/*
 * A run as plain text, for screen readers and terminals that can do nothing: one line for each
 * thing that happens, with its time, ASCII only, nothing redrawn; proposals are decided by numbered
 * questions on standard input. What headless.h is without questions. Ctrl-C and SIGTERM end the run
 * once gently, twice at once; where the terminal is lost it goes on without one (detach.h).
 */
#include "line_input.h"
#include "run.h"
#include "session.h"

enum { PLAIN_SIGNALS = 4 };

struct plain {
    uv_loop_t loop;
    struct session *session;
    struct line_input *input;
    uv_signal_t signals[PLAIN_SIGNALS];
    const char *folder;
    size_t printed; /* lines of the log */
    int64_t began_ms, began_us;
    enum { PLAIN_NO_QUESTION, PLAIN_CHOICE, PLAIN_REASON } asking;
    unsigned proposal; /* that is asked about */
    bool has_no_input; /* nobody can answer any more */
    bool is_handed_over, is_detached, is_over;
};

void plain_open(struct plain *plain, const char *folder);
/* The options for run_create and run_open. */
struct run_options plain_options(struct plain *plain);
/* Starts the run (taken) and goes on to its end. Returns the exit code. */
int plain_go(struct plain *plain, struct run *take_run, struct err *err);
void plain_close(struct plain *plain); /* in every case */

/* To standard output; what is not ASCII, or acts on a terminal, is a question mark. */
void plain_print(const char *text);

#endif
