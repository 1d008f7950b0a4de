#include "schema.h"

#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mem.h"

/* Replies and texts are only ever appended: keys are looked up in memory (keys.h), for an index
 * over random keys would write a page for nearly every row. Their keys stand apart from the bodies,
 * so that opening reads little. `sum` is a hash of the body: a file that rots is noticed where it
 * is read. trace.n keeps the order of writing; trace.call is empty but for calls, of which a node
 * may have several. */
static const char TABLES[] =
    "CREATE TABLE run(id TEXT NOT NULL, created_ms INTEGER NOT NULL, sum INTEGER NOT NULL, "
    "snapshot TEXT NOT NULL);"
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE record(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, key BLOB NOT NULL);"
    "CREATE TABLE body(n INTEGER PRIMARY KEY, sum INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE fact(seq INTEGER PRIMARY KEY, sum INTEGER NOT NULL, json BLOB NOT NULL);"
    "CREATE TABLE trace(n INTEGER PRIMARY KEY, pass INTEGER NOT NULL, example INTEGER NOT NULL, "
    "node INTEGER NOT NULL,"
    " what INTEGER NOT NULL, call BLOB NOT NULL, number REAL NOT NULL, text BLOB NOT NULL);"
    "CREATE UNIQUE INDEX trace_step ON trace(pass, example, node, what, call);";

static bool insert_run(sqlite3 *db, const struct schema_run *run, struct err *err)
{
    sqlite3_stmt *insert = sql_prepare(db, "INSERT INTO run VALUES(?1, ?2, ?3, ?4)", err);
    bool ok;

    if (insert == NULL)
        return false;
    (void)sqlite3_bind_text(insert, 1, run->id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(insert, 2, run->created_ms);
    (void)sqlite3_bind_int64(insert, 3, (int64_t)hash_text(run->snapshot).low);
    (void)sqlite3_bind_text(insert, 4, run->snapshot, -1, SQLITE_STATIC);
    ok = sql_run(insert, err);
    (void)sqlite3_finalize(insert);
    return ok;
}

static bool fill(sqlite3 *db, const struct schema_run *run, struct err *err)
{
    char pragmas[96];

    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
        SCHEMA_APPLICATION, SCHEMA_VERSION);
    return sql_exec(db, "BEGIN IMMEDIATE", err) && sql_exec(db, pragmas, err) &&
           sql_exec(db, TABLES, err) && insert_run(db, run, err) && sql_exec(db, "COMMIT", err);
}

/* Removes what a killed or failed creation left behind. */
static void remove_rest(const char *path)
{
    char *journal = mem_printf("%s-journal", path);

    (void)unlink(path);
    (void)unlink(journal);
    free(journal);
}

