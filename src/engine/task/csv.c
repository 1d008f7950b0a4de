#include "csv.h"

#include <stdlib.h>

#include "array.h"
#include "records.h"

static bool fail(const struct source *source, unsigned line, struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "%s:%u: %s", source->path, line, what);
}

static bool add_byte(const struct source *source, struct csv_row *row, int c, struct err *err)
{
    if (row->text.len >= RECORD_MAX_BYTES)
        return fail(source, row->line, err, "a row of more than 16 MiB; is a quote missing?");
    str_add_char(&row->text, (char)c);
    return true;
}

/* After the opening quote, to after the closing one. */
static bool read_quoted(struct source *source, char separator, struct csv_row *row, struct err *err)
{
    unsigned line = source->line;
    int next;

    for (;;) {
        int c = source_get(source);

        if (c == EOF)
            return fail(source, line, err, "a quoted field that begins here is never closed");
        if (c == '"' && source_peek(source) != '"')
            break;
        if (c == '"')
            (void)source_get(source);
        if (!add_byte(source, row, c, err))
            return false;
    }
    next = source_peek(source);
    if (next != separator && next != '\n' && next != '\r' && next != EOF)
        return fail(source, source->line, err,
            "text after a closing quote; a quote inside a quoted field is written twice");
    return true;
}

static bool read_plain(struct source *source, char separator, struct csv_row *row, struct err *err)
{
    for (int c = source_peek(source); c != separator && c != '\n' && c != '\r' && c != EOF;
         c = source_peek(source)) {
        if (c == '"' && separator == ',')
            return fail(source, source->line, err,
                "a quote inside a field without quotes; put the field in quotes and the quote "
                "twice");
        if (!add_byte(source, row, source_get(source), err))
            return false;
    }
    return true;
}

static bool read_field(struct source *source, char separator, struct csv_row *row, struct err *err)
{
    struct csv_field field = { .start = row->text.len };
    bool quoted = source_peek(source) == '"';
    bool ok;

    if (quoted)
        (void)source_get(source);
    ok =
        quoted ? read_quoted(source, separator, row, err) : read_plain(source, separator, row, err);
    field.len = row->text.len - field.start;
    ARRAY_PUSH(row, field);
    return ok;
}

static void skip_line_break(struct source *source)
{
    if (source_peek(source) == '\r')
        (void)source_get(source);
    if (source_peek(source) == '\n')
        (void)source_get(source);
}

static void skip_blank_lines(struct source *source)
{
    while (source_peek(source) == '\n' || source_peek(source) == '\r')
        skip_line_break(source);
}

bool csv_next(
    struct source *source, char separator, struct csv_row *row, bool *ended, struct err *err)
{
    skip_blank_lines(source);
    *ended = source_peek(source) == EOF;
    if (*ended) {
        *ended = source_ok(source, err);
        return false;
    }
    str_clear(&row->text);
    row->count = 0;
    row->line = source->line;
    for (;;) {
        if (!read_field(source, separator, row, err))
            return false;
        if (source_peek(source) != separator)
            break;
        (void)source_get(source);
    }
    skip_line_break(source);
    return source_ok(source, err);
}

void csv_row_free(struct csv_row *row)
{
    str_free(&row->text);
    free(row->items);
}
