#include "records.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "hash_map.h"
#include "mem.h"
#include "source.h"
#include "utf8.h"

enum form { FORM_ARRAY, FORM_LINES, FORM_CSV };

struct records {
    enum form form;
    struct source *source;
    size_t number; /* of the last record */
    bool ended;
    struct str text;           /* of the present record */
    struct json_doc *doc;      /* of the present record */
    struct csv_row names, row; /* FORM_CSV */
};

/* Where the present record begins. */
struct place {
    unsigned line, column;
};

bool record_error(const struct record *record, struct err *err, const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "%s:%u: record %zu: %s", record->path, record->line,
        record->number, message);
}

static bool fail_here(const struct records *records, struct err *err, const char *what)
{
    const struct source *source = records->source;

    return err_set(err, ERR_INPUT, "%s:%u:%u: %s (after record %zu)", source->path, source->line,
        source->column, what, records->number);
}

static bool check_names(const struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    const char *text = str_text(&names->text);
    struct hash_map seen = { NULL, 0, 0 };
    bool fresh = true;
    size_t i;

    for (i = 0; i < names->count && fresh; i++)
        (void)hash_map_put(
            &seen, hash_bytes(text + names->items[i].start, names->items[i].len), i, &fresh);
    hash_map_free(&seen);
    if (fresh)
        return true;
    return err_set(err, ERR_INPUT, "%s:%u: two columns have the name \"%.*s\"; rename one",
        records->source->path, names->line,
        (int)(names->items[i - 1].len < 80 ? names->items[i - 1].len : 80),
        text + names->items[i - 1].start);
}

static bool read_names(struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    bool ended;

    if (!csv_next(records->source, &records->names, &ended, err))
        return ended ? err_set(err, ERR_INPUT,
                           "%s: the file is empty; its first row has to name the columns",
                           records->source->path)
                     : false;
    if (!utf8_valid(str_text(&names->text), names->text.len, NULL))
        return err_set(err, ERR_INPUT, "%s:%u: not UTF-8; convert the file to UTF-8",
            records->source->path, names->line);
    return check_names(records, err);
}

static bool find_form(struct records *records, struct err *err)
{
    struct source *source = records->source;
    size_t len = strlen(source->path);
    int c;

    if (len >= 4 && strcasecmp(source->path + len - 4, ".csv") == 0) {
        records->form = FORM_CSV;
        return read_names(records, err);
    }
    source_skip_space(source);
    c = source_peek(source);
    records->form = c == '[' ? FORM_ARRAY : FORM_LINES;
    if (c == EOF)
        return source_ok(source, err) &&
               err_set(
                   err, ERR_INPUT, "%s: the file is empty; records were expected", source->path);
    if (c != '[' && c != '{')
        return err_set(err, ERR_INPUT,
            "%s:%u:%u: neither a JSON array of objects nor one JSON object a line (CSV files are "
            "named *.csv)",
            source->path, source->line, source->column);
    if (c == '[')
        (void)source_get(source);
    return true;
}

struct records *records_open(const char *path, struct err *err)
{
    struct source *source = source_open(path, err);
    struct records *records;

    if (source == NULL)
        return NULL;
    records = mem_zalloc(1, sizeof *records);
    records->source = source;
    if (find_form(records, err))
        return records;
    records_close(records);
    return NULL;
}

void records_close(struct records *records)
{
    if (records == NULL)
        return;
    source_close(records->source);
    str_free(&records->text);
    json_free(records->doc);
    csv_row_free(&records->names);
    csv_row_free(&records->row);
    free(records);
}

/* Takes count bytes of the block into the record's text. */
static bool take(struct records *records, size_t count, bool wanted, struct err *err)
{
    struct source *source = records->source;

    if (wanted && records->text.len + count > RECORD_MAX_BYTES)
        return fail_here(records, err, "a record of more than 16 MiB");
    if (wanted)
        str_add_n(&records->text, source->block + source->at, count);
    source_advance(source, count);
    return true;
}

/* Where a JSON object is: how deep, inside a string, behind a backslash. */
struct scan {
    size_t depth;
    bool in_string, escaped;
};

/* How many bytes of the block, up to a line break or the end of the object, belong to it. */
static size_t scan_bytes(struct scan *scan, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];

        if (c == '\n') {
            scan->escaped = false;
            return i;
        }
        if (scan->in_string) {
            if (scan->escaped)
                scan->escaped = false;
            else if (c == '\\')
                scan->escaped = true;
            else if (c == '"')
                scan->in_string = false;
        } else if (c == '"') {
            scan->in_string = true;
        } else if (c == '{' || c == '[') {
            scan->depth++;
        } else if ((c == '}' || c == ']') && --scan->depth == 0) {
            return i + 1;
        }
    }
    return len;
}

static bool read_object(struct records *records, bool wanted, struct err *err)
{
    struct source *source = records->source;
    struct scan scan = { 0, false, false };

    do {
        size_t count;

        if (!source_fill(source))
            return source_ok(source, err) &&
                   fail_here(records, err, "the file ends inside a record: it is not complete");
        count = scan_bytes(&scan, source->block + source->at, source->len - source->at);
        if (!take(records, count, wanted, err))
            return false;
        if (scan.depth > 0 && source->at < source->len) { /* a line break */
            if (wanted)
                str_add_char(&records->text, '\n');
            (void)source_get(source);
        }
    } while (scan.depth > 0);
    return true;
}

