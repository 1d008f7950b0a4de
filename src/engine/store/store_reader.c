#include "store_reader.h"

#include <string.h>

#include "mem.h"
#include "row_index.h"
#include "rows.h"
#include "schema.h"

enum statement {
    READ_KEYS,
    READ_BODY,
    READ_FACTS,
    READ_COUNT,
    READ_TRACE,
    READ_PASS,
    READ_VALUE,
    READ_OLDER,
    READ_NEWER,
    READ_SNAPSHOT
};
enum { STATEMENTS = READ_SNAPSHOT + 1 };

struct store_reader {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    struct row_index rows;
    int64_t last_row; /* that is in `rows` */
};

static const char *const SQL[STATEMENTS] = {
    [READ_KEYS] = "SELECT n, key FROM record WHERE n > ?1 ORDER BY n",
    [READ_BODY] =
        "SELECT sum, body FROM record JOIN body USING(n) WHERE n = ?1 AND kind = ?2 AND key = ?3",
    [READ_FACTS] = "SELECT sum, json, seq FROM fact WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
    [READ_COUNT] = "SELECT coalesce(max(seq) + 1, 0) FROM fact",
    [READ_TRACE] = "SELECT example, node, what, number, text FROM trace WHERE pass = ?1 AND "
                   "example = ?2 ORDER BY n",
    [READ_PASS] = "SELECT example, node, what, number, text FROM trace WHERE pass = ?1 "
                  "ORDER BY example, n",
    [READ_VALUE] = "SELECT value FROM setting WHERE name = ?1",
    [READ_OLDER] = "SELECT n, kind, key, sum, body FROM record JOIN body USING(n) WHERE n < ?1 AND "
                   "(kind = ?3 OR kind = ?4) ORDER BY n DESC LIMIT ?2",
    [READ_NEWER] = "SELECT n, kind, key, sum, body FROM record JOIN body USING(n) WHERE n > ?1 AND "
                   "(kind = ?3 OR kind = ?4) ORDER BY n LIMIT ?2",
    [READ_SNAPSHOT] = "SELECT sum, snapshot FROM run",
};

struct store_reader *store_reader_open(const char *path, struct err *err)
{
    struct store_reader *reader = mem_zalloc(1, sizeof *reader);

    reader->db = schema_open_reader(path, err);
    for (int i = 0; reader->db != NULL && i < STATEMENTS; i++) {
        reader->statements[i] = sql_prepare(reader->db, SQL[i], err);
        if (reader->statements[i] == NULL) {
            store_reader_close(reader);
            return NULL;
        }
    }
    if (reader->db != NULL)
        return reader;
    store_reader_close(reader);
    return NULL;
}

void store_reader_close(struct store_reader *reader)
{
    if (reader == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(reader->statements[i]);
    (void)sqlite3_close(reader->db);
    row_index_free(&reader->rows);
    free(reader);
}

/* Ends a statement; false and *err where it did not come to its end. */
static bool end(struct store_reader *reader, enum statement which, int code, struct err *err)
{
    (void)sqlite3_reset(reader->statements[which]);
    return code == SQLITE_DONE || code == SQLITE_ROW || sql_fail(reader->db, code, err);
}

/* ---- bodies ---- */

/* Keys of rows that were written since the last look. */
static bool read_keys(struct store_reader *reader, struct err *err)
{
    sqlite3_stmt *read = reader->statements[READ_KEYS];
    int code;

    (void)sqlite3_bind_int64(read, 1, reader->last_row);
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        int64_t row = sqlite3_column_int64(read, 0);
        struct hash key;

        if (row <= 0 || row > UINT32_MAX || !sql_column_hash(read, 1, &key)) {
            code = SQLITE_CORRUPT;
            break;
        }
        row_index_add(&reader->rows, key, (uint32_t)row);
        reader->last_row = row;
    }
    return end(reader, READ_KEYS, code, err);
}

static struct text *read_body(struct store_reader *reader, enum store_kind kind, struct hash key,
    uint32_t row, struct err *err)
{
    sqlite3_stmt *read = reader->statements[READ_BODY];
    struct text *body = NULL;
    int code;

    (void)sqlite3_bind_int64(read, 1, row);
    (void)sqlite3_bind_int(read, 2, (int)kind);
    sql_bind_hash(read, 3, key);
    code = sqlite3_step(read);
    if (code == SQLITE_ROW)
        body = rows_body(read, 0, 1, err);
    (void)end(reader, READ_BODY, code, err);
    return body;
}

static struct text *find(
    struct store_reader *reader, enum store_kind kind, struct hash key, struct err *err)
{
    struct text *body = NULL;
    size_t probe = 0;
    uint32_t row;

    while (body == NULL && err->code == ERR_NONE &&
           (row = row_index_next(&reader->rows, key, &probe)) != 0)
        body = read_body(reader, kind, key, row, err);
    return body;
}

