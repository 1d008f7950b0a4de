#ifndef SANDBOX_H
#define SANDBOX_H

/*
 * Runs Python programs that a model wrote. Each gets a sandbox of its own, made by bubblewrap and
 * used once: no network, no files but a read-only /usr and an empty /tmp of SANDBOX_TMP_BYTES, no
 * other process in sight, a user of its own without any right, an empty environment. Limits are
 * on wall time (for the sandbox as a whole: everything in it is killed), and for each process on
 * CPU time, memory and files; on the number of processes and on output. Where flowbot runs as root
 * the sandbox is user 65534 outside as well. What is ready to run waits for a program, so that a
 * run costs no start of an interpreter; at most one run a core is under way, others wait in line.
 *
 * Without a working bubblewrap sandbox_open refuses. `unsafe` runs the programs as the user who
 * runs flowbot, with the limits alone: they can read and delete what that user can.
 *
 * Memory is limited for each process, not for all together (that would take a cgroup): at worst
 * `processes` times `memory_mb`. The kernel is told to kill these processes first when it is short.
 *
 * Loop thread only. Waiting: the caller owns the `struct sandbox_run`; on_done fires exactly once,
 * never from inside sandbox_start or sandbox_cancel, and is the last thing done with it; nothing of
 * the run lives on then.
 */
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "err.h"
#include "text.h"

enum {
    SANDBOX_PROGRAM_MAX =
        1 << 20, /* bytes of a program; also of its input; also of its arguments */
    SANDBOX_TMP_BYTES = 64 << 20,
};

struct sandbox_limits {
    double wall_s;       /* > 0 */
    unsigned cpu_s;      /* of each process */
    unsigned memory_mb;  /* of address space, of each process */
    unsigned processes;  /* at one time, threads included */
    size_t output_bytes; /* standard output and error together */
};

/* 10 s, 10 s, 512 MB, 16, 64 KiB */
extern const struct sandbox_limits sandbox_default_limits;

/* What ended a program before its own end, as far as it can be told: of memory and processes the
 * program's own last words tell. */
enum sandbox_stop {
    SANDBOX_ENDED,
    SANDBOX_WALL,
    SANDBOX_CPU,
    SANDBOX_MEMORY,
    SANDBOX_PROCESSES,
    SANDBOX_OUTPUT
};

struct sandbox_run {
    /* set by the caller; borrowed until on_done */
    struct text *program;    /* Python; it runs as /tmp/program.py, as __main__ */
    struct text *input;      /* its standard input; NULL: empty */
    const char *const *args; /* sys.argv[1:] */
    size_t arg_count;
    struct sandbox_limits limits;
    void (*on_done)(struct sandbox_run *run);
    void *data;
    /* the outcome, valid in on_done */
    struct err error; /* ERR_NONE: the program ran, whatever came of it. ERR_INPUT: too large;
                         ERR_ENDPOINT: the sandbox failed, the program has no verdict;
                         ERR_CANCELLED */
    enum sandbox_stop stop;
    int status, signal; /* exit status, or the signal that ended it; within bubblewrap a status of
                           128 + N is taken for signal N */
    struct text *out, *err_out; /* references for the caller, valid UTF-8 without NUL, cut at
                                   output_bytes; NULL on error */
    void *private_state;
};

/* One line for a user or a model: "stopped after 10 s", "ended with status 1", "" for a plain end.
 * The caller's. */
char *sandbox_verdict(const struct sandbox_run *run);

struct sandbox;

/* Checks nothing by itself but that the programs are there; sandbox_check does. `unsafe`: see
 * above. NULL and ERR_INPUT, which says how to get a sandbox. */
struct sandbox *sandbox_open(uv_loop_t *loop, bool unsafe, struct err *err);
bool sandbox_is_unsafe(const struct sandbox *sandbox);

/* Runs a small program in a sandbox and looks at what comes. Blocks for some 50 ms: before the loop
 * runs. False and ERR_INPUT with what to do. */
bool sandbox_check(bool unsafe, struct err *err);

void sandbox_start(struct sandbox *sandbox, struct sandbox_run *run);
void sandbox_cancel(struct sandbox *sandbox, struct sandbox_run *run); /* idempotent */

/* Nothing may be under way. The loop has to run once more. NULL is nothing. */
void sandbox_close(struct sandbox *sandbox);

#endif
