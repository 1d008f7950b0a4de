#ifndef PROCESS_H
#define PROCESS_H

/*
 * A child process on the loop, with its input and its two outputs as pipes. It leads a session of
 * its own, gets no descriptor but these three, and when it has ended its process group is killed,
 * so that what it started goes with it. Loop thread only.
 *
 * on_end fires exactly once for every child that was started, after both outputs are at their end
 * (or a second after the process is gone, should somebody else still hold them), never from inside
 * process_start; nothing of the child exists any more then.
 */
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "err.h"
#include "text.h"

enum process_stream { PROCESS_OUT, PROCESS_ERR };

struct process_end {
    int status, signal; /* exit status, or the signal that ended it (0: none) */
    bool timed_out;     /* process_kill_after did it */
};

struct process_spec {
    const char *const *argv; /* ends in NULL; argv[0] an absolute path (program_find); no shell */
    const char *const *env;  /* "NAME=value" …, ends in NULL: all that it gets */
    const char *folder;      /* its working folder; NULL: ours */
    bool as_nobody;          /* as user and group 65534; only root can */
    void (*on_bytes)(void *data, enum process_stream stream, const char *bytes, size_t len);
    void (*on_end)(void *data, const struct process_end *end);
    void *data;
};

struct process;

/* Copies nothing of the spec's arrays: they are needed only during the call. NULL and ERR_IO where
 * it cannot be started; on_end does not fire then. */
struct process *process_start(uv_loop_t *loop, const struct process_spec *spec, struct err *err);

/* Queues the bytes (a reference is held until they are gone); a child that does not read holds up
 * nobody. */
void process_write(struct process *child, struct text *text);
size_t process_unread(const struct process *child);   /* bytes queued that it has not taken */
void process_end_input(struct process *child);        /* after what is queued */
void process_kill(struct process *child, int signal); /* the whole process group; idempotent */
/* SIGKILL when so much time has passed; 0: no longer. */
void process_kill_after(struct process *child, uint64_t ms);
/* The kind end: its input ends, half a second later SIGTERM, then SIGKILL. */
void process_end_kindly(struct process *child);
/* Whether the loop waits for it (as it does at first) or may end beside it. */
void process_hold_loop(struct process *child, bool holds);

#endif
