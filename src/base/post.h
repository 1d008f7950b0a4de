#ifndef POST_H
#define POST_H

/*
 * Completions that must not fire from inside the call that asked: what is posted runs on the loop's
 * next turn, first in, first out, each exactly once. The owner of a post may free it in `run`. Loop
 * thread only; a queue keeps the loop alive while something is posted.
 */
#include <uv.h>

struct post {
    void (*run)(struct post *post);
    struct post *next; /* private */
};

struct post_queue {
    uv_idle_t idle;
    struct post *first, *last;
};

void post_queue_open(struct post_queue *queue, uv_loop_t *loop);
void post_add(struct post_queue *queue, struct post *post);
/* Nothing may be posted. The queue's memory lives until `closed` (idle.data is the caller's). */
void post_queue_close(struct post_queue *queue, uv_close_cb closed);

#endif
