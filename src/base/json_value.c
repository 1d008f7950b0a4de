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

static bool fail_at(
    const char *title, struct json_place place, const char *message, struct err *err)
{
    if (place.line == 0)
        return err_set(err, ERR_INPUT, "%s: %s", title, message);
    return err_set(err, ERR_INPUT, "%s:%u:%u: %s", title, place.line, place.column, message);
}

bool json_error(const char *title, const struct json *at, struct err *err, const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(title, (struct json_place){ at->line, at->column }, message, err);
}

bool json_key_error(const char *title, const struct json *object, size_t i, struct err *err,
    const char *format, ...)
{
    struct json_place place = { object->items[i].line, object->items[i].column };
    char message[sizeof err->message];
    va_list args;

    if (object->key_places != NULL)
        place = object->key_places[i];
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(title, place, message, err);
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
