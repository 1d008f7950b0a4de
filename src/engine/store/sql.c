#include "sql.h"

#include <string.h>

/* Long enough for a person's own look into the file with another program, short enough to be
 * noticed. */
enum { BUSY_TIMEOUT_MS = 10000 };

static const char *file_of(sqlite3 *db)
{
    const char *path = db != NULL ? sqlite3_db_filename(db, "main") : NULL;

    return path != NULL && path[0] != '\0' ? path : "the store";
}

static bool fail_disk(sqlite3 *db, struct err *err)
{
    int system = sqlite3_system_errno(db);

    return err_set(err, ERR_IO,
        "%s: %s%s%s: what was committed is safe; see that the disk has room and works, then resume",
        file_of(db), sqlite3_errmsg(db), system != 0 ? ": " : "",
        system != 0 ? strerror(system) : "");
}

bool sql_fail(sqlite3 *db, int code, struct err *err)
{
    const char *file = file_of(db);

    switch (code & 0xff) {
    case SQLITE_NOTADB:
        return err_set(err, ERR_INPUT, "%s: not a file of flowbot (no SQLite database)", file);
    case SQLITE_CORRUPT:
        return err_set(err, ERR_INPUT,
            "%s: the file is damaged (%s): put a copy of it back, or salvage with `sqlite3 FILE "
            ".recover`",
            file, sqlite3_errstr(code));
    case SQLITE_FULL:
        return err_set(err, ERR_IO,
            "%s: the disk is full: what was committed is safe; make room, then resume", file);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return err_set(err, ERR_IO,
            "%s: %s: the file and its folder must be writable; choose another place with --store "
            "DIR",
            file, sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_IO,
            "%s: another program keeps the file locked: close it, then try again", file);
    default:
        return fail_disk(db, err);
    }
}

sqlite3 *sql_open(const char *path, int flags, struct err *err)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);

    if (code != SQLITE_OK) {
        int system = db != NULL ? sqlite3_system_errno(db) : 0;

        (void)err_set(err, ERR_IO,
            "%s: cannot be opened: %s%s%s: see that the folder exists and is writable", path,
            sqlite3_errstr(code), system != 0 ? ": " : "", system != 0 ? strerror(system) : "");
        (void)sqlite3_close(db);
        return NULL;
    }
    (void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    (void)sqlite3_extended_result_codes(db, 1);
    return db;
}

bool sql_exec(sqlite3 *db, const char *sql, struct err *err)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK || sql_fail(db, code, err);
}

sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

    if (code != SQLITE_OK)
        (void)sql_fail(db, code, err);
    return statement;
}

bool sql_run(sqlite3_stmt *statement, struct err *err)
{
    int code = sqlite3_step(statement);
    bool ok = code == SQLITE_DONE || code == SQLITE_ROW;

    if (!ok)
        (void)sql_fail(sqlite3_db_handle(statement), code, err);
    (void)sqlite3_reset(statement);
    return ok;
}

bool sql_number(sqlite3 *db, const char *sql, int64_t *number, struct err *err)
{
    sqlite3_stmt *statement = sql_prepare(db, sql, err);
    int code;

    if (statement == NULL)
        return false;
    code = sqlite3_step(statement);
    *number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        (void)sql_fail(db, code, err);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

static void put_number(unsigned char *bytes, uint64_t number)
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        bytes[i] = (unsigned char)number;
}

static uint64_t get_number(const unsigned char *bytes)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

void sql_bind_hash(sqlite3_stmt *statement, int index, struct hash hash)
{
    unsigned char bytes[16];

    put_number(bytes, hash.high);
    put_number(bytes + 8, hash.low);
    (void)sqlite3_bind_blob(statement, index, bytes, sizeof bytes, SQLITE_TRANSIENT);
}

bool sql_column_hash(sqlite3_stmt *statement, int column, struct hash *hash)
{
    const unsigned char *bytes = sqlite3_column_blob(statement, column);

    if (bytes == NULL || sqlite3_column_bytes(statement, column) != 16)
        return false;
    hash->high = get_number(bytes);
    hash->low = get_number(bytes + 8);
    return true;
}
