#ifndef WRITER_H
#define WRITER_H

/*
 * The thread that owns a run's connection. Jobs are done in order; what one turn of the loop
 * submits goes to the thread at once, all that waits there is one transaction, and the callbacks
 * fire on the loop thread after its commit. Private to engine/store.
 */
#include <uv.h>

#include "lent.h"
#include "rows.h"

enum job_what {
    JOB_PUT,
    JOB_GET,
    JOB_GET_LENT, /* from the other run's file */
    JOB_FACT,
    JOB_TRACE,
    JOB_SET,
    JOB_NOTHING /* waits its turn and is called back */
};

struct job {
    struct job *next;
    enum job_what what;
    enum store_kind kind;
    uint32_t seq;
    int64_t row; /* of a put or get */
    struct hash key;
    struct text *body; /* a reference of its own; of a get: the answer */
    struct trace trace;
    char *name, *value;
    store_put_cb *on_put; /* one of the two, or none */
    store_get_cb *on_get;
    void *data;
    struct err *error; /* NULL: it went well */
};

struct writer;

/* Starts the thread over `take_db`, which is the writer's from here on, also on failure. */
struct writer *writer_open(uv_loop_t *loop, sqlite3 *take_db, struct err *err);

/* Another run's replies for JOB_GET_LENT; borrowed until writer_close. Before the loop runs. */
void writer_lend(struct writer *writer, struct lent *lent);

/* Loop thread. The job and what it holds become the writer's. After writer_close has begun it
 * fails, posted. */
void writer_submit(struct writer *writer, struct job *take_job);

/* Waits until all is done and keeps the thread from its connection: the caller may use it until
 * writer_release. */
struct rows *writer_hold(struct writer *writer);
void writer_release(struct writer *writer);

/* NULL, or why the first put failed, as far as the loop thread has heard of it. */
const struct err *writer_trouble(const struct writer *writer);
uint64_t writer_commits(const struct writer *writer);

/* Commits what is queued, joins, fires all callbacks, closes the connection. The memory is gone
 * after one more turn of the loop. */
void writer_close(struct writer *writer);

#endif