/* After '[' or a record: the comma before the next record, or the closing bracket and nothing after
 * it. */
static bool read_comma(struct records *records, struct err *err)
{
    struct source *source = records->source;
    int c;

    source_skip_space(source);
    c = source_peek(source);
    if (c == ']') {
        (void)source_get(source);
        source_skip_space(source);
        records->ended = true;
        return source_peek(source) == EOF
                   ? source_ok(source, err)
                   : fail_here(records, err, "text after the array's closing bracket");
    }
    if (records->number > 0 && c == ',') {
        (void)source_get(source);
        source_skip_space(source);
    } else if (records->number > 0 && c != EOF) {
        return fail_here(records, err, "expected a comma or ] after a record");
    }
    c = source_peek(source);
    if (c == EOF)
        return source_ok(source, err) &&
               fail_here(records, err,
                   "the file ends before the array's closing bracket: it is not complete");
    return c == '{' || fail_here(records, err, "expected an object in the array");
}

static bool read_line(struct records *records, bool wanted, struct err *err)
{
    struct source *source = records->source;

    while (source_fill(source)) {
        const char *from = source->block + source->at;
        const char *end = memchr(from, '\n', source->len - source->at);

        if (!take(records, end != NULL ? (size_t)(end - from) : source->len - source->at, wanted,
                err))
            return false;
        if (end != NULL)
            break;
    }
    return source_ok(source, err);
}

/* Takes the record's JSON text apart; what is wrong with it is told with the record's number. */
static bool parse(struct records *records, struct place place, struct err *err)
{
    struct err cause = { ERR_NONE, "" };
    const char *path = records->source->path;

    records->doc = json_parse_at(path, place.line, place.column, str_text(&records->text),
        records->text.len, JSON_STRICT, &cause);
    if (records->doc == NULL)
        return err_set(err, cause.code, "%s (record %zu%s)", cause.message, records->number,
            records->form == FORM_LINES ? "; one JSON object a line was expected" : "");
    if (json_root(records->doc)->type != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "%s:%u: record %zu is %s, an object was expected", path,
            place.line, records->number, json_type_name(json_root(records->doc)->type));
    return true;
}

/* A row as the JSON object that it stands for. */
static bool row_to_json(struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    const struct csv_row *row = &records->row;

    if (row->count != names->count)
        return err_set(err, ERR_INPUT,
            "%s:%u: record %zu has %zu fields, the first row names %zu columns; quote fields that "
            "hold commas",
            records->source->path, row->line, records->number, row->count, names->count);
    if (!utf8_valid(str_text(&row->text), row->text.len, NULL))
        return err_set(err, ERR_INPUT, "%s:%u: record %zu is not UTF-8; convert the file to UTF-8",
            records->source->path, row->line, records->number);
    str_add_char(&records->text, '{');
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            str_add_char(&records->text, ',');
        json_print_string(
            str_text(&names->text) + names->items[i].start, names->items[i].len, &records->text);
        str_add_char(&records->text, ':');
        json_print_string(
            str_text(&row->text) + row->items[i].start, row->items[i].len, &records->text);
    }
    str_add_char(&records->text, '}');
    return true;
}

static bool read_row(struct records *records, struct place *place, bool wanted, struct err *err)
{
    if (!csv_next(records->source, &records->row, &records->ended, err))
        return records->ended;
    records->number++;
    *place = (struct place){ records->row.line, 1 };
    return !wanted || row_to_json(records, err);
}

static bool read_json(struct records *records, struct place *place, bool wanted, struct err *err)
{
    struct source *source = records->source;

    if (records->form == FORM_ARRAY && !read_comma(records, err))
        return false;
    if (records->form == FORM_LINES) {
        source_skip_space(source);
        records->ended = source_peek(source) == EOF;
    }
    if (records->ended)
        return source_ok(source, err);
    records->number++;
    *place = (struct place){ source->line, source->column };
    return records->form == FORM_ARRAY ? read_object(records, wanted, err)
                                       : read_line(records, wanted, err);
}

enum record_result records_next(
    struct records *records, bool wanted, struct record *record, struct err *err)
{
    struct place place = { 0, 0 };
    bool ok;

    str_clear(&records->text);
    json_free(records->doc);
    records->doc = NULL;
    if (records->ended)
        return RECORD_END;
    ok = records->form == FORM_CSV ? read_row(records, &place, wanted, err)
                                   : read_json(records, &place, wanted, err);
    if (!ok)
        return RECORD_BROKEN;
    if (records->ended)
        return RECORD_END;
    *record = (struct record){ records->source->path, records->number, place.line, NULL };
    if (!wanted)
        return RECORD_READ;
    if (!parse(records, place, err))
        return RECORD_BROKEN;
    record->value = json_root(records->doc);
    return RECORD_READ;
}
