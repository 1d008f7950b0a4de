#include "settings.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "nearest.h"
#include "secret.h"

/* Up to here a double tells every whole number from its neighbours. */
static const uint64_t WHOLE_MAX = 9007199254740991;

struct setting_at settings_root(const struct settings *s)
{
    const struct json *root = overrides_root(s->overrides);

    return (struct setting_at){ root, root, "" };
}

static struct setting_at member(
    const struct setting_at *object, const struct json *value, const char *key)
{
    struct setting_at at = { value, object->value != NULL ? object->value : object->owner, "" };
    int len;

    len = snprintf(
        at.key, sizeof at.key, "%s%s%.60s", object->key, object->key[0] != '\0' ? "." : "", key);
    if (len >= (int)sizeof at.key)
        memcpy(at.key + sizeof at.key - sizeof "…", "…", sizeof "…");
    return at;
}

struct setting_at settings_get(const struct setting_at *object, const char *key)
{
    return member(object, object->value != NULL ? json_get(object->value, key) : NULL, key);
}

struct setting_at settings_item(const struct setting_at *container, size_t i)
{
    const struct json *value = container->value;
    char number[32];

    if (value->type == JSON_OBJECT)
        return member(container, &value->items[i], value->keys[i]);
    (void)snprintf(number, sizeof number, "%zu", i);
    return member(container, &value->items[i], number);
}

char *settings_where(const struct settings *s, const struct setting_at *at)
{
    const struct json *place = at->value != NULL ? at->value : at->owner;
    char *option = overrides_option(s->overrides, place);

    if (option != NULL) {
        bool same = strcmp(option + strlen("--set "), at->key) == 0;
        char *where =
            same || at->key[0] == '\0' ? mem_strdup(option) : mem_printf("%s: %s", option, at->key);

        free(option);
        return where;
    }
    if (s->title == NULL)
        return mem_printf("the stored task%s%s", at->key[0] != '\0' ? ": " : "", at->key);
    return mem_printf("%s:%u:%u%s%s", s->title, place->line, place->column,
        at->key[0] != '\0' ? ": " : "", at->key);
}

bool settings_fail(const struct settings *s, const struct setting_at *at, const char *format, ...)
{
    char message[sizeof s->err->message];
    char *where = settings_where(s, at);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    err_set(s->err, ERR_INPUT, "%s: %s", where, message);
    free(where);
    return false;
}

bool settings_need(
    const struct settings *s, const struct setting_at *at, enum json_type type, const char *hint)
{
    if (at->value == NULL)
        return settings_fail(s, at, "missing; %s", hint);
    if (at->value->type != type)
        return settings_fail(s, at, "is %s, %s was expected; %s", json_type_name(at->value->type),
            json_type_name(type), hint);
    return true;
}

static bool refuse_secret(const struct settings *s, const struct setting_at *at)
{
    return settings_fail(s, at,
        "looks like an API key, and no key belongs in a file: the task is stored and shown with "
        "every run. "
        "Put the key into an environment variable and name that: \"api_key_env\": "
        "\"OPENAI_API_KEY\"");
}

bool settings_keys(
    const struct settings *s, const struct setting_at *at, const char *const *known, size_t count)
{
    for (size_t i = 0; i < at->value->count; i++) {
        struct setting_at item = settings_item(at, i);
        const char *key = at->value->keys[i];
        const char *near;
        size_t k = 0;

        while (k < count && strcmp(known[k], key) != 0)
            k++;
        if (k < count)
            continue;
        if (secret_is_name(key))
            return refuse_secret(s, &item);
        near = nearest_name(key, known, count);
        return settings_fail(s, &item, "unknown key%s%s%s",
            near != NULL ? "; the nearest known one is \"" : "", near != NULL ? near : "",
            near != NULL ? "\"" : "");
    }
    return true;
}

bool settings_whole(const struct settings *s, const struct setting_at *at, uint64_t min,
    uint64_t max, uint64_t *out)
{
    const struct json *value = at->value;

    if (value == NULL)
        return true;
    if (max > WHOLE_MAX)
        max = WHOLE_MAX;
    if (value->type != JSON_NUMBER)
        return settings_fail(
            s, at, "is %s, a whole number was expected", json_type_name(value->type));
    if (value->number < (double)min || value->number > (double)max ||
        value->number != floor(value->number))
        return settings_fail(s, at, "is %.40s, a whole number from %llu to %llu was expected",
            value->text, (unsigned long long)min, (unsigned long long)max);
    *out = (uint64_t)value->number;
    return true;
}

