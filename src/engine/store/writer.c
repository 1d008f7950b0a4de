#include "writer.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "mem.h"
#include "schema.h"

struct job_list {
    struct job *first, *last;
};

struct writer {
    uv_mutex_t mutex; /* guards todo, done, stopping, is_busy */
    uv_cond_t more;   /* the thread waits for work */
    uv_cond_t idle;   /* writer_hold waits for the thread */
    struct job_list todo, done;
    bool stopping, is_busy;
    /* the thread's own */
    uv_thread_t thread;
    struct rows rows;
    sqlite3 *db;
    struct lent *lent;   /* NULL: none */
    struct err *failure; /* once set nothing is written any more */
    /* the loop thread's own */
    uv_async_t wake; /* keeps the loop alive only while jobs are under way */
    uv_prepare_t before_waiting;
    struct job_list gathered; /* in this turn of the loop, not yet the thread's */
    struct job_list delivering;
    size_t under_way;
    struct err *trouble;
    bool is_closing;
    int closed;
    atomic_ullong commits;
};

static void list_push(struct job_list *list, struct job *job)
{
    job->next = NULL;
    if (list->last != NULL)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}

static struct job *list_pop(struct job_list *list)
{
    struct job *job = list->first;

    if (job != NULL) {
        list->first = job->next;
        if (list->first == NULL)
            list->last = NULL;
    }
    return job;
}

static void list_append(struct job_list *list, struct job_list *tail)
{
    if (tail->first == NULL)
        return;
    if (list->last != NULL)
        list->last->next = tail->first;
    else
        list->first = tail->first;
    list->last = tail->last;
    *tail = (struct job_list){ NULL, NULL };
}

static struct err *copy_of(const struct err *error)
{
    struct err *copy = mem_alloc(sizeof *copy);

    *copy = *error;
    return copy;
}

static bool is_read(const struct job *job)
{
    return job->what == JOB_GET || job->what == JOB_GET_LENT;
}

static bool is_write(const struct job *job)
{
    return !is_read(job) && job->what != JOB_NOTHING;
}

static bool write_job(struct rows *rows, const struct job *job, struct err *err)
{
    switch (job->what) {
    case JOB_PUT:
        return rows_put(rows, job->row, job->kind, job->key, job->body, err);
    case JOB_FACT:
        return rows_put_fact(rows, job->seq, job->body, err);
    case JOB_TRACE:
        return rows_put_trace(rows, &job->trace, err);
    case JOB_SET:
        return rows_set(rows, job->name, job->value, err);
    case JOB_GET:
    case JOB_GET_LENT:
    case JOB_NOTHING:
        break;
    }
    return true;
}

/* A damaged row fails its own get alone: nothing was lost that could be saved by stopping here. */
static void read_job(struct writer *writer, struct job *job)
{
    struct err error;
    bool ok = job->what == JOB_GET ? rows_get(&writer->rows, job->row, &job->body, &error)
                                   : lent_get(writer->lent, job->row, &job->body, &error);

    if (!ok)
        job->error = copy_of(&error);
}

static bool write_batch(struct writer *writer, const struct job_list *batch, struct err *err)
{
    if (!rows_begin(&writer->rows, err))
        return false;
    for (struct job *job = batch->first; job != NULL; job = job->next) {
        if (is_read(job))
            read_job(writer, job);
        else if (!write_job(&writer->rows, job, err))
            return false;
    }
    if (!rows_commit(&writer->rows, err))
        return false;
    atomic_fetch_add_explicit(&writer->commits, 1, memory_order_relaxed);
    return true;
}

/* After the first failure: what is committed can still be read; everything else fails, also a get
 * of what was lost. */
static void fail_job(struct writer *writer, struct job *job)
{
    if (job->error != NULL)
        return;
    text_unref(job->body);
    job->body = NULL;
    if (is_read(job))
        read_job(writer, job);
    if (job->body == NULL) {
        free(job->error);
        job->error = copy_of(writer->failure);
    }
}

static void do_batch(struct writer *writer, const struct job_list *batch)
{
    struct err error;
    bool writes = false;

    for (struct job *job = batch->first; job != NULL && !writes; job = job->next)
        writes = is_write(job);
    if (writer->failure == NULL && writes && !write_batch(writer, batch, &error)) {
        rows_rollback(&writer->rows);
        writer->failure = copy_of(&error);
    }
    if (writer->failure != NULL) {
        for (struct job *job = batch->first; job != NULL; job = job->next)
            fail_job(writer, job);
    } else if (!writes) {
        for (struct job *job = batch->first; job != NULL; job = job->next) {
            if (is_read(job))
                read_job(writer, job);
        }
    }
}

/* Waits for work and takes all of it. False: the end. */
static bool next_batch(struct writer *writer, struct job_list *batch)
{
    uv_mutex_lock(&writer->mutex);
    writer->is_busy = false;
    uv_cond_broadcast(&writer->idle);
    while (writer->todo.first == NULL && !writer->stopping)
        uv_cond_wait(&writer->more, &writer->mutex);
    *batch = writer->todo;
    writer->todo = (struct job_list){ NULL, NULL };
    writer->is_busy = batch->first != NULL;
    uv_mutex_unlock(&writer->mutex);
    return batch->first != NULL;
}

