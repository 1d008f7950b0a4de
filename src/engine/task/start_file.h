#ifndef START_FILE_H
#define START_FILE_H

/*
 * A first task file for data of a known format, for `flowbot init`: whole, with comments, and such
 * that it loads. The splits are drawn by seed: 150 to learn from, 300 to validate and 300 to test
 * where there is enough, as the field does, else in the same proportion.
 */
#include <stdint.h>

#include "err.h"
#include "str.h"

enum { START_FILES_MAX = 3 };

struct start_file {
    const char *format;
    /* One file for all splits; or what is learned and validated from, and the test; or three. As
     * the task file is to name them; they are read from the working folder. */
    const char *const *files;
    size_t file_count;
    const char *corpus; /* passages for a search tool; NULL: none */
    const char *target; /* format fields: the column; NULL: a guess by its name */
    const char *inputs; /* format fields: columns, parted by commas; NULL: all others */
    uint64_t seed;
};

/* Appends the task file to *text, and what the user should know of it, a line each, to *notes.
 * ERR_INPUT: an unknown format, a file that cannot be read or has too few records, a field that has
 * to be named. */
bool start_file_write(
    const struct start_file *start, struct str *text, struct str *notes, struct err *err);

#endif
