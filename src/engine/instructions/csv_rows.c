#include "csv_rows.h"

#include <stdlib.h>

#include "array.h"

enum state { RECORD_START, FIELD_START, IN_FIELD, IN_QUOTES, AFTER_QUOTE, AFTER_END };

struct reader {
    struct csv_rows *rows;
    struct csv_row row;
    struct str field;
    enum state state;
    char delimiter;
    bool raised;
};

static void end_field(struct reader *reader)
{
    ARRAY_PUSH(&reader->row, reader->field);
    reader->field = (struct str)STR_INIT;
}

static void end_row(struct reader *reader)
{
    ARRAY_PUSH(reader->rows, reader->row);
    reader->row = (struct csv_row){ NULL, 0, 0 };
    reader->state = RECORD_START;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static void read_unquoted(struct reader *reader, char c)
{
    if (is_line_end(c)) {
        end_field(reader);
        reader->state = AFTER_END;
    } else if (c == reader->delimiter) {
        end_field(reader);
        reader->state = FIELD_START;
    } else {
        str_add_char(&reader->field, c);
        reader->state = IN_FIELD;
    }
}

static void read_char(struct reader *reader, char c)
{
    switch (reader->state) {
    case RECORD_START:
        if (is_line_end(c)) {
            reader->state = AFTER_END;
            break;
        }
        reader->state = FIELD_START;
        read_char(reader, c);
        break;
    case FIELD_START:
        if (c == '"')
            reader->state = IN_QUOTES;
        else
            read_unquoted(reader, c);
        break;
    case IN_FIELD:
        read_unquoted(reader, c);
        break;
    case IN_QUOTES:
        if (c == '"')
            reader->state = AFTER_QUOTE;
        else
            str_add_char(&reader->field, c);
        break;
    case AFTER_QUOTE:
        if (c == '"') {
            str_add_char(&reader->field, c);
            reader->state = IN_QUOTES;
        } else {
            read_unquoted(reader, c);
        }
        break;
    case AFTER_END:
        reader->raised = reader->raised || !is_line_end(c);
        break;
    }
}

/* A line with its line feed has been read, or the text has ended. */
static void end_line(struct reader *reader)
{
    switch (reader->state) {
    case RECORD_START:
    case AFTER_END:
        end_row(reader);
        break;
    case FIELD_START:
    case IN_FIELD:
    case AFTER_QUOTE:
        end_field(reader);
        end_row(reader);
        break;
    case IN_QUOTES:
        break; /* goes on in the next line */
    }
}

bool csv_rows_read(const char *text, char delimiter, struct csv_rows *out)
{
    struct reader reader = { .rows = out, .delimiter = delimiter };
    bool pending = false;

    *out = (struct csv_rows){ NULL, 0, 0 };
    for (const char *c = text; *c != '\0' && !reader.raised; c++) {
        read_char(&reader, *c);
        pending = *c != '\n';
        if (*c == '\n')
            end_line(&reader);
    }
    if (pending && !reader.raised)
        end_line(&reader);
    if (reader.state == IN_QUOTES) {
        end_field(&reader);
        end_row(&reader);
    }
    for (size_t i = 0; i < reader.row.count; i++)
        str_free(&reader.row.items[i]);
    free(reader.row.items);
    str_free(&reader.field);
    return !reader.raised;
}

void csv_rows_free(struct csv_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t j = 0; j < rows->items[i].count; j++)
            str_free(&rows->items[i].items[j]);
        free(rows->items[i].items);
    }
    free(rows->items);
    *rows = (struct csv_rows){ NULL, 0, 0 };
}
