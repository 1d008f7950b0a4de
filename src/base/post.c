#include "post.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

static void on_idle(uv_idle_t *idle)
{
    struct post_queue *queue =
        (struct post_queue *)((char *)idle - offsetof(struct post_queue, idle));
    struct post *post = queue->first;

    queue->first = queue->last = NULL;
    (void)uv_idle_stop(idle);
    while (post != NULL) {
        struct post *next = post->next;

        post->run(post);
        post = next;
    }
}

void post_queue_open(struct post_queue *queue, uv_loop_t *loop)
{
    *queue = (struct post_queue){ 0 };
    if (uv_idle_init(loop, &queue->idle) != 0)
        abort();
}

void post_add(struct post_queue *queue, struct post *post)
{
    post->next = NULL;
    if (queue->last != NULL)
        queue->last->next = post;
    else
        queue->first = post;
    queue->last = post;
    (void)uv_idle_start(&queue->idle, on_idle);
}

void post_queue_close(struct post_queue *queue, uv_close_cb closed)
{
    assert(queue->first == NULL);
    uv_close((uv_handle_t *)&queue->idle, closed);
}
