#ifndef HEADLESS_H
#define HEADLESS_H

/*
 * A run without a screen: progress on standard error (one updating line in a terminal, plain lines
 * elsewhere), and on standard output either one event a line or a summary at the end. Turns the
 * loop until the run has ended; Ctrl-C and SIGTERM (and a lost terminal) end it once gently, twice
 * at once. Events that nobody takes (`| head -1`) end it as Ctrl-C does.
 */
#include <stdbool.h>
#include <stdint.h>

#include "run.h"
#include "run_view.h"

struct headless {
    uv_loop_t loop;
    bool json;     /* events on standard output */
    bool terminal; /* standard error is one */
    struct run *run;
    struct run_view view;
    struct run_outcome outcome;
    uv_signal_t interrupt, terminate, hangup, hand_over;
    bool handed_over;    /* another process wants the run: flowbot attach */
    int64_t began_us;    /* this sitting */
    char last_line[512]; /* what a pipe was told last */
    bool line_open;      /* an updating line stands in the terminal */
    char workflow[512];
    bool output_lost; /* an event could not be written: the run was interrupted */
};

void headless_open(struct headless *headless, bool json);
/* The options for run_create and run_open: loop and sink are the headless' own. */
struct run_options headless_options(struct headless *headless, const char *store_folder);
/* Starts the run (taken), runs it to its end, prints the summary. Returns the exit code; *err is
 * set where the run failed. */
int headless_go(struct headless *headless, struct run *take_run, struct err *err);
void headless_close(struct headless *headless);

#endif
