#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "mem.h"

static void skip_mark(struct source *source)
{
    if (source_fill(source) && source->len >= 3 && memcmp(source->block, "\xEF\xBB\xBF", 3) == 0)
        source->at = 3;
}

bool source_named(const char *path, const char *suffix)
{
    size_t len = strlen(path), wanted = strlen(suffix);

    if (len > 3 && strcasecmp(path + len - 3, ".gz") == 0)
        len -= 3;
    return len >= wanted && strncasecmp(path + len - wanted, suffix, wanted) == 0;
}

/* Looked at before it is opened: opening a pipe waits. */
static bool is_regular(const char *path, struct err *err)
{
    struct stat info;

    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return true; /* what cannot be looked at says why when it is opened */
    if (S_ISDIR(info.st_mode))
        return err_set(err, ERR_INPUT, "%s: is a folder, a file was expected", path);
    return err_set(err, ERR_INPUT,
        "%s: is a pipe or a device; data is read more than once: save it to a file first", path);
}

/* The descriptor of a regular file; -1. */
static int open_file(const char *path, struct err *err)
{
    int fd = is_regular(path, err) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0 && err->code == ERR_NONE)
        err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    return fd;
}

struct source *source_open(const char *path, struct err *err)
{
    struct source *source;
    int fd = open_file(path, err);
    gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");

    if (fd < 0)
        return NULL;
    if (file == NULL) {
        close(fd);
        err_set(err, ERR_IO, "%s: cannot be read: zlib cannot be used", path);
        return NULL;
    }
    source = mem_alloc(sizeof *source);
    source->file = file;
    source->path = mem_strdup(path);
    source->line = source->column = 1;
    source->at = source->len = 0;
    source->failed = NULL;
    skip_mark(source);
    return source;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    (void)gzclose_r(source->file);
    free(source->path);
    free(source->failed);
    free(source);
}

/* At the end, or after what is no end: zlib says which. */
static void note_failure(struct source *source)
{
    int code;
    int system = errno;
    const char *words = gzerror(source->file, &code);

    if (code == Z_ERRNO)
        source->failed = mem_strdup(strerror(system));
    else if (code == Z_BUF_ERROR)
        source->failed = mem_strdup("the packed file (gzip) is not complete");
    else if (code < 0)
        source->failed = mem_printf("the packed file (gzip) is damaged: %.100s", words);
}

bool source_fill(struct source *source)
{
    int got;

    if (source->at < source->len)
        return true;
    if (source->failed != NULL)
        return false;
    source->at = 0;
    got = gzread(source->file, source->block, sizeof source->block);
    source->len = got > 0 ? (size_t)got : 0;
    if (got <= 0)
        note_failure(source);
    return source->len > 0;
}

int source_peek(struct source *source)
{
    return source_fill(source) ? (unsigned char)source->block[source->at] : EOF;
}

int source_get(struct source *source)
{
    int c = source_peek(source);

    if (c == EOF)
        return EOF;
    source->at++;
    if (c == '\n') {
        source->line += source->line < UINT_MAX;
        source->column = 1;
    } else {
        source->column += source->column < UINT_MAX;
    }
    return c;
}

void source_skip_space(struct source *source)
{
    for (int c = source_peek(source); c == ' ' || c == '\t' || c == '\r' || c == '\n';
         c = source_peek(source))
        (void)source_get(source);
}

void source_advance(struct source *source, size_t count)
{
    source->at += count;
    source->column =
        count < UINT_MAX - source->column ? source->column + (unsigned)count : UINT_MAX;
}

bool source_ok(const struct source *source, struct err *err)
{
    return source->failed == NULL ||
           err_set(err, ERR_INPUT, "%s: cannot be read: %s", source->path, source->failed);
}
