#ifndef ROWS_H
#define ROWS_H

/*
 * Reading and writing the rows of a run's file over prepared statements. One thread at a time.
 * Private to engine/store.
 */
#include <stdint.h>

#include "sql.h"
#include "store.h"
#include "text.h"

enum row_statement {
    ROW_BEGIN,
    ROW_COMMIT,
    ROW_ROLLBACK,
    ROW_PUT_KEY,
    ROW_PUT_BODY,
    ROW_GET,
    ROW_PUT_FACT,
    ROW_PUT_TRACE,
    ROW_SET,
    ROW_STATEMENTS
};

struct rows {
    sqlite3 *db; /* borrowed */
    sqlite3_stmt *statements[ROW_STATEMENTS];
    uint32_t next_fact;
};

bool rows_open(struct rows *rows, sqlite3 *db, struct err *err);
void rows_close(struct rows *rows);

bool rows_begin(struct rows *rows, struct err *err);
bool rows_commit(struct rows *rows, struct err *err);
void rows_rollback(struct rows *rows); /* nothing where SQLite has rolled back already */

/* `row` is the caller's choice: above all before it. */
bool rows_put(struct rows *rows, int64_t row, enum store_kind kind, struct hash key,
    const struct text *body, struct err *err);
/* *body: one reference, the caller's. A row that is not there is damage. */
bool rows_get(struct rows *rows, int64_t row, struct text **body, struct err *err);
bool rows_put_fact(
    struct rows *rows, uint32_t seq, const struct text *json, struct err *err); /* refuses a gap */
bool rows_put_trace(struct rows *rows, const struct trace *trace, struct err *err);
bool rows_set(struct rows *rows, const char *name, const char *value, struct err *err);

/* A body column and the sum beside it as a text; NULL and ERR_INPUT where they do not fit together.
 */
struct text *rows_body(sqlite3_stmt *statement, int sum_column, int body_column, struct err *err);

#endif
