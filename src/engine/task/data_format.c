#include "data.h"

#include <stdlib.h>
#include <string.h>

#include "data_formats.h"
#include "mem.h"
#include "nearest.h"

static const struct data_format *const formats[] = { &data_format_fields, &data_format_hotpotqa };

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

const struct data_format *data_format_find(const char *name)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (str_equal(formats[i]->name, name))
            return formats[i];
    return NULL;
}

const char *const *data_format_names(size_t *count)
{
    static const char *const names[FORMAT_COUNT] = { "fields", "hotpotqa" };

    *count = FORMAT_COUNT;
    return names;
}

static bool no_field(
    const struct record *record, const char *field, const char *what, struct err *err)
{
    const struct json *value = record->value;
    const char *near = nearest_name(field, value->keys, value->count);
    struct str names = STR_INIT;

    for (size_t i = 0; i < value->count && names.len < 200; i++)
        str_addf(&names, "%s\"%.60s\"", i > 0 ? ", " : "", value->keys[i]);
    if (near != NULL)
        record_error(record, err, "there is no field \"%s\" for the %s; the nearest is \"%.60s\"",
            field, what, near);
    else
        record_error(record, err, "there is no field \"%s\" for the %s; the record has %s", field,
            what, names.len > 0 ? str_text(&names) : "no fields at all");
    str_free(&names);
    return false;
}

/* Texts of models and metrics end at a NUL: it becomes U+FFFD. */
static struct text *without_nul(const char *bytes, size_t len)
{
    struct str clean = STR_INIT;
    struct text *text;

    if (len == 0 || memchr(bytes, '\0', len) == NULL)
        return text_new(bytes, len);
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\0')
            str_add(&clean, "\uFFFD");
        else
            str_add_char(&clean, bytes[i]);
    }
    text = text_new(clean.data, clean.len);
    str_free(&clean);
    return text;
}

struct text *data_text(
    const struct record *record, const char *field, const char *what, struct err *err)
{
    const struct json *value = json_get(record->value, field);
    struct str printed = STR_INIT;
    struct text *text;

    if (value == NULL) {
        no_field(record, field, what, err);
        return NULL;
    }
    if (value->type == JSON_NULL) {
        record_error(record, err,
            "the field \"%s\" (%s) is null; give it a value or remove the record", field, what);
        return NULL;
    }
    if (value->type == JSON_STRING)
        return without_nul(value->text, value->len);
    json_print(value, &printed);
    text = text_new(str_text(&printed), printed.len);
    str_free(&printed);
    return text;
}

char *data_id(const struct record *record, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct json *value = json_get(record->value, fields[i]);

        if (value == NULL || (value->type != JSON_STRING && value->type != JSON_NUMBER))
            continue;
        if (value->len > 0 && value->len <= 200 && memchr(value->text, '\0', value->len) == NULL)
            return mem_strdup(value->text);
    }
    return NULL;
}
