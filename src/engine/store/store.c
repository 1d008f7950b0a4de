#include "store.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "clock.h"
#include "file.h"
#include "keys.h"
#include "lent.h"
#include "lock.h"
#include "mem.h"
#include "paths.h"
#include "schema.h"
#include "writer.h"

struct store {
    char *path, *snapshot, *notice;
    struct lock lock;
    struct writer *writer;
    struct keys keys[STORE_KINDS];
    struct lent *lent; /* another run's replies; NULL: none */
    int64_t last_row;
    struct store_counts counts;
};

static void store_free(struct store *store)
{
    for (int kind = 0; kind < STORE_KINDS; kind++)
        keys_free(&store->keys[kind]);
    lent_close(store->lent);
    lock_release(&store->lock);
    free(store->path);
    free(store->snapshot);
    free(store->notice);
    free(store);
}

static bool read_snapshot(struct store *store, sqlite3 *db, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(db, "SELECT sum, snapshot FROM run", err);
    struct text *snapshot = NULL;
    int code;

    if (read == NULL)
        return false;
    code = sqlite3_step(read);
    if (code == SQLITE_ROW)
        snapshot = rows_body(read, 0, 1, err);
    else
        (void)sql_fail(db, code == SQLITE_DONE ? SQLITE_CORRUPT : code, err);
    if (snapshot != NULL)
        store->snapshot = mem_strndup(snapshot->data, snapshot->len);
    text_unref(snapshot);
    (void)sqlite3_finalize(read);
    return store->snapshot != NULL;
}

static bool load_keys(struct store *store, sqlite3 *db, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(db, "SELECT kind, key, n FROM record ORDER BY n", err);
    int code;

    if (read == NULL)
        return false;
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        int kind = sqlite3_column_int(read, 0);
        struct hash key;

        if (kind < 0 || kind >= STORE_KINDS || !sql_column_hash(read, 1, &key)) {
            code = SQLITE_CORRUPT;
            break;
        }
        store->last_row = sqlite3_column_int64(read, 2);
        (void)keys_add(&store->keys[kind], key, store->last_row);
    }
    if (code != SQLITE_DONE)
        (void)sql_fail(db, code, err);
    (void)sqlite3_finalize(read);
    return code == SQLITE_DONE;
}

static bool choose_journal(struct store *store, sqlite3 *db, const char *folder, struct err *err)
{
    const char *network = schema_network_name(folder);

    if (network != NULL)
        store->notice = mem_printf(
            "%s is on a network file system (%s): the journal is kept in its slower, safe form; "
            "a local folder (--store DIR) is faster",
            folder, network);
    return schema_set_journal(db, network == NULL, err);
}

/* Opens the file of a store whose lock is held. */
static bool open_file(struct store *store, uv_loop_t *loop, const char *folder, struct err *err)
{
    sqlite3 *db = schema_open(store->path, err);

    if (db == NULL)
        return false;
    if (!read_snapshot(store, db, err) || !load_keys(store, db, err) ||
        !choose_journal(store, db, folder, err)) {
        (void)sqlite3_close(db);
        return false;
    }
    store->writer = writer_open(loop, db, err);
    return store->writer != NULL;
}

/* A store of a checked id with its lock, nothing opened yet. */
static struct store *lock_store(const char *folder, const char *id, struct err *err)
{
    static const struct lock_words words = { "the run", "--store DIR" };
    struct store *store = mem_zalloc(1, sizeof *store);
    char *lock_path = paths_lock(folder, id);
    bool ok = lock_take(&store->lock, lock_path, &words, err);

    store->path = paths_run(folder, id);
    free(lock_path);
    if (ok)
        return store;
    store_free(store);
    return NULL;
}

struct store *store_create(
    uv_loop_t *loop, const char *folder, const char *id, const char *snapshot, struct err *err)
{
    struct schema_run run = { id, snapshot, clock_unix_ms() };
    struct store *store;
    bool ok;

    if (!paths_check_id(id, err) || !file_make_folder(folder, err))
        return NULL;
    store = lock_store(folder, id, err);
    if (store == NULL)
        return NULL;
    if (file_exists(store->path))
        ok = err_set(err, ERR_INPUT, "%s: a run of this id exists: resume it, or choose another id",
            store->path);
    else
        ok = schema_create(store->path, &run, err) && open_file(store, loop, folder, err);
    if (ok)
        return store;
    store_free(store);
    return NULL;
}

