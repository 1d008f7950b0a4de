#include "data.h"

#include <stdlib.h>
#include <string.h>

#include "data_formats.h"
#include "mem.h"
#include "nearest.h"

static const struct data_format *const formats[] = {
    &data_format_hotpotqa,
    &data_format_hover,
    &data_format_drop,
    &data_format_gsm8k,
    &data_format_math,
    &data_format_humaneval,
    &data_format_mbpp,
    &data_format_ifbench,
    &data_format_ifeval,
    &data_format_pupa,
    &data_format_fields,
};

const struct data_format *const *data_format_list(size_t *count)
{
    *count = sizeof formats / sizeof formats[0];
    return formats;
}

const struct data_offer *data_offer_find(const struct data_offer *offers, const char *name)
{
    for (; offers->name != NULL; offers++)
        if (strcmp(offers->name, name) == 0)
            return offers;
    return NULL;
}

/* The task was checked: what it names is offered. */
static struct text *read_offer(
    const struct data_offer *offers, const char *name, const struct record *record, struct err *err)
{
    const struct data_offer *offer = data_offer_find(offers, name);

    if (offer != NULL)
        return offer->read(record, offer->name, err);
    err_set(err, ERR_INPUT, "%s: the data's format offers no such field", name);
    return NULL;
}

static bool read_offers(
    const struct task *task, const struct record *record, struct example *example, struct err *err)
{
    const struct data_format *format = task->data->format;

    for (size_t i = 0; i < task->input_count; i++) {
        example->inputs[i] = read_offer(format->inputs, task->inputs[i], record, err);
        if (example->inputs[i] == NULL)
            return false;
    }
    example->target = read_offer(format->targets, task->data->target, record, err);
    return example->target != NULL;
}

/* The first of the members that is a string that is not empty, or a number; NULL: none. */
static char *find_id(const struct record *record, const char *const *ids)
{
    for (; ids != NULL && *ids != NULL; ids++) {
        const struct json *value = json_get(record->value, *ids);

        if (value == NULL || (value->type != JSON_STRING && value->type != JSON_NUMBER))
            continue;
        if (value->len > 0 && value->len <= 200 && memchr(value->text, '\0', value->len) == NULL)
            return mem_strdup(value->text);
    }
    return NULL;
}

bool data_format_read(
    const struct task *task, const struct record *record, struct example *example, struct err *err)
{
    const struct data_format *format = task->data->format;

    example->id = find_id(record, format->ids);
    return format->read != NULL ? format->read(task, record, example, err)
                                : read_offers(task, record, example, err);
}

/* "the nearest is …", else what there is. */
static bool no_field(
    const struct record *record, const char *field, const char *what, struct err *err)
{
    const struct json *value = record->value;
    const char *near = nearest_name(field, value->keys, value->count);
    struct str names = STR_INIT;

    for (size_t i = 0; i < value->count && names.len < 200 && near == NULL; i++)
        str_addf(&names, "%s\"%.60s\"", i > 0 ? ", " : "the record has ", value->keys[i]);
    if (near != NULL)
        str_addf(&names, "the nearest is \"%.60s\"", near);
    record_error(record, err, "%s; %s", what,
        names.len > 0 ? str_text(&names) : "the record has no fields at all");
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
        char *told = mem_printf("there is no field \"%.200s\" for the %s", field, what);

        no_field(record, field, told, err);
        free(told);
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

struct text *data_string(const struct record *record, const char *name, struct err *err)
{
    const struct json *value = json_get(record->value, name);

    if (value != NULL && value->type == JSON_STRING && value->len > 0)
        return data_text(record, name, name, err);
    if (value == NULL) {
        char *told = mem_printf("\"%s\" is missing", name);

        no_field(record, name, told, err);
        free(told);
    } else {
        record_error(record, err, "\"%s\" is %s; a string was expected", name,
            value->type == JSON_STRING ? "empty" : json_type_name(value->type));
    }
    return NULL;
}

struct text *data_members(const struct record *record, const char *const *names)
{
    struct str out = STR_INIT;
    struct text *text;

    for (; *names != NULL; names++) {
        const struct json *value = json_get(record->value, *names);

        if (value == NULL)
            continue;
        str_addf(&out, "%c\"%s\":", out.len == 0 ? '{' : ',', *names);
        json_print(value, &out);
    }
    str_add(&out, out.len == 0 ? "{}" : "}");
    text = text_new(out.data, out.len);
    str_free(&out);
    return text;
}
