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

bool json_error(const char *title, const struct json *at, struct err *err, const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (at->line == 0)
        return err_set(err, ERR_INPUT, "%s: %s", title, message);
    return err_set(err, ERR_INPUT, "%s:%u:%u: %s", title, at->line, at->column, message);
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
            return json_error(title, &object->items[i], err,
                "unknown key \"%.80s\"; the nearest known one is \"%s\"", key, near);
        return json_error(title, &object->items[i], err, "unknown key \"%.80s\"", key);
    }
    return true;
}