static void writer_main(void *data)
{
    struct writer *writer = data;
    struct job_list batch;

    while (next_batch(writer, &batch)) {
        do_batch(writer, &batch);
        uv_mutex_lock(&writer->mutex);
        list_append(&writer->done, &batch);
        uv_mutex_unlock(&writer->mutex);
        (void)uv_async_send(&writer->wake);
    }
}

static void job_free(struct job *job)
{
    text_unref(job->body);
    free(job->name);
    free(job->value);
    free(job->error);
    free(job);
}

static void deliver(struct writer *writer, struct job *job)
{
    struct text *body = job->body;

    if (--writer->under_way == 0 && !writer->is_closing)
        uv_unref((uv_handle_t *)&writer->wake);
    if (job->error != NULL && !is_read(job) && writer->trouble == NULL)
        writer->trouble = copy_of(job->error);
    if (job->on_get != NULL) {
        job->body = NULL;
        job->on_get(job->data, job->error == NULL ? body : NULL, job->error);
    } else if (job->on_put != NULL) {
        job->on_put(job->data, job->error);
    }
    job_free(job);
}

/* The list is a member: a callback may close the writer, which then delivers the rest itself. */
static void deliver_all(struct writer *writer)
{
    struct job *job;

    uv_mutex_lock(&writer->mutex);
    list_append(&writer->delivering, &writer->done);
    uv_mutex_unlock(&writer->mutex);
    while ((job = list_pop(&writer->delivering)) != NULL)
        deliver(writer, job);
}

/* What one turn of the loop has put goes to the thread at once: one lock, one signal, one commit.
 */
static void hand_over(struct writer *writer)
{
    (void)uv_prepare_stop(&writer->before_waiting);
    uv_mutex_lock(&writer->mutex);
    list_append(&writer->todo, &writer->gathered);
    uv_cond_signal(&writer->more);
    uv_mutex_unlock(&writer->mutex);
}

static void on_before_waiting(uv_prepare_t *prepare)
{
    hand_over(prepare->data);
}

static void on_wake(uv_async_t *wake)
{
    deliver_all(wake->data);
}

static void on_closed(uv_handle_t *handle)
{
    struct writer *writer = handle->data;

    if (++writer->closed < 2) /* of two handles */
        return;
    uv_cond_destroy(&writer->idle);
    uv_cond_destroy(&writer->more);
    uv_mutex_destroy(&writer->mutex);
    free(writer);
}

struct writer *writer_open(uv_loop_t *loop, sqlite3 *take_db, struct err *err)
{
    struct writer *writer = mem_zalloc(1, sizeof *writer);

    writer->db = take_db;
    if (!rows_open(&writer->rows, take_db, err)) {
        rows_close(&writer->rows);
        schema_close(take_db);
        free(writer);
        return NULL;
    }
    writer->wake.data = writer;
    writer->before_waiting.data = writer;
    atomic_init(&writer->commits, 0);
    if (uv_mutex_init(&writer->mutex) != 0 || uv_cond_init(&writer->more) != 0 ||
        uv_cond_init(&writer->idle) != 0 || uv_async_init(loop, &writer->wake, on_wake) != 0 ||
        uv_prepare_init(loop, &writer->before_waiting) != 0)
        abort();
    uv_unref((uv_handle_t *)&writer->wake);
    if (uv_thread_create(&writer->thread, writer_main, writer) != 0)
        abort();
    return writer;
}

void writer_lend(struct writer *writer, struct lent *lent)
{
    (void)writer_hold(writer);
    writer->lent = lent;
    writer_release(writer);
}

void writer_submit(struct writer *writer, struct job *take_job)
{
    if (writer->under_way++ == 0 && !writer->is_closing)
        uv_ref((uv_handle_t *)&writer->wake);
    if (writer->is_closing) {
        struct err closing;

        (void)err_set(&closing, ERR_CANCELLED, "the store is closing");
        take_job->error = copy_of(&closing);
        list_push(&writer->delivering, take_job);
        return;
    }
    if (writer->gathered.first == NULL)
        (void)uv_prepare_start(&writer->before_waiting, on_before_waiting);
    list_push(&writer->gathered, take_job);
}

struct rows *writer_hold(struct writer *writer)
{
    hand_over(writer);
    uv_mutex_lock(&writer->mutex);
    while (writer->is_busy || writer->todo.first != NULL)
        uv_cond_wait(&writer->idle, &writer->mutex);
    return &writer->rows;
}

void writer_release(struct writer *writer)
{
    uv_mutex_unlock(&writer->mutex);
}

const struct err *writer_trouble(const struct writer *writer)
{
    return writer->trouble;
}

uint64_t writer_commits(const struct writer *writer)
{
    return atomic_load_explicit(&writer->commits, memory_order_relaxed);
}

void writer_close(struct writer *writer)
{
    if (writer == NULL)
        return;
    hand_over(writer);
    uv_mutex_lock(&writer->mutex);
    writer->stopping = true;
    uv_cond_signal(&writer->more);
    uv_mutex_unlock(&writer->mutex);
    (void)uv_thread_join(&writer->thread);
    writer->is_closing = true;
    deliver_all(writer);
    rows_close(&writer->rows);
    schema_close(writer->db);
    free(writer->failure);
    free(writer->trouble);
    uv_close((uv_handle_t *)&writer->wake, on_closed);
    uv_close((uv_handle_t *)&writer->before_waiting, on_closed);
}