struct store *store_open(uv_loop_t *loop, const char *folder, const char *id, struct err *err)
{
    struct store *store;
    char *path;
    bool is_there;

    if (!paths_check_id(id, err))
        return NULL;
    path = paths_run(folder, id);
    is_there = file_exists(path);
    if (!is_there)
        (void)err_set(err, ERR_INPUT, "%s: no such run: `flowbot runs` lists them", path);
    free(path);
    store = is_there ? lock_store(folder, id, err) : NULL;
    if (store == NULL || open_file(store, loop, folder, err))
        return store;
    store_free(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    writer_close(store->writer);
    store_free(store);
}

const char *store_snapshot(const struct store *store)
{
    return store->snapshot;
}

const char *store_path(const struct store *store)
{
    return store->path;
}

const char *store_notice(const struct store *store)
{
    return store->notice;
}

const struct err *store_trouble(const struct store *store)
{
    return writer_trouble(store->writer);
}

bool store_has(const struct store *store, enum store_kind kind, struct hash key)
{
    return keys_find(&store->keys[kind], key) != 0;
}

bool store_lend(struct store *store, const char *folder, const char *id, struct err *err)
{
    store->lent = lent_open(folder, id, err);
    if (store->lent != NULL)
        writer_lend(store->writer, store->lent);
    return store->lent != NULL;
}

bool store_has_lent(const struct store *store, struct hash key)
{
    return store->lent != NULL && keys_find(&store->lent->keys, key) != 0;
}

static struct job *job_new(enum job_what what)
{
    struct job *job = mem_zalloc(1, sizeof *job);

    job->what = what;
    return job;
}

void store_put(struct store *store, enum store_kind kind, struct hash key, struct text *body,
    store_put_cb *done, void *data)
{
    bool is_new = keys_add(&store->keys[kind], key, store->last_row + 1) > store->last_row;
    struct job *job = job_new(is_new ? JOB_PUT : JOB_NOTHING);

    if (is_new) {
        job->row = ++store->last_row;
        job->kind = kind;
        job->key = key;
        job->body = text_ref(body);
    }
    job->on_put = done;
    job->data = data;
    store->counts.puts++;
    store->counts.bytes += is_new ? body->len : 0;
    writer_submit(store->writer, job);
}

void store_get(
    struct store *store, enum store_kind kind, struct hash key, store_get_cb *done, void *data)
{
    int64_t row = keys_find(&store->keys[kind], key);
    struct job *job = job_new(row != 0 ? JOB_GET : JOB_NOTHING);

    job->row = row;
    job->on_get = done;
    job->data = data;
    store->counts.gets++;
    writer_submit(store->writer, job);
}

void store_get_lent(struct store *store, struct hash key, store_get_cb *done, void *data)
{
    struct job *job = job_new(store_has_lent(store, key) ? JOB_GET_LENT : JOB_NOTHING);

    if (job->what == JOB_GET_LENT)
        job->row = keys_find(&store->lent->keys, key);
    job->on_get = done;
    job->data = data;
    store->counts.gets++;
    writer_submit(store->writer, job);
}

void store_put_fact(
    struct store *store, uint32_t seq, struct text *json, store_put_cb *done, void *data)
{
    struct job *job = job_new(JOB_FACT);

