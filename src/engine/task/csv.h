#ifndef CSV_H
#define CSV_H

/* CSV after RFC 4180: fields parted by commas, quoted where they hold commas, quotes (doubled) or
 * line breaks. Fields parted by tabs are read alike, but there a quote inside a field without
 * quotes is a character like any other. Private to the records' files. */
#include "source.h"

struct csv_field {
    size_t start, len; /* in csv_row.text */
};

struct csv_row {
    struct str text;
    struct csv_field *items; /* fields */
    size_t count, cap;
    unsigned line; /* where it begins */
};

void csv_row_free(struct csv_row *row);

/* Reads the next row that is not a blank line, whose fields `separator` parts (a comma or a tab).
 * False at the end (*ended) and on an error. */
bool csv_next(
    struct source *source, char separator, struct csv_row *row, bool *ended, struct err *err);

#endif