bool schema_create(const char *path, const struct schema_run *run, struct err *err)
{
    char *beside = mem_printf("%s.new", path);
    sqlite3 *db;
    bool ok;

    remove_rest(beside);
    db = sql_open(beside, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    ok = db != NULL && fill(db, run, err);
    (void)sqlite3_close(db);
    if (ok && rename(beside, path) != 0)
        ok = err_set(err, ERR_IO, "%s: cannot be made: see that its folder is writable", path);
    if (!ok)
        remove_rest(beside);
    free(beside);
    return ok;
}

static bool check_version(sqlite3 *db, struct err *err)
{
    const char *path = sqlite3_db_filename(db, "main");
    int64_t application, version;

    if (!sql_number(db, "PRAGMA application_id", &application, err) ||
        !sql_number(db, "PRAGMA user_version", &version, err))
        return false;
    if (application != SCHEMA_APPLICATION)
        return err_set(err, ERR_INPUT, "%s: not a run of flowbot: %s", path,
            application == 0 ? "an empty file or the database of another program"
                             : "the database of another program");
    if (version > SCHEMA_VERSION)
        return err_set(err, ERR_INPUT,
            "%s: written by a newer flowbot (store version %lld, this one reads up to %d): use "
            "that version",
            path, (long long)version, SCHEMA_VERSION);
    if (version < SCHEMA_VERSION)
        return err_set(err, ERR_INPUT,
            "%s: store version %lld is not known to this flowbot (it reads %d)", path,
            (long long)version, SCHEMA_VERSION);
    return true;
}

static bool check_pages(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *check = sql_prepare(db, "PRAGMA quick_check(1)", err);
    const char *verdict;
    bool ok;
    int code;

    if (check == NULL)
        return false;
    code = sqlite3_step(check);
    verdict = code == SQLITE_ROW ? (const char *)sqlite3_column_text(check, 0) : NULL;
    ok = verdict != NULL && strcmp(verdict, "ok") == 0;
    if (!ok && verdict != NULL)
        (void)err_set(err, ERR_INPUT,
            "%s: the file is damaged (%s): put a copy of it back, or salvage with `sqlite3 FILE "
            ".recover`",
            sqlite3_db_filename(db, "main"), verdict);
    else if (!ok)
        (void)sql_fail(db, code, err);
    (void)sqlite3_finalize(check);
    return ok;
}

static bool check_facts(sqlite3 *db, struct err *err)
{
    int64_t missing;

    if (!sql_number(db, "SELECT coalesce(max(seq) + 1, 0) - count(*) FROM fact", &missing, err))
        return false;
    return missing == 0 || err_set(err, ERR_INPUT,
                               "%s: the file is damaged: %lld facts are missing: put a copy back",
                               sqlite3_db_filename(db, "main"), (long long)missing);
}

static bool check_writable(sqlite3 *db, struct err *err)
{
    return sqlite3_db_readonly(db, "main") == 0 || sql_fail(db, SQLITE_READONLY, err);
}

static bool configure(sqlite3 *db, struct err *err)
{
    return sql_exec(
        db, "PRAGMA synchronous=NORMAL; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF", err);
}

sqlite3 *schema_open(const char *path, struct err *err)
{
    sqlite3 *db;

    if (access(path, F_OK) != 0) {
        (void)err_set(err, ERR_INPUT, "%s: no such run: `flowbot runs` lists them", path);
        return NULL;
    }
    db = sql_open(path, SQLITE_OPEN_READWRITE, err);
    if (db == NULL)
        return NULL;
    /* A refused file is not even checkpointed. */
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (check_version(db, err) && check_writable(db, err) && check_pages(db, err) &&
        check_facts(db, err) && configure(db, err)) {
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
        return db;
    }
    (void)sqlite3_close(db);
    return NULL;
}

sqlite3 *schema_open_reader(const char *path, struct err *err)
{
    sqlite3 *db = sql_open(path, SQLITE_OPEN_READONLY, err);

    if (db != NULL && check_version(db, err))
        return db;
    (void)sqlite3_close(db);
    return NULL;
}

bool schema_set_journal(sqlite3 *db, bool wal, struct err *err)
{
    return sql_exec(db, wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=TRUNCATE", err);
}

const char *schema_network_name(const char *folder)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } networks[] = {
        { 0x6969, "NFS" },
        { 0xFF534D42, "CIFS" },
        { 0xFE534D42, "SMB" },
        { 0x517B, "SMB" },
        { 0x65735546, "FUSE" },
        { 0x01021997, "9P" },
        { 0x00C36400, "Ceph" },
        { 0x5346414F, "AFS" },
        { 0x0BD00BD0, "Lustre" },
        { 0x01161970, "GFS2" },
        { 0x7461636F, "OCFS2" },
        { 0x73757245, "Coda" },
        { 0x786F4256, "vboxsf" },
    };
    struct statfs info;

    if (statfs(folder, &info) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
        if (networks[i].magic == ((unsigned long)info.f_type & 0xFFFFFFFFUL))
            return networks[i].name;
    }
    return NULL;
}

void schema_close(sqlite3 *db)
{
    if (db == NULL)
        return;
    /* Fails while somebody reads, and on a full disk: the write-ahead log then stays beside the
     * file, as valid. */
    (void)sqlite3_busy_timeout(db, 0);
    (void)sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    (void)sqlite3_close(db);
}
