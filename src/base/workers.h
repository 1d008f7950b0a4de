#ifndef WORKERS_H
#define WORKERS_H

/*
 * A fixed set of threads that run bounded pieces of work (milliseconds) for one libuv loop: the
 * builtin model, metrics, search. Not uv's own pool, whose threads file operations would hold up.
 *
 * Waiting: the caller owns the `struct work` and keeps it alive until on_done; `run` is called on a
 * worker thread with that worker's index, then `on_done` exactly once on the loop thread, never
 * from inside workers_submit; it is the last thing done with the work, so the owner may free it
 * there. There is no cancel: a piece is short, let it end.
 */
#include <stdbool.h>
#include <uv.h>

struct workers;

struct work {
    void (*run)(struct work *work, unsigned worker);
    void (*on_done)(struct work *work);
    struct work *next; /* private */
};

/* Starts `count` threads (0: one a core). The loop must outlive the workers. */
struct workers *workers_open(uv_loop_t *loop, unsigned count);
unsigned workers_count(const struct workers *workers);

/* Loop thread only. First in, first out. */
void workers_submit(struct workers *workers, struct work *work);

/* Loop thread only. Nothing may be under way (cancel, run the loop until idle, close). Joins the
 * threads; the loop has to run once more for the close callback. NULL is nothing. */
void workers_close(struct workers *workers);

#endif
