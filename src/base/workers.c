#include "workers.h"

#include <assert.h>

#include "mem.h"

struct work_list {
    struct work *first, *last;
};

struct worker {
    uv_thread_t thread;
    struct workers *owner;
    unsigned index;
};

struct workers {
    uv_mutex_t mutex; /* guards todo, done, stopping */
    uv_cond_t more;
    struct work_list todo, done;
    bool stopping;
    uv_async_t wake;  /* keeps the loop alive only while work is under way */
    size_t under_way; /* loop thread only */
    unsigned count;
    struct worker threads[];
};

static void list_push(struct work_list *list, struct work *work)
{
    work->next = NULL;
    if (list->last != NULL)
        list->last->next = work;
    else
        list->first = work;
    list->last = work;
}

static struct work *list_pop(struct work_list *list)
{
    struct work *work = list->first;

    if (work != NULL) {
        list->first = work->next;
        if (list->first == NULL)
            list->last = NULL;
    }
    return work;
}

static struct work *next_work(struct workers *workers)
{
    struct work *work;

    uv_mutex_lock(&workers->mutex);
    while ((work = list_pop(&workers->todo)) == NULL && !workers->stopping)
        uv_cond_wait(&workers->more, &workers->mutex);
    uv_mutex_unlock(&workers->mutex);
    return work;
}

static void worker_main(void *data)
{
    struct worker *worker = data;
    struct workers *workers = worker->owner;
    struct work *work;

    while ((work = next_work(workers)) != NULL) {
        work->run(work, worker->index);
        uv_mutex_lock(&workers->mutex);
        list_push(&workers->done, work);
        uv_mutex_unlock(&workers->mutex);
        (void)uv_async_send(&workers->wake);
    }
}

static void on_wake(uv_async_t *wake)
{
    struct workers *workers = wake->data;
    struct work_list done;
    struct work *work;

    uv_mutex_lock(&workers->mutex);
    done = workers->done;
    workers->done = (struct work_list){ NULL, NULL };
    uv_mutex_unlock(&workers->mutex);
    while ((work = list_pop(&done)) != NULL) {
        if (--workers->under_way == 0)
            uv_unref((uv_handle_t *)&workers->wake);
        work->on_done(work);
    }
}

struct workers *workers_open(uv_loop_t *loop, unsigned count)
{
    struct workers *workers;

    if (count == 0)
        count = uv_available_parallelism();
    workers = mem_zalloc(1, sizeof *workers + count * sizeof workers->threads[0]);
    workers->count = count;
    workers->wake.data = workers;
    if (uv_mutex_init(&workers->mutex) != 0 || uv_cond_init(&workers->more) != 0 ||
        uv_async_init(loop, &workers->wake, on_wake) != 0)
        abort();
    uv_unref((uv_handle_t *)&workers->wake);
    for (unsigned i = 0; i < count; i++) {
        workers->threads[i] = (struct worker){ .owner = workers, .index = i };
        if (uv_thread_create(&workers->threads[i].thread, worker_main, &workers->threads[i]) != 0)
            abort();
    }
    return workers;
}

unsigned workers_count(const struct workers *workers)
{
    return workers->count;
}

void workers_submit(struct workers *workers, struct work *work)
{
    if (workers->under_way++ == 0)
        uv_ref((uv_handle_t *)&workers->wake);
    uv_mutex_lock(&workers->mutex);
    list_push(&workers->todo, work);
    uv_cond_signal(&workers->more);
    uv_mutex_unlock(&workers->mutex);
}

static void on_closed(uv_handle_t *handle)
{
    struct workers *workers = handle->data;

    uv_cond_destroy(&workers->more);
    uv_mutex_destroy(&workers->mutex);
    free(workers);
}

void workers_close(struct workers *workers)
{
    if (workers == NULL)
        return;
    assert(workers->under_way == 0);
    uv_mutex_lock(&workers->mutex);
    workers->stopping = true;
    uv_cond_broadcast(&workers->more);
    uv_mutex_unlock(&workers->mutex);
    for (unsigned i = 0; i < workers->count; i++)
        (void)uv_thread_join(&workers->threads[i].thread);
    uv_close((uv_handle_t *)&workers->wake, on_closed);
}