bool settings_count(const struct settings *s, const struct setting_at *at, unsigned min,
    unsigned max, unsigned *out)
{
    uint64_t whole = *out;

    if (!settings_whole(s, at, min, max, &whole))
        return false;
    *out = (unsigned)whole;
    return true;
}

bool settings_real(const struct settings *s, const struct setting_at *at, double max, double *out)
{
    const struct json *value = at->value;

    if (value == NULL)
        return true;
    if (value->type != JSON_NUMBER)
        return settings_fail(s, at, "is %s, a number was expected", json_type_name(value->type));
    if (!(value->number >= 0 && value->number <= max))
        return settings_fail(
            s, at, "is %.40s, a number from 0 to %.0f was expected", value->text, max);
    *out = value->number;
    return true;
}

static bool not_one_of(
    const struct settings *s, const struct setting_at *at, const char *const *words, size_t count)
{
    const struct json *value = at->value;
    const char *near = value->type == JSON_STRING ? nearest_name(value->text, words, count) : NULL;
    struct str all = STR_INIT;

    for (size_t i = 0; i < count; i++)
        str_addf(&all, "%s\"%s\"", i == 0 ? "" : i + 1 < count ? ", " : " or ", words[i]);
    if (value->type != JSON_STRING)
        settings_fail(s, at, "is %s, %s was expected", json_type_name(value->type), str_text(&all));
    else if (near != NULL)
        settings_fail(s, at, "is \"%.60s\", %s was expected; the nearest is \"%s\"", value->text,
            str_text(&all), near);
    else
        settings_fail(s, at, "is \"%.60s\", %s was expected", value->text, str_text(&all));
    str_free(&all);
    return false;
}

bool settings_word(const struct settings *s, const struct setting_at *at, const char *const *words,
    size_t count, size_t *out)
{
    if (at->value == NULL)
        return true;
    for (size_t i = 0; i < count && at->value->type == JSON_STRING; i++)
        if (strcmp(words[i], at->value->text) == 0) {
            *out = i;
            return true;
        }
    return not_one_of(s, at, words, count);
}

char *settings_string(const struct settings *s, const struct setting_at *at, size_t max)
{
    const struct json *value = at->value;

    if (value->type != JSON_STRING)
        settings_fail(s, at, "is %s, a string was expected", json_type_name(value->type));
    else if (value->text[strspn(value->text, " \t\r\n")] == '\0')
        settings_fail(s, at, "is empty; write a text that is not");
    else if (strlen(value->text) != value->len)
        settings_fail(s, at, "holds the character NUL; remove it");
    else if (value->len > max)
        settings_fail(s, at, "is longer than %zu bytes", max);
    else
        return mem_strdup(value->text);
    return NULL;
}

/* The folder with its symbolic links followed, so that one file has one name; the file's own name
 * stays. */
static char *resolve(const char *path)
{
    char *full = file_absolute(path);
    char *folder = file_folder(full);
    char *real = realpath(folder, NULL);
    char *result = real != NULL ? file_join(real, strrchr(full, '/') + 1) : mem_strdup(full);

    free(full);
    free(folder);
    free(real);
    return result;
}

char *settings_path(const struct settings *s, const struct setting_at *at)
{
    char *given = settings_string(s, at, 4096);
    char *joined, *path;

    if (given == NULL)
        return NULL;
    joined = file_join(s->folder, given);
    path = resolve(joined);
    free(given);
    free(joined);
    return path;
}

bool settings_check_name(const struct settings *s, const struct setting_at *at, const char *name)
{
    size_t len = strlen(name);

    if (len > 0 && len <= NAME_MAX_BYTES &&
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == len)
        return true;
    return settings_fail(
        s, at, "\"%.80s\" is not a name: 1 to %d letters, digits, _ and -", name, NAME_MAX_BYTES);
}

bool settings_no_secrets(const struct settings *s, const struct setting_at *at)
{
    const struct json *value = at->value;

    if (value->type == JSON_STRING && secret_has_key(value->text))
        return refuse_secret(s, at);
    for (size_t i = 0;
         (value->type == JSON_OBJECT || value->type == JSON_ARRAY) && i < value->count; i++) {
        struct setting_at item = settings_item(at, i);

        if (value->type == JSON_OBJECT && item.value->type == JSON_STRING &&
            secret_is_name(value->keys[i]))
            return refuse_secret(s, &item);
        if (!settings_no_secrets(s, &item))
            return false;
    }
    return true;
}
