#ifndef SOURCE_H
#define SOURCE_H

/* A file read from its start, block by block, that knows the line and column of the next byte. A
 * byte-order mark at the very start is skipped. What gzip has packed is unpacked on the way,
 * whatever the file is called. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "str.h"

enum { SOURCE_BLOCK = 65536 };

struct source {
    struct gzFile_s *file; /* zlib's; reads what is not packed as it is */
    char *path;
    unsigned line, column; /* of the next byte, from 1; columns in bytes */
    size_t at, len;        /* of the block */
    char *failed;          /* why a read failed */
    char block[SOURCE_BLOCK];
};

/* Whether the path's name ends so, ".gz" behind it or not, in small or capital letters. */
bool source_named(const char *path, const char *suffix);

/* NULL and ERR_INPUT where the file is missing or is a folder. */
struct source *source_open(const char *path, struct err *err);
void source_close(struct source *source); /* NULL is nothing */

/* Makes sure that the block has a byte; false at the end and after a failed read (source_ok tells).
 */
bool source_fill(struct source *source);
int source_peek(struct source *source); /* the next byte; EOF */
int source_get(struct source *source);
void source_skip_space(struct source *source); /* JSON's white space */
/* Takes count bytes of the block, of which the caller knows that none is a line break. */
void source_advance(struct source *source, size_t count);

/* False and an error where a read failed: to be asked at every end. */
bool source_ok(const struct source *source, struct err *err);

#endif
