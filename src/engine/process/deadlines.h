#ifndef DEADLINES_H
#define DEADLINES_H

/*
 * Any number of moments in the future on one timer. The owner embeds a `struct deadline` in what it
 * waits for and may free it in `run`, which is called once, from the loop; with 0 ms that is the
 * way to complete something that must not complete at once. A deadline that is not set is zeroed.
 * Loop thread only.
 */
#include <uv.h>

struct deadline {
    void (*run)(struct deadline *deadline);
    uint64_t at; /* private: ms of the loop's clock */
    struct deadline *next;
    int is_set;
};

struct deadlines {
    uv_timer_t timer; /* timer.data is the owner's */
    struct deadline *first;
};

void deadlines_open(struct deadlines *deadlines, uv_loop_t *loop);
void deadline_set(struct deadlines *deadlines, struct deadline *deadline, uint64_t ms);
void deadline_clear(struct deadlines *deadlines, struct deadline *deadline);
/* None may be set. The memory lives until `closed`. */
void deadlines_close(struct deadlines *deadlines, uv_close_cb closed);

#endif
