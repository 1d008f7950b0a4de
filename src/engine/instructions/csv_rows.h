#ifndef CSV_ROWS_H
#define CSV_ROWS_H

/* CSV as Python's csv.reader has it, which is lenient where RFC 4180 is strict: quotes count at the
 * start of a field only, an empty line is a row of no fields. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

struct csv_row {
    struct str *items; /* fields */
    size_t count, cap;
};

struct csv_rows {
    struct csv_row *items;
    size_t count, cap;
};

/* False where the reader raises: a bare carriage return inside a line. Free it in any case. */
bool csv_rows_read(const char *text, char delimiter, struct csv_rows *out);
void csv_rows_free(struct csv_rows *rows);

#endif
