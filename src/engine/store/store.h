#ifndef STORE_H
#define STORE_H

/*
 * The journal of one run: one SQLite file and a lock. Only this folder knows SQL.
 *
 * One writer thread does all SQLite work while the loop runs. What one turn of the loop puts is one
 * commit (with what gathered during the commit before it); gets are answered in order with the
 * puts. WAL with synchronous=NORMAL: kill -9 loses nothing that was committed; a power cut may lose
 * the last moments, never damage the file. On a network file system the rollback journal is used
 * instead and store_open says so in `notice`.
 *
 * Keys of every kind that the file holds are kept in memory (24 bytes each), so that a miss costs
 * nothing. Everything is called on the loop thread. store_create, store_open, store_facts,
 * store_records, store_forget_failures and store_list block (the middle three until what is queued
 * is done): call them before the loop runs. Callbacks come on the loop thread, never from inside
 * the call that asked. The loop may end when nothing is under way.
 *
 * Every body is kept with a sum: one that is not what was written is an error where it is read.
 *
 * Disk trouble (full, read-only, I/O): the first failed commit fails every later put with the same
 * ERR_IO; what was committed stays and can still be had. A fact whose number is not the next one
 * counts as such trouble.
 *
 *     FOLDER/ID.flowbot   the file (with ID.flowbot-wal and -shm beside it while it is open)
 *     FOLDER/ID.lock      the lock, with the holder's pid; the kernel drops it however the holder
 * ends
 *
 * An id has at most 100 letters, digits, "_", "-" and ".", a dot never first.
 */
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "err.h"
#include "hash.h"
#include "text.h"

enum store_kind {
    STORE_REPLY,   /* a model's reply: JSON */
    STORE_TOOL,    /* a tool's result: JSON */
    STORE_FAILURE, /* a call that was lost after all retries: JSON; dropped by store_forget_failures
                    */
    STORE_DECISION, /* a person's decision: JSON */
    STORE_METRIC,   /* the verdict of a metric that is a process or a judge: JSON */
    STORE_TEXT,     /* any text, by the hash of its bytes: gradients, outputs, prompts */
    STORE_WORKFLOW, /* a workflow's JSON by its hash */
    STORE_REQUEST,  /* what was asked for the reply of the same key: JSON */
    STORE_KINDS
};

/* A step of one example in one pass, for the trace screens: derived data, written again on resume
 * (same row, once). */
enum trace_what {
    TRACE_INPUT,
    TRACE_OUTPUT,
    TRACE_WORDS,
    TRACE_GRADIENT,
    TRACE_WORKFLOW_GRADIENT,
    TRACE_CALL,
    TRACE_TARGET
};

struct trace {
    uint32_t pass;    /* ordinal of the pass in the run */
    uint32_t example; /* index into the task's example table */
    int16_t node;     /* index in the pass's workflow; -1: the whole example */
    enum trace_what what;
    double number;    /* TRACE_WORDS: the score, -INFINITY where it was lost; else 0 */
    struct hash text; /* STORE_TEXT key, or the STORE_REPLY key for TRACE_CALL */
};

struct store;

/* Makes FOLDER/ID.flowbot with the snapshot (JSON, kept as it is) and takes its lock. FOLDER is
 * made if need be. ERR_IO: cannot be written; ERR_INPUT: the id exists. */
struct store *store_create(
    uv_loop_t *loop, const char *folder, const char *id, const char *snapshot, struct err *err);

/* Opens an existing run's file for writing and takes its lock. ERR_BUSY: held by another process
 * (its pid is named); ERR_INPUT: no such file, not a flowbot store, damaged, or written by a newer
 * version (both versions named); ERR_IO: read-only or unreadable. Never changes the file before all
 * checks have passed. */
struct store *store_open(uv_loop_t *loop, const char *folder, const char *id, struct err *err);

/* Stops accepting, commits what is queued, joins the writer, releases the lock. Blocks for at most
 * that commit. Callbacks of pending puts and gets fire before it returns; what they put or get
 * fails with ERR_CANCELLED. The loop has to run once more for its close callback. NULL is nothing.
 */
void store_close(struct store *store);

const char *store_snapshot(const struct store *store); /* borrowed */
const char *store_path(const struct store *store);     /* borrowed */
const char *store_notice(const struct store *store);   /* NULL, or a sentence to show once */

