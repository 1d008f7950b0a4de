#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "file.h"
#include "lock.h"
#include "mem.h"
#include "search_files.h"
#include "search_index.h"
#include "sql.h"

enum { WAIT_STEP_MS = 50, WAIT_MAX_MS = 600000 };

struct search_builder {
    struct search_files files;
    struct lock lock;
    sqlite3 *db;
    sqlite3_stmt *insert;
    bool
        is_grown; /* of another index: putting all of it in order again would cost what was saved */
};

static bool wait_for_lock(struct search_builder *builder, struct err *err)
{
    static const struct lock_words words = { "the search index", "$FLOWBOT_CACHE" };

    for (int waited = 0;; waited += WAIT_STEP_MS) {
        struct err busy;

        if (lock_take(&builder->lock, builder->files.lock, &words, &busy))
            return true;
        if (busy.code != ERR_BUSY || waited >= WAIT_MAX_MS) {
            *err = busy;
            return false;
        }
        uv_sleep(WAIT_STEP_MS);
    }
}

/* A copy of the base, or NULL: an empty file. */
static bool place_base(struct search_builder *builder, const char *base, struct err *err)
{
    uv_fs_t request;
    int code;

    (void)unlink(builder->files.fresh);
    if (base == NULL)
        return true;
    code = uv_fs_copyfile(NULL, &request, base, builder->files.fresh, UV_FS_COPYFILE_FICLONE, NULL);
    uv_fs_req_cleanup(&request);
    return code == 0 || err_set(err, ERR_IO, "%s: cannot be written: %s", builder->files.fresh,
                            uv_strerror(code));
}

/* The file is thrown away when anything fails, so that neither journal nor syncs are worth their
 * time. */
static bool start_file(struct search_builder *builder, const char *base, struct err *err)
{
    if (!place_base(builder, base, err))
        return false;
    builder->is_grown = base != NULL;
    builder->db = sql_open(builder->files.fresh, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (builder->db == NULL ||
        !sql_exec(builder->db,
            base != NULL ? "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN"
                         : "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" SEARCH_TABLE,
            err))
        return false;
    builder->insert =
        sql_prepare(builder->db, "INSERT INTO passage(title, text) VALUES(?1, ?2)", err);
    return builder->insert != NULL;
}

static void close_file(struct search_builder *builder)
{
    (void)sqlite3_finalize(builder->insert);
    (void)sqlite3_close(builder->db);
    builder->insert = NULL;
    builder->db = NULL;
}

static bool fail_cache(struct err *err)
{
    return err_prefix(err, "the cache of search indexes ($FLOWBOT_CACHE chooses another folder)");
}

static struct search_builder *open_on(
    const char *cache_folder, struct hash content, const char *base, struct err *err)
{
    struct search_builder *builder;

    if (!file_make_folder(cache_folder, err)) {
        (void)fail_cache(err);
        return NULL;
    }
    builder = mem_zalloc(1, sizeof *builder);
    builder->files = search_files_of(cache_folder, content);
    if (wait_for_lock(builder, err) && start_file(builder, base, err))
        return builder;
    if (builder->lock.path != NULL) /* of the lock, the message says it itself */
        (void)fail_cache(err);
    search_builder_drop(builder);
    return NULL;
}

struct search_builder *search_builder_open(
    const char *cache_folder, struct hash content, struct err *err)
{
    return open_on(cache_folder, content, NULL, err);
}

struct search_builder *search_builder_grow(
    const char *cache_folder, struct hash base, struct hash content, struct err *err)
{
    struct search_files files = search_files_of(cache_folder, base);
    struct search_builder *builder = open_on(cache_folder, content, files.index, err);

    search_files_free(&files);
    return builder;
}

bool search_builder_add(
    struct search_builder *builder, const char *title, const char *text, struct err *err)
{
    (void)sqlite3_bind_text64(builder->insert, 1, title, strlen(title), SQLITE_STATIC, SQLITE_UTF8);
    (void)sqlite3_bind_text64(builder->insert, 2, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8);
    return sql_run(builder->insert, err);
}

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

/* The sum comes last: an index without its sum counts as none. */
static bool put_in_place(const struct search_files *files, struct err *err)
{
    char hex[HASH_HEX_SIZE];
    struct hash sum;

    if (!file_hash(files->fresh, &sum, err))
        return false;
    if (!sync_file(files->fresh) || rename(files->fresh, files->index) != 0)
        return err_set(err, ERR_IO, "%s: cannot be written: %s", files->index, strerror(errno));
    hash_hex(sum, hex);
    return file_write(files->sum, hex, strlen(hex), err);
}

bool search_builder_commit(struct search_builder *builder, struct err *err)
{
    bool ok = sql_exec(builder->db,
        builder->is_grown ? "COMMIT" : "INSERT INTO passage(passage) VALUES('optimize'); COMMIT",
        err);

    close_file(builder);
    ok = ok && put_in_place(&builder->files, err);
    if (!ok)
        (void)fail_cache(err);
    search_builder_drop(builder);
    return ok;
}

void search_builder_drop(struct search_builder *builder)
{
    if (builder == NULL)
        return;
    close_file(builder);
    if (builder->lock.path != NULL)
        (void)unlink(builder->files.fresh);
    lock_release(&builder->lock);
    search_files_free(&builder->files);
    free(builder);
}
