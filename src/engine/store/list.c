#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "file.h"
#include "lock.h"
#include "mem.h"
#include "nearest.h"
#include "paths.h"
#include "rows.h"
#include "schema.h"
#include "store.h"
#include "str.h"

/* How many ids an ambiguous prefix names. */
enum { NAMED_MAX = 5 };

struct id_list {
    char **items;
    size_t count, cap;
};

static void ids_free(struct id_list *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        free(ids->items[i]);
    free(ids->items);
}

static void add_id(struct id_list *ids, const char *name)
{
    struct err no_run;
    char *id;

    if (!str_ends(name, RUN_SUFFIX))
        return;
    id = mem_strndup(name, strlen(name) - strlen(RUN_SUFFIX));
    if (paths_check_id(id, &no_run))
        ARRAY_PUSH(ids, id);
    else
        free(id);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_ids(const char *folder, struct id_list *ids, struct err *err)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL && errno == ENOENT)
        return true;
    if (dir == NULL)
        return err_set(err, ERR_IO, "%s: the runs cannot be listed: %s", folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL)
        add_id(ids, entry->d_name);
    (void)closedir(dir);
    if (ids->count > 0)
        qsort(ids->items, ids->count, sizeof *ids->items, by_name);
    return true;
}

static char *take_text(struct text *text)
{
    char *copy = text != NULL ? mem_strndup(text->data, text->len) : NULL;

    text_unref(text);
    return copy;
}

static bool read_run(sqlite3 *db, struct store_info *info, struct err *err)
{
    sqlite3_stmt *read = sql_prepare(db,
        "SELECT run.sum, run.snapshot, run.created_ms, (SELECT value FROM setting WHERE name = "
        "'status') FROM run",
        err);
    const char *status;
    int code;

    if (read == NULL)
        return false;
    code = sqlite3_step(read);
    if (code == SQLITE_ROW) {
        info->snapshot = take_text(rows_body(read, 0, 1, err));
        info->created_ms = sqlite3_column_int64(read, 2);
        status = (const char *)sqlite3_column_text(read, 3);
        info->status = mem_strdup(status);
    } else {
        (void)sql_fail(db, code == SQLITE_DONE ? SQLITE_CORRUPT : code, err);
    }
    (void)sqlite3_finalize(read);
    return info->snapshot != NULL;
}

static bool read_last_fact(sqlite3 *db, struct store_info *info, struct err *err)
{
    sqlite3_stmt *read =
        sql_prepare(db, "SELECT sum, json, seq FROM fact ORDER BY seq DESC LIMIT 1", err);
    bool ok = read != NULL;
    int code = ok ? sqlite3_step(read) : SQLITE_DONE;

    if (code == SQLITE_ROW) {
        info->facts = (uint32_t)sqlite3_column_int64(read, 2) + 1;
        info->last_fact = take_text(rows_body(read, 0, 1, err));
        ok = info->last_fact != NULL;
    } else if (code != SQLITE_DONE) {
        ok = sql_fail(db, code, err);
    }
    (void)sqlite3_finalize(read);
    return ok;
}

/* One read transaction, so that a writing process shows one moment of itself. */
static bool read_info(struct store_info *info, struct err *err)
{
    sqlite3 *db = schema_open_reader(info->path, err);
    bool ok = db != NULL && sql_exec(db, "BEGIN", err) && read_run(db, info, err) &&
              read_last_fact(db, info, err);

    (void)sqlite3_close(db);
    return ok;
}

static void add_file(struct store_info *info, const char *path)
{
    struct stat file;
    int64_t changed;

    if (stat(path, &file) != 0)
        return;
    changed = (int64_t)file.st_mtim.tv_sec * 1000 + file.st_mtim.tv_nsec / 1000000;
    info->bytes += (uint64_t)file.st_size;
    if (changed > info->changed_ms)
        info->changed_ms = changed;
}

static struct store_info info_of(const char *folder, const char *id)
{
    struct store_info info = { .id = mem_strdup(id), .path = paths_run(folder, id) };
    char *log = mem_printf("%s-wal", info.path);
    char *lock = paths_lock(folder, id);
    struct err error;

