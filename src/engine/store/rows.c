#include "rows.h"

#include <string.h>

/* Written again on resume: the same row, once. */
static const char PUT_TRACE[] =
    "INSERT INTO trace(pass, example, node, what, call, number, text)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT DO UPDATE SET number = excluded.number, text = excluded.text";

static const char *const SQL[ROW_STATEMENTS] = {
    [ROW_BEGIN] = "BEGIN IMMEDIATE",
    [ROW_COMMIT] = "COMMIT",
    [ROW_ROLLBACK] = "ROLLBACK",
    [ROW_PUT_KEY] = "INSERT INTO record VALUES(?1, ?2, ?3)",
    [ROW_PUT_BODY] = "INSERT INTO body VALUES(?1, ?2, ?3)",
    [ROW_GET] = "SELECT sum, body FROM body WHERE n = ?1",
    [ROW_PUT_FACT] = "INSERT INTO fact VALUES(?1, ?2, ?3)",
    [ROW_PUT_TRACE] = PUT_TRACE,
    [ROW_SET] =
        "INSERT INTO setting VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
};

bool rows_open(struct rows *rows, sqlite3 *db, struct err *err)
{
    int64_t facts;

    *rows = (struct rows){ .db = db };
    for (int i = 0; i < ROW_STATEMENTS; i++) {
        rows->statements[i] = sql_prepare(db, SQL[i], err);
        if (rows->statements[i] == NULL)
            return false;
    }
    if (!sql_number(db, "SELECT count(*) FROM fact", &facts, err))
        return false;
    rows->next_fact = (uint32_t)facts;
    return true;
}

void rows_close(struct rows *rows)
{
    for (int i = 0; i < ROW_STATEMENTS; i++)
        (void)sqlite3_finalize(rows->statements[i]);
    *rows = (struct rows){ 0 };
}

bool rows_begin(struct rows *rows, struct err *err)
{
    return sql_run(rows->statements[ROW_BEGIN], err);
}

bool rows_commit(struct rows *rows, struct err *err)
{
    return sql_run(rows->statements[ROW_COMMIT], err);
}

void rows_rollback(struct rows *rows)
{
    struct err ignored; /* the failure that led here is the one to report */

    if (sqlite3_get_autocommit(rows->db) == 0)
        (void)sql_run(rows->statements[ROW_ROLLBACK], &ignored);
}

static int64_t sum_of(const void *bytes, size_t len)
{
    return (int64_t)hash_bytes(bytes, len).low;
}

static void bind_body(sqlite3_stmt *statement, int sum_index, const struct text *body)
{
    (void)sqlite3_bind_int64(statement, sum_index, sum_of(body->data, body->len));
    (void)sqlite3_bind_blob64(statement, sum_index + 1, body->data, body->len, SQLITE_STATIC);
}

bool rows_put(struct rows *rows, int64_t row, enum store_kind kind, struct hash key,
    const struct text *body, struct err *err)
{
    sqlite3_stmt *put_key = rows->statements[ROW_PUT_KEY],
                 *put_body = rows->statements[ROW_PUT_BODY];

    (void)sqlite3_bind_int64(put_key, 1, row);
    (void)sqlite3_bind_int(put_key, 2, (int)kind);
    sql_bind_hash(put_key, 3, key);
    (void)sqlite3_bind_int64(put_body, 1, row);
    bind_body(put_body, 2, body);
    return sql_run(put_key, err) && sql_run(put_body, err);
}

struct text *rows_body(sqlite3_stmt *statement, int sum_column, int body_column, struct err *err)
{
    const void *bytes = sqlite3_column_blob(statement, body_column);
    size_t len = (size_t)sqlite3_column_bytes(statement, body_column);

    if (sum_of(bytes != NULL ? bytes : "", len) != sqlite3_column_int64(statement, sum_column)) {
        (void)err_set(err, ERR_INPUT,
            "%s: the file is damaged: a stored text is not what was written: put a copy of the "
            "file back",
            sqlite3_db_filename(sqlite3_db_handle(statement), "main"));
        return NULL;
    }
    return text_new(bytes, len);
}

bool rows_get(struct rows *rows, int64_t row, struct text **body, struct err *err)
{
    sqlite3_stmt *get = rows->statements[ROW_GET];
    int code;

    *body = NULL;
    (void)sqlite3_bind_int64(get, 1, row);
    code = sqlite3_step(get);
    if (code == SQLITE_ROW)
        *body = rows_body(get, 0, 1, err);
    else
        (void)sql_fail(rows->db, code == SQLITE_DONE ? SQLITE_CORRUPT : code, err);
    (void)sqlite3_reset(get);
    return *body != NULL;
}

bool rows_put_fact(struct rows *rows, uint32_t seq, const struct text *json, struct err *err)
{
    sqlite3_stmt *put = rows->statements[ROW_PUT_FACT];

    if (seq != rows->next_fact)
        return err_set(err, ERR_IO, "%s: fact %u was to be written where fact %u is next",
            sqlite3_db_filename(rows->db, "main"), seq, rows->next_fact);
    (void)sqlite3_bind_int64(put, 1, seq);
    bind_body(put, 2, json);
    if (!sql_run(put, err))
        return false;
    rows->next_fact++;
    return true;
}

bool rows_put_trace(struct rows *rows, const struct trace *trace, struct err *err)
{
    sqlite3_stmt *put = rows->statements[ROW_PUT_TRACE];

    (void)sqlite3_bind_int64(put, 1, trace->pass);
    (void)sqlite3_bind_int64(put, 2, trace->example);
    (void)sqlite3_bind_int(put, 3, trace->node);
    (void)sqlite3_bind_int(put, 4, (int)trace->what);
    if (trace->what == TRACE_CALL)
        sql_bind_hash(put, 5, trace->text);
    else
        (void)sqlite3_bind_zeroblob(put, 5, 0);
    (void)sqlite3_bind_double(put, 6, trace->number);
    sql_bind_hash(put, 7, trace->text);
    return sql_run(put, err);
}

bool rows_set(struct rows *rows, const char *name, const char *value, struct err *err)
{
    sqlite3_stmt *set = rows->statements[ROW_SET];

    (void)sqlite3_bind_text(set, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(set, 2, value, -1, SQLITE_STATIC);
    return sql_run(set, err);
}
