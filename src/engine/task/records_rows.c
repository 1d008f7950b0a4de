/* CSV and TSV: the first row names the columns, every other one is a record of strings. */
#include "records_form.h"

#include "hash_map.h"
#include "utf8.h"

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
        records->path, names->line,
        (int)(names->items[i - 1].len < 80 ? names->items[i - 1].len : 80),
        text + names->items[i - 1].start);
}

static bool open_rows(struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    bool ended;

    records->separator = source_named(records->path, ".tsv") ? '\t' : ',';
    if (!csv_next(records->source, records->separator, &records->names, &ended, err))
        return ended ? err_set(err, ERR_INPUT,
                           "%s: the file is empty; its first row has to name the columns",
                           records->path)
                     : false;
    if (!utf8_valid(str_text(&names->text), names->text.len, NULL))
        return err_set(err, ERR_INPUT, "%s:%u: not UTF-8; convert the file to UTF-8", records->path,
            names->line);
    return check_names(records, err);
}

static bool check_count(const struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    const struct csv_row *row = &records->row;

    if (row->count != names->count)
        return err_set(err, ERR_INPUT,
            "%s:%u: record %zu has %zu fields, the first row names %zu columns; quote fields that "
            "hold commas",
            records->path, row->line, records->number, row->count, names->count);
    return true;
}

/* A row as the JSON object that it stands for. */
static bool row_to_json(struct records *records, struct err *err)
{
    const struct csv_row *names = &records->names;
    const struct csv_row *row = &records->row;

    if (!utf8_valid(str_text(&row->text), row->text.len, NULL))
        return err_set(err, ERR_INPUT, "%s:%u: record %zu is not UTF-8; convert the file to UTF-8",
            records->path, row->line, records->number);
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

static bool next_row(struct records *records, struct place *place, bool wanted, struct err *err)
{
    if (!csv_next(records->source, records->separator, &records->row, &records->ended, err))
        return records->ended;
    records->number++;
    *place = (struct place){ records->row.line, 1 };
    if (!check_count(records, err))
        return false;
    return !wanted || (row_to_json(records, err) && records_parse(records, *place, "", err));
}

const struct record_form form_rows = { .next = next_row, .open = open_rows };
