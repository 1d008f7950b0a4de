#include "overrides.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

enum { PATH_MAX_PARTS = 16 };

struct parsed {
    struct json_doc *doc;
};

struct overrides {
    struct json root;
    const char *const *options;
    size_t count;
    struct { /* memory of the values made here */
        void **items;
        size_t count, cap;
    } blocks;
    struct {
        struct parsed *items;
        size_t count, cap;
    } docs;
};

/* One option, taken apart. */
struct setting {
    unsigned number; /* from 1 */
    char *parts[PATH_MAX_PARTS];
    size_t part_count;
    char *path; /* the key path; its dots are NULs once it is split */
    struct json value;
};

static void *take(struct overrides *o, size_t count, size_t size)
{
    void *block = mem_zalloc(count, size);

    ARRAY_PUSH(&o->blocks, block);
    return block;
}

/* Tells the key, never the value: it may be a secret. */
static bool fail(const char *option, struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "--set %.*s: %s", (int)strcspn(option, "="), option, what);
}

/* A copy of the value in which everything says that it comes from this option. */
static struct json mark(struct overrides *o, const struct json *value, unsigned number)
{
    struct json copy = *value;
    struct json *items;

    copy.line = 0;
    copy.column = number;
    copy.key_places = NULL;
    if (value->type != JSON_ARRAY && value->type != JSON_OBJECT)
        return copy;
    items = take(o, value->count, sizeof *items);
    for (size_t i = 0; i < value->count; i++)
        items[i] = mark(o, &value->items[i], number);
    copy.items = items;
    return copy;
}

static struct json plain_string(struct overrides *o, const char *text)
{
    char *copy = mem_strdup(text);

    ARRAY_PUSH(&o->blocks, copy);
    return (struct json){ .type = JSON_STRING, .text = copy, .len = strlen(copy) };
}

static void read_value(struct overrides *o, const char *text, struct setting *setting)
{
    struct err ignored = { ERR_NONE, "" }; /* what is no JSON is a plain string */
    struct json_doc *doc = json_parse("--set", 1, text, strlen(text), JSON_STRICT, &ignored);
    struct json value;

    if (doc == NULL) {
        value = plain_string(o, text);
    } else {
        ARRAY_PUSH(&o->docs, (struct parsed){ doc });
        value = *json_root(doc);
    }
    setting->value = mark(o, &value, setting->number);
}

static bool split_path(const char *option, struct setting *setting, struct err *err)
{
    char *at = setting->path;

    for (;;) {
        char *dot = strchr(at, '.');

        if (setting->part_count == PATH_MAX_PARTS)
            return fail(option, err, "the key has too many parts");
        setting->parts[setting->part_count++] = at;
        if (dot != NULL)
            *dot = '\0';
        if (at[0] == '\0')
            return fail(option, err, "write key.path=value, for example --set optimizer.batch=10");
        if (dot == NULL)
            return true;
        at = dot + 1;
    }
}

static size_t find_key(const struct json *object, const char *key)
{
    size_t i = 0;

    while (i < object->count && strcmp(object->keys[i], key) != 0)
        i++;
    return i;
}

/* A copy of the object with room for one more member, whose key has no place. */
static struct json copy_object(struct overrides *o, const struct json *object)
{
    struct json copy = *object;
    struct json_place *places = NULL;

    if (object->key_places != NULL)
        copy.key_places = places = take(o, object->count + 1, sizeof *places);
    copy.items = take(o, object->count + 1, sizeof *copy.items);
    copy.keys = take(o, object->count + 1, sizeof *copy.keys);
    if (object->count > 0) {
        memcpy(copy.items, object->items, object->count * sizeof *copy.items);
        memcpy(copy.keys, object->keys, object->count * sizeof *copy.keys);
        if (places != NULL)
            memcpy(places, object->key_places, object->count * sizeof *places);
    }
    return copy;
}

/* The object with the setting's value put in at its path from part `depth` on. */
static bool put(struct overrides *o, struct json *object, const struct setting *setting,
    size_t depth, struct err *err)
{
    const char *option = o->options[setting->number - 1];
    const char *key = setting->parts[depth];
    struct json *item;
    size_t place;

    if (object->type != JSON_OBJECT)
        return fail(option, err,
            depth == 0 ? "the task file is not an object"
                       : "its key goes into something that is not an object; set that as a whole");
    *object = copy_object(o, object);
    place = find_key(object, key);
    item = &object->items[place];
    if (place == object->count) {
        object->keys[object->count++] = plain_string(o, key).text;
        *item = (struct json){ .type = JSON_OBJECT, .line = 0, .column = setting->number };
    }
    if (depth + 1 < setting->part_count)
        return put(o, item, setting, depth + 1, err);
    *item = setting->value;
    return true;
}

static bool apply(struct overrides *o, size_t index, struct err *err)
{
    const char *option = o->options[index];
    const char *equals = strchr(option, '=');
    struct setting setting = { .number = (unsigned)index + 1 };
    bool ok;

    if (equals == NULL)
        return fail(option, err,
            "there is no \"=\"; write key.path=value, for example --set optimizer.batch=10");
    setting.path = mem_strndup(option, (size_t)(equals - option));
    ok = split_path(option, &setting, err);
    if (ok) {
        read_value(o, equals + 1, &setting);
        ok = put(o, &o->root, &setting, 0, err);
    }
    free(setting.path);
    return ok;
}

struct overrides *overrides_apply(
    const struct json *root, const char *const *options, size_t count, struct err *err)
{
    struct overrides *o = mem_zalloc(1, sizeof *o);

    o->root = *root;
    o->options = options;
    o->count = count;
    for (size_t i = 0; i < count; i++)
        if (!apply(o, i, err)) {
            overrides_free(o);
            return NULL;
        }
    return o;
}

const struct json *overrides_root(const struct overrides *o)
{
    return &o->root;
}

void overrides_free(struct overrides *o)
{
    if (o == NULL)
        return;
    for (size_t i = 0; i < o->blocks.count; i++)
        free(o->blocks.items[i]);
    for (size_t i = 0; i < o->docs.count; i++)
        json_free(o->docs.items[i].doc);
    free(o->blocks.items);
    free(o->docs.items);
    free(o);
}

char *overrides_option(const struct overrides *o, const struct json *value)
{
    const char *option;

    if (value->line != 0 || value->column == 0 || value->column > o->count)
        return NULL;
    option = o->options[value->column - 1];
    return mem_printf("--set %.*s", (int)strcspn(option, "="), option);
}