/* NULL, or why the first put failed: for those who put without a callback. Borrowed until
 * store_close. */
const struct err *store_trouble(const struct store *store);

/* True when the key is stored or queued. */
bool store_has(const struct store *store, enum store_kind kind, struct hash key);

/* Called once the body is committed (error NULL), or could not be. */
typedef void store_put_cb(void *data, const struct err *error);
/* Stores body under (kind, key); an existing row stays as it is. Takes a reference to body. done
 * may be NULL. */
void store_put(struct store *store, enum store_kind kind, struct hash key, struct text *body,
    store_put_cb *done, void *data);

/* body: one reference for the callee; NULL and error NULL where the key is not there; NULL and
 * error on trouble (ERR_INPUT: this one body is damaged). A key that was put before, on disk or not
 * yet, is found. */
typedef void store_get_cb(void *data, struct text *body, const struct err *error);
void store_get(
    struct store *store, enum store_kind kind, struct hash key, store_get_cb *done, void *data);

/* Lends the replies of another run, FOLDER/ID.flowbot, which is read by the writer's thread and
 * never changed; a process may be at work on it. Once, before the loop runs. ERR_INPUT: no such
 * run, or one of another version. */
bool store_lend(struct store *store, const char *folder, const char *id, struct err *err);
bool store_has_lent(const struct store *store, struct hash key); /* false where nothing is lent */
/* As store_get; what is lent is in this file only once it is put here. */
void store_get_lent(struct store *store, struct hash key, store_get_cb *done, void *data);

/* Appends fact number seq (from 0, without gaps). */
void store_put_fact(
    struct store *store, uint32_t seq, struct text *json, store_put_cb *done, void *data);
void store_put_trace(struct store *store, const struct trace *trace);

/* A small named value that may change, e.g. "status" of the run for `flowbot runs`. */
void store_set(struct store *store, const char *name, const char *value);
/* The last value set under the name; the caller's. NULL where there is none. Blocks: before the
 * loop runs. */
char *store_get_value(struct store *store, const char *name);

/* All stored facts in order: an array of *count texts, array and texts the caller's. Before the
 * loop runs. */
struct text **store_facts(struct store *store, size_t *count, struct err *err);

/* Every body of one kind in the order written, for small kinds (decisions, failures, workflows).
 * Before the loop runs. */
typedef void store_each(void *data, struct hash key, const char *body);
bool store_records(
    struct store *store, enum store_kind kind, store_each *each, void *data, struct err *err);

/* For resume --retry-failed: drops the failures and every fact from number `from_fact` on. Before
 * the loop runs. */
bool store_forget_failures(struct store *store, uint32_t from_fact, struct err *err);

/* Statistics so far: rows and bytes put in this process. Loop thread. */
struct store_counts {
    uint64_t puts, gets, commits, bytes;
};
struct store_counts store_counts(const struct store *store);

/* One line of `flowbot runs`: read without the lock, never changing the file. Strings are the
 * caller's (store_info_free). */
struct store_info {
    char *id, *path;
    char *snapshot;  /* NULL where the file could not be read: problem says why */
    char *status;    /* value of store_set "status", or NULL */
    char *last_fact; /* JSON, or NULL */
    uint32_t facts;
    int64_t created_ms, changed_ms; /* Unix time */
    uint64_t bytes;
    bool held; /* a process has the lock */
    char *problem;
};
/* The runs of a folder, newest first; a missing folder is an empty list. */
struct store_info *store_list(const char *folder, size_t *count, struct err *err);
void store_info_free(struct store_info *infos, size_t count);

/* Whether a process has the run's lock, and which: its pid, 0 where it cannot be told. */
bool store_is_held(const char *folder, const char *id, int64_t *pid);
/* The folder lies on a network file system, where the changes of others are not told. */
bool store_is_remote(const char *folder);
/* The path of a run's file; the caller's. ERR_INPUT where the id can be none. */
char *store_path_of(const char *folder, const char *id, struct err *err);

/* Resolves an id, a unique prefix of one, or "last" (the newest). NULL and ERR_INPUT: unknown,
 * ambiguous (the ids named). */
char *store_resolve(const char *folder, const char *name, struct err *err);

#endif
