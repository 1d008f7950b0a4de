#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

static bool read_all(int fd, const char *path, size_t max, struct str *out, struct err *err)
{
    char block[65536];
    size_t total = 0;

    for (;;) {
        ssize_t got = read(fd, block, sizeof block);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        if (got == 0)
            return true;
        total += (size_t)got;
        if (total > max)
            return err_set(err, ERR_INPUT, "%s: larger than %zu bytes", path, max);
        str_add_n(out, block, (size_t)got);
    }
}

bool file_read(const char *path, size_t max, struct str *out, struct err *err)
{
    struct stat info;
    bool ok;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(fd);
        return err_set(err, ERR_INPUT, "%s: is a folder, a file was expected", path);
    }
    ok = read_all(fd, path, max, out, err);
    close(fd);
    return ok;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes += put;
        len -= (size_t)put;
    }
    return true;
}

bool file_write(const char *path, const char *bytes, size_t len, struct err *err)
{
    char *beside = mem_printf("%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC);
    bool ok = false;

    if (fd < 0) {
        err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
        goto out;
    }
    ok = write_all(fd, bytes, len) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
    if (close(fd) != 0)
        ok = false;
    if (ok)
        ok = rename(beside, path) == 0;
    if (!ok) {
        err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
        (void)unlink(beside);
    }
out:
    free(beside);
    return ok;
}

bool file_create(const char *path, const char *bytes, size_t len, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool ok;

    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_INPUT, "%s: is there already and is never overwritten", path);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    ok = write_all(fd, bytes, len) && fsync(fd) == 0;
    if (close(fd) != 0)
        ok = false;
    if (!ok) {
        err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
        (void)unlink(path);
    }
    return ok;
}

bool file_make_folder(const char *path, struct err *err)
{
    char *copy;
    bool ok = true;

    if (path[0] == '\0')
        return err_set(
            err, ERR_INPUT, "the name of a folder is empty: give one, for example \".\"");
    copy = mem_strdup(path);
    for (char *p = copy + 1; ok; p++) {
        char saved = *p;

        if (saved != '/' && saved != '\0')
            continue;
        *p = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST)
            ok = err_set(err, ERR_IO, "%s: cannot be made: %s", copy, strerror(errno));
        *p = saved;
        if (saved == '\0')
            break;
    }
    free(copy);
    return ok;
}

/* Whole blocks whatever read() hands over at once, so that the hash depends on the bytes alone. */
static size_t count_lines(const char *bytes, size_t len)
{
    size_t lines = 0;

    for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + len - at))) != NULL; at++)
        lines++;
    return lines;
}

/* *bytes: how many to hash at most, then how many there were. */
static bool hash_blocks(FILE *file, uint64_t *bytes, struct hash *hash, size_t *lines)
{
    enum { BLOCK = 1 << 20 };
    char *block = mem_alloc(BLOCK);
    uint64_t left = *bytes;
    size_t got;

    *hash = hash_bytes("", 0);
    while (left > 0 && (got = fread(block, 1, left < BLOCK ? (size_t)left : BLOCK, file)) > 0) {
        *hash = hash_join(*hash, hash_bytes(block, got));
        left -= got;
        if (lines != NULL)
            *lines += count_lines(block, got);
    }
    *bytes -= left;
    free(block);
    return ferror(file) == 0;
}

static bool hash_file(
    const char *path, uint64_t *bytes, struct hash *hash, size_t *lines, struct err *err)
{
    FILE *file = fopen(path, "re");
    bool ok = file != NULL && hash_blocks(file, bytes, hash, lines);

    if (!ok)
        err_set(err, ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    if (file != NULL)
        (void)fclose(file);
    return ok;
}

bool file_hash(const char *path, struct hash *hash, struct err *err)
{
    uint64_t bytes = UINT64_MAX;

    return hash_file(path, &bytes, hash, NULL, err);
}

bool file_hash_start(
    const char *path, uint64_t bytes, struct hash *hash, size_t *lines, struct err *err)
{
    uint64_t found = bytes;

    if (lines != NULL)
        *lines = 0;
    if (!hash_file(path, &found, hash, lines, err))
        return false;
    return found == bytes ||
           err_set(err, ERR_INPUT, "%s: has less than %llu bytes", path, (unsigned long long)bytes);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat at;

    return stat(path, &at) == 0 && S_ISDIR(at.st_mode);
}

char *file_join(const char *folder, const char *name)
{
    size_t len = strlen(folder);

    if (name[0] == '/' || len == 0)
        return mem_strdup(name);
    return mem_printf("%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

char *file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return mem_strdup(".");
    return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

char *file_absolute(const char *path)
{
    char *here, *full;

    if (path[0] == '/')
        return mem_strdup(path);
    here = getcwd(NULL, 0);
    full = file_join(here != NULL ? here : "", path);
    free(here);
    return full;
}

static char *xdg_folder(const char *variable, const char *below_home, struct err *err)
{
    const char *base = getenv(variable);
    const char *home = getenv("HOME");

    if (base != NULL && base[0] == '/')
        return file_join(base, "flowbot");
    if (home != NULL && home[0] == '/')
        return mem_printf("%s/%s/flowbot", home, below_home);
    err_set(err, ERR_INPUT,
        "neither %s nor HOME is set to an absolute path: no place for flowbot's files", variable);
    return NULL;
}

char *file_state_folder(struct err *err)
{
    return xdg_folder("XDG_STATE_HOME", ".local/state", err);
}

char *file_cache_folder(struct err *err)
{
    return xdg_folder("XDG_CACHE_HOME", ".cache", err);
}

char *file_config_folder(struct err *err)
{
    return xdg_folder("XDG_CONFIG_HOME", ".config", err);
}
