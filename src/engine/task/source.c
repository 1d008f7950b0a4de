#include "source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"

static void skip_mark(struct source *source)
{
    if (source_fill(source) && source->len >= 3 && memcmp(source->block, "\xEF\xBB\xBF", 3) == 0)
        source->at = 3;
}

struct source *source_open(const char *path, struct err *err)
{
    struct source *source;
    struct stat info;
    FILE *file = fopen(path, "rbe");

    if (file == NULL) {
        err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
        (void)fclose(file);
        err_set(err, ERR_INPUT, "%s: is a folder, a file was expected", path);
        return NULL;
    }
    source = mem_alloc(sizeof *source);
    source->file = file;
    source->path = mem_strdup(path);
    source->line = source->column = 1;
    source->at = source->len = 0;
    source->failed = 0;
    skip_mark(source);
    return source;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    (void)fclose(source->file);
    free(source->path);
    free(source);
}

bool source_fill(struct source *source)
{
    if (source->at < source->len)
        return true;
    if (source->failed != 0)
        return false;
    source->at = 0;
    source->len = fread(source->block, 1, sizeof source->block, source->file);
    if (source->len == 0 && ferror(source->file) != 0)
        source->failed = errno != 0 ? errno : EIO;
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
    if (source->failed == 0)
        return true;
    return err_set(
        err, ERR_INPUT, "%s: cannot be read: %s", source->path, strerror(source->failed));
}
