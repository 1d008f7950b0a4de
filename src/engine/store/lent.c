#include "lent.h"

#include <stdlib.h>

#include "file.h"
#include "mem.h"
#include "paths.h"
#include "rows.h"
#include "schema.h"

static bool load_keys(struct lent *lent, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(lent->db, "SELECT key, n FROM record WHERE kind = ?1", err);
    bool ok = read != NULL && sqlite3_bind_int(read, 1, (int)STORE_REPLY) == SQLITE_OK;
    int code = SQLITE_DONE;
    struct hash key;

    while (ok && (code = sqlite3_step(read)) == SQLITE_ROW) {
        ok = sql_column_hash(read, 0, &key) || sql_fail(lent->db, SQLITE_CORRUPT, err);
        if (ok)
            (void)keys_add(&lent->keys, key, sqlite3_column_int64(read, 1));
    }
    if (ok && code != SQLITE_DONE)
        ok = sql_fail(lent->db, code, err);
    (void)sqlite3_finalize(read);
    return ok;
}

static bool open_file(struct lent *lent, const char *path, struct err *err)
{
    if (!file_exists(path))
        return err_set(err, ERR_INPUT, "%s: no such run: `flowbot runs` lists them", path);
    lent->db = schema_open_reader(path, err);
    if (lent->db == NULL || !load_keys(lent, err))
        return false;
    lent->get = sql_prepare(lent->db, "SELECT sum, body FROM body WHERE n = ?1", err);
    return lent->get != NULL;
}

struct lent *lent_open(const char *folder, const char *id, struct err *err)
{
    struct lent *lent;
    char *path;
    bool ok;

    if (!paths_check_id(id, err))
        return NULL;
    lent = mem_zalloc(1, sizeof *lent);
    path = paths_run(folder, id);
    ok = open_file(lent, path, err);
    free(path);
    if (ok)
        return lent;
    lent_close(lent);
    return NULL;
}

bool lent_get(struct lent *lent, int64_t row, struct text **body, struct err *err)
{
    int code;

    *body = NULL;
    (void)sqlite3_bind_int64(lent->get, 1, row);
    code = sqlite3_step(lent->get);
    if (code == SQLITE_ROW)
        *body = rows_body(lent->get, 0, 1, err);
    else
        (void)sql_fail(lent->db, code == SQLITE_DONE ? SQLITE_CORRUPT : code, err);
    (void)sqlite3_reset(lent->get);
    return *body != NULL;
}

void lent_close(struct lent *lent)
{
    if (lent == NULL)
        return;
    (void)sqlite3_finalize(lent->get);
    (void)sqlite3_close(lent->db);
    keys_free(&lent->keys);
    free(lent);
}
