#include "records.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "records_form.h"

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

bool records_fail_here(const struct records *records, struct err *err, const char *what)
{
    const struct source *source = records->source;

    return err_set(err, ERR_INPUT, "%s:%u:%u: %s (after record %zu)", records->path, source->line,
        source->column, what, records->number);
}

/* Takes count bytes of the block into the record's text. */
static bool take(struct records *records, size_t count, bool wanted, struct err *err)
{
    struct source *source = records->source;

    if (wanted && records->text.len + count > RECORD_MAX_BYTES)
        return records_fail_here(records, err, "a record of more than 16 MiB");
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

bool records_read_object(struct records *records, bool wanted, struct err *err)
{
    struct source *source = records->source;
    struct scan scan = { 0, false, false };

    do {
        size_t count;

        if (!source_fill(source))
            return source_ok(source, err) &&
                   records_fail_here(
                       records, err, "the file ends inside a record: it is not complete");
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
                   : records_fail_here(records, err, "text after the array's closing bracket");
    }
    if (records->number > 0 && c == ',') {
        (void)source_get(source);
        source_skip_space(source);
    } else if (records->number > 0 && c != EOF) {
        return records_fail_here(records, err, "expected a comma or ] after a record");
    }
    c = source_peek(source);
    if (c == EOF)
        return source_ok(source, err) &&
               records_fail_here(records, err,
                   "the file ends before the array's closing bracket: it is not complete");
    return c == '{' || records_fail_here(records, err, "expected an object in the array");
}

/* The last byte that is no blank, or `last` where there is none. */
static char last_of(const char *bytes, size_t len, char last)
{
    while (len > 0 && strchr(" \t\r", bytes[len - 1]) != NULL && bytes[len - 1] != '\0')
        len--;
    return len > 0 ? bytes[len - 1] : last;
}

/* What is not wanted is not read, but it must look whole. */
static bool read_line(struct records *records, bool wanted, struct err *err)
{
    struct source *source = records->source;
    bool begins = source_peek(source) == '{';
    char last = '\0';

    while (source_fill(source)) {
        const char *from = source->block + source->at;
        const char *end = memchr(from, '\n', source->len - source->at);
        size_t len = end != NULL ? (size_t)(end - from) : source->len - source->at;

        last = last_of(from, len, last);
        if (!take(records, len, wanted, err))
            return false;
        if (end != NULL)
            break;
    }
    if (!source_ok(source, err))
        return false;
    return wanted || (begins && last == '}') ||
           err_set(err, ERR_INPUT,
               "%s:%u: record %zu is no JSON object, or not complete; one JSON object a line was "
               "expected",
               records->path, source->line, records->number);
}

/* A file that has its records in a member of one object. */
static bool check_one_object(const struct records *records, struct err *err)
{
    const struct json *root = records->doc != NULL ? json_root(records->doc) : NULL;

    source_skip_space(records->source);
    if (root == NULL || source_peek(records->source) != EOF)
        return true;
    for (size_t i = 0; i < root->count; i++)
        if (root->items[i].type == JSON_ARRAY && root->items[i].count > 0 &&
            root->items[i].items[0].type == JSON_OBJECT)
            return err_set(err, ERR_INPUT,
                "%s: the file is one JSON object, and its records seem to stand in \"%.60s\"; an "
                "array of records or one object a line was expected: write that member into a file "
                "of its own (jq '.[\"%.60s\"]' FILE)",
                records->path, root->keys[i], root->keys[i]);
    return true;
}

bool records_parse(struct records *records, struct place place, const char *hint, struct err *err)
{
    struct err cause = { ERR_NONE, "" };

    records->doc = json_parse_at(records->path, place.line, place.column, str_text(&records->text),
        records->text.len, JSON_STRICT, &cause);
    if (records->doc == NULL)
        return err_set(err, cause.code, "%s (record %zu%s)", cause.message, records->number, hint);
    records->value = json_root(records->doc);
    if (records->value->type != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "%s:%u: record %zu is %s, an object was expected",
            records->path, place.line, records->number, json_type_name(records->value->type));
    return true;
}

/* A line that is only the beginning of an object: the file is one object, or an array without its
 * brackets. */
static const char *line_hint(const struct records *records)
{
    const char *text = str_text(&records->text);
    size_t len = records->text.len;

    while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
        len--;
    if (records->number == 1 && len > 0 && strchr("{[,", text[len - 1]) != NULL)
        return "; an object over several lines; an array [{…}, …] or one JSON object a line was "
               "expected";
    return "; one JSON object a line was expected";
}

static bool open_array(struct records *records, struct err *err)
{
    (void)err;
    (void)source_get(records->source);
    return true;
}

static bool next_of_array(
    struct records *records, struct place *place, bool wanted, struct err *err)
{
    if (!read_comma(records, err))
        return false;
    if (records->ended)
        return true;
    records->number++;
    *place = (struct place){ records->source->line, records->source->column };
    return records_read_object(records, wanted, err) &&
           (!wanted || records_parse(records, *place, "", err));
}

static bool next_line(struct records *records, struct place *place, bool wanted, struct err *err)
{
    struct source *source = records->source;
    bool is_doubtful;

    source_skip_space(source);
    records->ended = source_peek(source) == EOF;
    if (records->ended)
        return source_ok(source, err);
    records->number++;
    *place = (struct place){ source->line, source->column };
    is_doubtful = records->number == 1 && source_named(records->path, ".json");
    wanted |= is_doubtful;
    return read_line(records, wanted, err) &&
           (!wanted || records_parse(records, *place, line_hint(records), err)) &&
           (!is_doubtful || check_one_object(records, err));
}

const struct record_form form_array = { .next = next_of_array, .open = open_array };
const struct record_form form_lines = { .next = next_line };

/* A file that begins with "{": one object a line, unless it is one of objects and the format has
 * such files. */
static const struct record_form *form_of_object(struct records *records, struct err *err)
{
    if (records->nested == NULL || !form_nested_begins(records->source))
        records->form = &form_lines;
    else
        records->form = &form_nested;
    source_close(records->source); /* from the start again */
    records->source = source_open(records->root, err);
    return records->source != NULL ? records->form : NULL;
}

static const struct record_form *find_form(struct records *records, struct err *err)
{
    struct source *source = records->source;
    int c;

    if (source == NULL)
        return &form_folder;
    if (source_named(records->root, ".csv") || source_named(records->root, ".tsv"))
        return &form_rows;
    source_skip_space(source);
    c = source_peek(source);
    if (c == '[')
        return &form_array;
    if (c == '{')
        return form_of_object(records, err);
    if (c == EOF && source_ok(source, err))
        err_set(err, ERR_INPUT, "%s: the file is empty; records were expected", records->root);
    else if (c != EOF)
        err_set(err, ERR_INPUT,
            "%s:%u:%u: neither a JSON array of objects nor one JSON object a line (tables are "
            "named *.csv or *.tsv)",
            records->root, source->line, source->column);
    return NULL;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

struct records *records_open(const char *path, const struct record_shape *shape, struct err *err)
{
    struct records *records = mem_zalloc(1, sizeof *records);
    bool ok = true;

    records->root = mem_strdup(path);
    records->path = records->root;
    records->nested = shape != NULL ? shape->nested : NULL;
    if (shape == NULL || !shape->folder || !is_folder(path)) {
        records->source = source_open(path, err);
        ok = records->source != NULL;
    }
    if (ok) {
        records->form = find_form(records, err);
        ok = records->form != NULL &&
             (records->form->open == NULL || records->form->open(records, err));
    }
    if (ok)
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
    for (size_t i = 0; i < records->files.count; i++)
        free(records->files.items[i]);
    free(records->files.items);
    free(records->joined.items);
    free((void *)records->joined.keys);
    free(records->root);
    free(records);
}

/* Nothing is left of the last record but what the form keeps. */
static void forget(struct records *records)
{
    records->value = NULL;
    if (records->form == &form_nested)
        return;
    str_clear(&records->text);
    json_free(records->doc);
    records->doc = NULL;
}

enum record_result records_next(
    struct records *records, bool wanted, struct record *record, struct err *err)
{
    struct place place = { 0, 0 };

    forget(records);
    if (records->ended)
        return RECORD_END;
    if (!records->form->next(records, &place, wanted, err))
        return RECORD_BROKEN;
    if (records->ended)
        return RECORD_END;
    *record = (struct record){ .path = records->path,
        .root = records->root,
        .number = records->number,
        .line = place.line,
        .value = wanted ? records->value : NULL };
    return RECORD_READ;
}