struct text *store_reader_get(
    struct store_reader *reader, enum store_kind kind, struct hash key, struct err *err)
{
    struct text *body;

    err->code = ERR_NONE;
    body = find(reader, kind, key, err);
    if (body != NULL || err->code != ERR_NONE || !read_keys(reader, err))
        return body;
    return find(reader, kind, key, err);
}

/* ---- facts ---- */

bool store_reader_facts(struct store_reader *reader, uint32_t from, uint32_t max,
    store_reader_fact *each, void *data, struct err *err)
{
    sqlite3_stmt *read = reader->statements[READ_FACTS];
    int code;

    (void)sqlite3_bind_int64(read, 1, from);
    (void)sqlite3_bind_int64(read, 2, max);
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        struct text *json = rows_body(read, 0, 1, err);

        if (json == NULL) {
            (void)sqlite3_reset(read);
            return false;
        }
        each(data, (uint32_t)sqlite3_column_int64(read, 2), json);
        text_unref(json);
    }
    return end(reader, READ_FACTS, code, err);
}

bool store_reader_count(struct store_reader *reader, uint32_t *facts, struct err *err)
{
    sqlite3_stmt *read = reader->statements[READ_COUNT];
    int code = sqlite3_step(read);

    *facts = code == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(read, 0) : 0;
    return end(reader, READ_COUNT, code, err);
}

/* ---- calls ---- */

static bool give_call(sqlite3_stmt *read, store_reader_call *each, void *data, struct err *err)
{
    int64_t row = sqlite3_column_int64(read, 0);
    struct store_call call = { .row = (uint32_t)row,
        .kind = (enum store_kind)sqlite3_column_int(read, 1) };
    struct text *body;

    if (row <= 0 || row > UINT32_MAX || !sql_column_hash(read, 2, &call.key))
        return sql_fail(sqlite3_db_handle(read), SQLITE_CORRUPT, err);
    body = rows_body(read, 3, 4, err);
    if (body == NULL)
        return false;
    call.body = body;
    each(data, &call);
    text_unref(body);
    return true;
}

bool store_reader_calls(struct store_reader *reader, uint32_t row, bool newer, uint32_t max,
    store_reader_call *each, void *data, struct err *err)
{
    enum statement which = newer ? READ_NEWER : READ_OLDER;
    sqlite3_stmt *read = reader->statements[which];
    int code;

    (void)sqlite3_bind_int64(read, 1, row);
    (void)sqlite3_bind_int64(read, 2, max);
    (void)sqlite3_bind_int(read, 3, STORE_REPLY);
    (void)sqlite3_bind_int(read, 4, STORE_FAILURE);
    while ((code = sqlite3_step(read)) == SQLITE_ROW)
        if (!give_call(read, each, data, err)) {
            (void)sqlite3_reset(read);
            return false;
        }
    return end(reader, which, code, err);
}

struct text *store_reader_snapshot(struct store_reader *reader, struct err *err)
{
    sqlite3_stmt *read = reader->statements[READ_SNAPSHOT];
    int code = sqlite3_step(read);
    struct text *snapshot = code == SQLITE_ROW ? rows_body(read, 0, 1, err) : NULL;

    if (!end(reader, READ_SNAPSHOT, code, err)) {
        text_unref(snapshot);
        return NULL;
    }
    return snapshot;
}

/* ---- traces ---- */

static bool read_step(sqlite3_stmt *read, uint32_t pass, struct trace *trace)
{
    int what = sqlite3_column_int(read, 2);

    if (what < TRACE_INPUT || what > TRACE_TARGET || !sql_column_hash(read, 4, &trace->text))
        return false;
    trace->pass = pass;
    trace->example = (uint32_t)sqlite3_column_int64(read, 0);
    trace->node = (int16_t)sqlite3_column_int(read, 1);
    trace->what = (enum trace_what)what;
    trace->number = sqlite3_column_double(read, 3);
    return true;
}

bool store_reader_traces(struct store_reader *reader, uint32_t pass, uint32_t example,
    store_reader_step *each, void *data, struct err *err)
{
    enum statement which = example == STORE_ALL ? READ_PASS : READ_TRACE;
    sqlite3_stmt *read = reader->statements[which];
    struct trace trace;
    int code;

    (void)sqlite3_bind_int64(read, 1, pass);
    if (example != STORE_ALL)
        (void)sqlite3_bind_int64(read, 2, example);
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        if (!read_step(read, pass, &trace)) {
            code = SQLITE_CORRUPT;
            break;
        }
        each(data, &trace);
    }
    return end(reader, which, code, err);
}

/* ---- values ---- */

char *store_reader_value(struct store_reader *reader, const char *name)
{
    sqlite3_stmt *read = reader->statements[READ_VALUE];
    char *value = NULL;

    (void)sqlite3_bind_text(read, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(read) == SQLITE_ROW)
        value = mem_strdup((const char *)sqlite3_column_text(read, 0));
    (void)sqlite3_reset(read);
    return value;
}