    add_file(&info, info.path);
    add_file(&info, log);
    info.held = lock_is_held(lock);
    if (!read_info(&info, &error)) {
        free(info.snapshot);
        info.snapshot = NULL;
        info.problem = mem_strdup(error.message);
        info.created_ms = info.created_ms != 0 ? info.created_ms : info.changed_ms;
    }
    free(log);
    free(lock);
    return info;
}

static int by_age(const void *a, const void *b)
{
    const struct store_info *one = a, *other = b;

    if (one->created_ms != other->created_ms)
        return one->created_ms > other->created_ms ? -1 : 1;
    return strcmp(other->id, one->id);
}

struct store_info *store_list(const char *folder, size_t *count, struct err *err)
{
    struct id_list ids = { NULL, 0, 0 };
    struct store_info *infos = NULL;

    *count = 0;
    if (read_ids(folder, &ids, err)) {
        infos = mem_zalloc(ids.count + 1, sizeof *infos);
        for (size_t i = 0; i < ids.count; i++)
            infos[i] = info_of(folder, ids.items[i]);
        *count = ids.count;
        qsort(infos, ids.count, sizeof *infos, by_age);
    }
    ids_free(&ids);
    return infos;
}

void store_info_free(struct store_info *infos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(infos[i].id);
        free(infos[i].path);
        free(infos[i].snapshot);
        free(infos[i].status);
        free(infos[i].last_fact);
        free(infos[i].problem);
    }
    free(infos);
}

static char *resolve_last(const char *folder, struct err *err)
{
    size_t count;
    struct store_info *infos = store_list(folder, &count, err);
    char *id = NULL;

    if (infos == NULL)
        return NULL;
    if (count > 0)
        id = mem_strdup(infos[0].id);
    else
        (void)err_set(err, ERR_INPUT, "%s: no runs yet: `flowbot run TASK` makes one", folder);
    store_info_free(infos, count);
    return id;
}

static void fail_ambiguous(const struct id_list *ids, const char *prefix, struct err *err)
{
    struct str named = STR_INIT;
    size_t matches = 0;

    for (size_t i = 0; i < ids->count; i++) {
        if (str_starts(ids->items[i], prefix) && ++matches <= NAMED_MAX)
            str_addf(&named, "%s%s", matches > 1 ? ", " : "", ids->items[i]);
    }
    if (matches > NAMED_MAX)
        str_addf(&named, " and %zu more", matches - NAMED_MAX);
    (void)err_set(
        err, ERR_INPUT, "\"%s\" begins the ids of several runs: %s", prefix, str_text(&named));
    str_free(&named);
}

static void fail_unknown(
    const struct id_list *ids, const char *folder, const char *name, struct err *err)
{
    const char *nearest = nearest_name(name, (const char *const *)ids->items, ids->count);

    (void)err_set(err, ERR_INPUT, "no run \"%s\" in %s%s%s%s: `flowbot runs` lists them", name,
        folder, nearest != NULL ? " (did you mean \"" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "\"?)" : "");
}

static char *resolve_among(
    const struct id_list *ids, const char *folder, const char *name, struct err *err)
{
    const char *match = NULL;
    size_t matches = 0;

    for (size_t i = 0; i < ids->count; i++) {
        if (str_equal(ids->items[i], name))
            return mem_strdup(name);
        if (name[0] != '\0' && str_starts(ids->items[i], name)) {
            match = ids->items[i];
            matches++;
        }
    }
    if (matches == 1)
        return mem_strdup(match);
    if (matches > 1)
        fail_ambiguous(ids, name, err);
    else
        fail_unknown(ids, folder, name, err);
    return NULL;
}

char *store_resolve(const char *folder, const char *name, struct err *err)
{
    struct id_list ids = { NULL, 0, 0 };
    char *id = NULL;

    if (str_equal(name, "last"))
        return resolve_last(folder, err);
    if (read_ids(folder, &ids, err))
        id = resolve_among(&ids, folder, name, err);
    ids_free(&ids);
    return id;
}