    job->seq = seq;
    job->body = text_ref(json);
    job->on_put = done;
    job->data = data;
    store->counts.puts++;
    store->counts.bytes += json->len;
    writer_submit(store->writer, job);
}

void store_put_trace(struct store *store, const struct trace *trace)
{
    struct job *job = job_new(JOB_TRACE);

    job->trace = *trace;
    writer_submit(store->writer, job);
}

void store_set(struct store *store, const char *name, const char *value)
{
    struct job *job = job_new(JOB_SET);

    job->name = mem_strdup(name);
    job->value = mem_strdup(value);
    writer_submit(store->writer, job);
}

static char *read_value(sqlite3 *db, const char *name)
{
    struct err err;
    sqlite3_stmt *read = sql_prepare(db, "SELECT value FROM setting WHERE name = ?1", &err);
    char *value = NULL;

    if (read != NULL && sqlite3_bind_text(read, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(read) == SQLITE_ROW)
        value = mem_strdup((const char *)sqlite3_column_text(read, 0));
    (void)sqlite3_finalize(read);
    return value;
}

char *store_get_value(struct store *store, const char *name)
{
    struct rows *rows = writer_hold(store->writer);
    char *value = read_value(rows->db, name);

    writer_release(store->writer);
    return value;
}

struct fact_list {
    struct text **items;
    size_t count, cap;
};

static bool read_facts(sqlite3 *db, struct fact_list *facts, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(db, "SELECT sum, json FROM fact ORDER BY seq", err);
    bool ok = read != NULL;
    int code = SQLITE_DONE;

    while (ok && (code = sqlite3_step(read)) == SQLITE_ROW) {
        struct text *fact = rows_body(read, 0, 1, err);

        ok = fact != NULL;
        if (ok) {
            facts->items = array_grow(facts->items, facts->count, &facts->cap, sizeof(void *));
            facts->items[facts->count++] = fact;
        }
    }
    if (ok && code != SQLITE_DONE)
        ok = sql_fail(db, code, err);
    (void)sqlite3_finalize(read);
    return ok;
}

struct text **store_facts(struct store *store, size_t *count, struct err *err)
{
    struct rows *rows = writer_hold(store->writer);
    struct fact_list facts = { NULL, 0, 0 };
    bool ok = read_facts(rows->db, &facts, err);

    writer_release(store->writer);
    *count = facts.count;
    if (ok)
        return facts.items != NULL ? facts.items : mem_zalloc(1, sizeof(void *));
    for (size_t i = 0; i < facts.count; i++)
        text_unref(facts.items[i]);
    free(facts.items);
    *count = 0;
    return NULL;
}

static bool read_records(
    sqlite3 *db, enum store_kind kind, store_each *each, void *data, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(
        db, "SELECT sum, body, key FROM record JOIN body USING(n) WHERE kind = ?1 ORDER BY n", err);
    bool ok = read != NULL && sqlite3_bind_int(read, 1, (int)kind) == SQLITE_OK;
    int code = SQLITE_DONE;

    while (ok && (code = sqlite3_step(read)) == SQLITE_ROW) {
        struct text *body = rows_body(read, 0, 1, err);
        struct hash key;

        ok = body != NULL && (sql_column_hash(read, 2, &key) || sql_fail(db, SQLITE_CORRUPT, err));
        if (ok)
            each(data, key, body->data);
        text_unref(body);
    }
    if (ok && code != SQLITE_DONE)
        ok = sql_fail(db, code, err);
    (void)sqlite3_finalize(read);
    return ok;
}

bool store_records(
    struct store *store, enum store_kind kind, store_each *each, void *data, struct err *err)
{
    struct rows *rows = writer_hold(store->writer);
    bool ok = read_records(rows->db, kind, each, data, err);

    writer_release(store->writer);
    return ok;
}

static bool forget(struct rows *rows, uint32_t from_fact, struct err *err)
{
    char *sql = mem_printf("DELETE FROM body WHERE n IN (SELECT n FROM record WHERE kind = %d);"
                           "DELETE FROM record WHERE kind = %d; DELETE FROM fact WHERE seq >= %u",
        (int)STORE_FAILURE, (int)STORE_FAILURE, (unsigned)from_fact);
    bool ok = rows_begin(rows, err) && sql_exec(rows->db, sql, err) && rows_commit(rows, err);

    free(sql);
    if (!ok)
        rows_rollback(rows);
    else if (from_fact < rows->next_fact)
        rows->next_fact = from_fact;
    return ok;
}

bool store_forget_failures(struct store *store, uint32_t from_fact, struct err *err)
{
    struct rows *rows = writer_hold(store->writer);
    bool ok = forget(rows, from_fact, err);

    writer_release(store->writer);
    if (ok)
        keys_free(&store->keys[STORE_FAILURE]);
    return ok;
}

struct store_counts store_counts(const struct store *store)
{
    struct store_counts counts = store->counts;

    counts.commits = writer_commits(store->writer);
    return counts;
}

bool store_is_held(const char *folder, const char *id, int64_t *pid)
{
    char *path = paths_lock(folder, id);
    bool held = lock_is_held(path);

    *pid = held ? lock_holder(path) : 0;
    free(path);
    return held;
}

char *store_path_of(const char *folder, const char *id, struct err *err)
{
    return paths_check_id(id, err) ? paths_run(folder, id) : NULL;
}

bool store_is_remote(const char *folder)
{
    return schema_network_name(folder) != NULL;
}
