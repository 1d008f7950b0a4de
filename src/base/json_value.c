/* Looking things up in a JSON value, and saying what is wrong with it. */
#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"

const struct json *json_get(const struct json *object, const char *key)
{
    if (object->type != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->keys[i], key) == 0)
            return &object->items[i];
    return NULL;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = { [JSON_NULL] = "null",
        [JSON_BOOL] = "true or false",
        [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string",
        [JSON_ARRAY] = "an array",
        [JSON_OBJECT] = "an object" };

    return names[type];
}

static bool error_at(
    const char *title, struct json_place place, struct err *err, const char *format, va_list args)
{
    char message[sizeof err->message];

    (void)vsnprintf(message, sizeof message, format, args);
    if (place.line == 0)
        return err_set(err, ERR_INPUT, "%s: %s", title, message);
    return err_set(err, ERR_INPUT, "%s:%u:%u: %s", title, place.line, place.column, message);
}

bool json_error(const char *title, const struct json *at, struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)error_at(title, (struct json_place){ at->line, at->column }, err, format, args);
    va_end(args);
    return false;
}

bool json_key_error(const char *title, const struct json *object, size_t i, struct err *err,
    const char *format, ...)
{
    struct json_place place = { object->items[i].line, object->items[i].column };
    va_list args;

    if (object->key_places != NULL)
        place = object->key_places[i];
    va_start(args, format);
    (void)error_at(title, place, err, format, args);
    va_end(args);
    return false;
}

bool json_check_keys(const char *title, const struct json *object, const char *const *known,
    size_t count, struct err *err)
{
    for (size_t i = 0; i < object->count; i++) {
        const char *key = object->keys[i];
        const char *near;
        size_t k = 0;

        while (k < count && strcmp(known[k], key) != 0)
            k++;
        if (k < count)
            continue;
        near = nearest_name(key, known, count);
        if (near != NULL)
            return json_key_error(title, object, i, err,
                "unknown key \"%.80s\"; the nearest known one is \"%s\"", key, near);
        return json_key_error(title, object, i, err, "unknown key \"%.80s\"", key);
    }
    return true;
}
