#include "deadlines.h"

#include <stddef.h>

static void on_timer(uv_timer_t *timer);

static struct deadlines *deadlines_of(uv_timer_t *timer)
{
    return (struct deadlines *)((char *)timer - offsetof(struct deadlines, timer));
}

/* Sorted by time; the timer is set to the first. */
static void arm(struct deadlines *deadlines)
{
    uint64_t now = uv_now(deadlines->timer.loop);

    if (deadlines->first == NULL)
        (void)uv_timer_stop(&deadlines->timer);
    else
        (void)uv_timer_start(&deadlines->timer, on_timer,
            deadlines->first->at > now ? deadlines->first->at - now : 0, 0);
}

static void take_out(struct deadlines *deadlines, struct deadline *deadline)
{
    for (struct deadline **at = &deadlines->first; *at != NULL; at = &(*at)->next) {
        if (*at == deadline) {
            *at = deadline->next;
            break;
        }
    }
    deadline->is_set = 0;
}

/* What is run may set and clear others; what is set anew for now waits for the loop's next turn. */
static void on_timer(uv_timer_t *timer)
{
    struct deadlines *deadlines = deadlines_of(timer);
    uint64_t now = uv_now(timer->loop);
    unsigned due = 0;

    for (struct deadline *at = deadlines->first; at != NULL && at->at <= now; at = at->next)
        due++;
    while (due-- > 0 && deadlines->first != NULL && deadlines->first->at <= now) {
        struct deadline *deadline = deadlines->first;

        take_out(deadlines, deadline);
        deadline->run(deadline);
    }
    if (!uv_is_closing((uv_handle_t *)timer))
        arm(deadlines);
}

void deadlines_open(struct deadlines *deadlines, uv_loop_t *loop)
{
    (void)uv_timer_init(loop, &deadlines->timer);
    deadlines->first = NULL;
}

void deadline_set(struct deadlines *deadlines, struct deadline *deadline, uint64_t ms)
{
    struct deadline **at = &deadlines->first;

    if (deadline->is_set)
        take_out(deadlines, deadline);
    deadline->at = uv_now(deadlines->timer.loop) + ms;
    while (*at != NULL && (*at)->at <= deadline->at)
        at = &(*at)->next;
    deadline->next = *at;
    *at = deadline;
    deadline->is_set = 1;
    arm(deadlines);
}

void deadline_clear(struct deadlines *deadlines, struct deadline *deadline)
{
    if (!deadline->is_set)
        return;
    take_out(deadlines, deadline);
    arm(deadlines);
}

void deadlines_close(struct deadlines *deadlines, uv_close_cb closed)
{
    uv_close((uv_handle_t *)&deadlines->timer, closed);
}
