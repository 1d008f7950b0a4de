#ifndef SQL_H
#define SQL_H

/* What this folder's files share when they talk to SQLite. Private to engine/store. */
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "err.h"
#include "hash.h"

/* Turns the last failure of `db` (result code `code`) into a message that names the file and says
 * how to go on: ERR_INPUT for what is no usable file (damaged, no SQLite at all), ERR_IO for the
 * disk. Returns false. */
bool sql_fail(sqlite3 *db, int code, struct err *err);

/* Opens a connection for one thread. `flags` are SQLite's. NULL on error. */
sqlite3 *sql_open(const char *path, int flags, struct err *err);

bool sql_exec(sqlite3 *db, const char *sql, struct err *err);
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql, struct err *err); /* NULL on error */
/* Runs a statement that gives no rows and makes it ready for its next use. */
bool sql_run(sqlite3_stmt *statement, struct err *err);
/* The first column of the first row; 0 where there is no row. */
bool sql_number(sqlite3 *db, const char *sql, int64_t *number, struct err *err);

/* A hash is kept as a blob of 16 bytes, in the order of its hexadecimal digits. */
void sql_bind_hash(sqlite3_stmt *statement, int index, struct hash hash);
bool sql_column_hash(
    sqlite3_stmt *statement, int column, struct hash *hash); /* false: not 16 bytes */

#endif
