/* One JSON object of objects, each of which lists records in one of its members (DROP: passages
 * that list their questions). A record is an item of such a list, joined with what stands beside
 * the list. One outer object is in memory at a time. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "records_form.h"

/* After the opening quote, to after the closing one. False at the file's end. */
static bool skip_string(struct source *source)
{
    for (int c = source_get(source); c != '"'; c = source_get(source)) {
        if (c == '\\')
            c = source_get(source);
        if (c == EOF || c == '\n')
            return false;
    }
    return true;
}

/* From the opening quote of a key to the value. */
static bool skip_key(struct source *source)
{
    source_skip_space(source);
    if (source_get(source) != '"' || !skip_string(source))
        return false;
    source_skip_space(source);
    if (source_get(source) != ':')
        return false;
    source_skip_space(source);
    return true;
}

bool form_nested_begins(struct source *source)
{
    return source_get(source) == '{' && skip_key(source) && source_peek(source) == '{';
}

static bool open_nested(struct records *records, struct err *err)
{
    (void)err;
    source_skip_space(records->source);
    (void)source_get(records->source);
    return true;
}

/* After the file's "}" nothing may follow. */
static bool end_file(struct records *records, struct err *err)
{
    struct source *source = records->source;

    (void)source_get(source);
    source_skip_space(source);
    records->ended = true;
    return source_peek(source) == EOF
               ? source_ok(source, err)
               : records_fail_here(records, err, "text after the object's closing bracket");
}

/* To the "{" of the next outer object, or to the end. */
static bool read_key(struct records *records, struct err *err)
{
    struct source *source = records->source;

    source_skip_space(source);
    if (source_peek(source) == '}')
        return end_file(records, err);
    if (source_peek(source) == EOF)
        return source_ok(source, err) &&
               records_fail_here(records, err,
                   "the file ends before the object's closing bracket: it is not complete");
    if (records->doc != NULL) {
        if (source_peek(source) != ',')
            return source_ok(source, err) &&
                   records_fail_here(records, err, "expected a comma or } after an object");
        (void)source_get(source);
    }
    if (!skip_key(source))
        return source_ok(source, err) && records_fail_here(records, err, "expected \"key\": {");
    return source_peek(source) == '{' ||
           (source_ok(source, err) &&
               records_fail_here(records, err, "expected an object after the key"));
}

static bool read_outer(struct records *records, struct err *err)
{
    struct source *source = records->source;
    struct place place;

    if (!read_key(records, err))
        return false;
    if (records->ended)
        return true;
    str_clear(&records->text);
    json_free(records->doc);
    records->doc = NULL;
    records->next_item = 0;
    place = (struct place){ source->line, source->column };
    return records_read_object(records, true, err) && records_parse(records, place, "", err);
}

static void add_member(struct records *records, const char *key, const struct json *value)
{
    struct json *joined = &records->joined;

    if (joined->count == records->joined_cap) {
        records->joined_cap = records->joined_cap == 0 ? 16 : records->joined_cap * 2;
        joined->items = mem_realloc(joined->items, records->joined_cap, sizeof *joined->items);
        joined->keys = mem_realloc((void *)joined->keys, records->joined_cap, sizeof *joined->keys);
    }
    joined->keys[joined->count] = key;
    joined->items[joined->count++] = *value;
}

/* The item's own members come first, so that they are the ones that are found. */
static void join(struct records *records, const struct json *outer, const struct json *item)
{
    records->joined.type = JSON_OBJECT;
    records->joined.line = item->line;
    records->joined.column = item->column;
    records->joined.count = 0;
    for (size_t i = 0; i < item->count; i++)
        add_member(records, item->keys[i], &item->items[i]);
    for (size_t i = 0; i < outer->count; i++)
        if (strcmp(outer->keys[i], records->nested) != 0)
            add_member(records, outer->keys[i], &outer->items[i]);
    records->value = &records->joined;
}

/* The list of the present outer object; NULL: it has none. */
static const struct json *find_list(const struct records *records, struct err *err)
{
    const struct json *outer = json_root(records->doc);
    const struct json *list = json_get(outer, records->nested);

    if (list != NULL && list->type == JSON_ARRAY)
        return list;
    json_error(records->path, list != NULL ? list : outer, err,
        "\"%s\" is %s; a list of records was expected (after record %zu)", records->nested,
        list != NULL ? json_type_name(list->type) : "missing", records->number);
    return NULL;
}

static bool next_nested(struct records *records, struct place *place, bool wanted, struct err *err)
{
    const struct json *list = NULL;
    const struct json *item;

    while (list == NULL || records->next_item >= list->count) {
        if ((records->doc == NULL || list != NULL) && !read_outer(records, err))
            return false;
        if (records->ended)
            return true;
        list = find_list(records, err);
        if (list == NULL)
            return false;
    }
    item = &list->items[records->next_item++];
    records->number++;
    *place = (struct place){ item->line, item->column };
    if (item->type != JSON_OBJECT)
        return json_error(records->path, item, err, "record %zu is %s, an object was expected",
            records->number, json_type_name(item->type));
    if (wanted)
        join(records, json_root(records->doc), item);
    return true;
}

const struct record_form form_nested = { .next = next_nested, .open = open_nested };
