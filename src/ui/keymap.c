#include "keymap.h"

#include <stdio.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "mem.h"
#include "nearest.h"

enum { MAX_KEYS = 6, MAX_FILE = 1 << 20 };

struct keymap {
    key_code keys[ACTIONS][MAX_KEYS]; /* K_NONE-terminated where fewer */
};

static void default_keys(key_code keys[MAX_KEYS], const char *names)
{
    size_t count = 0;

    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        char name[KEY_NAME_SIZE];

        (void)snprintf(name, sizeof name, "%.*s", (int)len, names);
        if (count < MAX_KEYS && key_parse(name, &keys[count]))
            count++;
        names += len;
        names += strspn(names, " ");
    }
}

struct keymap *keymap_new(void)
{
    struct keymap *keymap = mem_zalloc(1, sizeof *keymap);

    for (int i = 0; i < ACTIONS; i++)
        default_keys(keymap->keys[i], action_info((enum action)i)->keys);
    return keymap;
}

void keymap_free(struct keymap *keymap)
{
    free(keymap);
}

static bool has_key(const struct keymap *keymap, int action, key_code key)
{
    for (size_t i = 0; i < MAX_KEYS && keymap->keys[action][i] != K_NONE; i++)
        if (keymap->keys[action][i] == key)
            return true;
    return false;
}

enum action keymap_action(const struct keymap *keymap, unsigned contexts, key_code key)
{
    if (key == K_NONE)
        return ACTION_NONE;
    for (int i = ACTION_NONE + 1; i < ACTIONS; i++)
        if ((action_info((enum action)i)->contexts & (contexts | CONTEXT_ALL)) != 0 &&
            has_key(keymap, i, key))
            return (enum action)i;
    return ACTION_NONE;
}

const char *keymap_key(const struct keymap *keymap, enum action action, char text[KEY_NAME_SIZE])
{
    text[0] = '\0';
    if (keymap->keys[action][0] != K_NONE)
        (void)key_text(keymap->keys[action][0], text);
    return text;
}

const char *keymap_keys(const struct keymap *keymap, enum action action, char text[64])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < MAX_KEYS && keymap->keys[action][i] != K_NONE && used < 64; i++) {
        char name[KEY_NAME_SIZE];

        used += (size_t)snprintf(text + used, 64 - used, "%s%s", i > 0 ? " " : "",
            key_text(keymap->keys[action][i], name));
    }
    return text;
}

/* ---- keys.json ---- */

static bool unknown_action(const char *path, const struct json *root, size_t at, struct err *err)
{
    const char *known[ACTIONS - 1], *name = root->keys[at];
    const char *near;

    for (int i = 1; i < ACTIONS; i++)
        known[i - 1] = action_info((enum action)i)->name;
    near = nearest_name(name, known, ACTIONS - 1);
    if (near != NULL)
        return json_key_error(
            path, root, at, err, "unknown action \"%s\"; did you mean \"%s\"?", name, near);
    return json_key_error(
        path, root, at, err, "unknown action \"%s\"; the help screen (?) names them all", name);
}

static bool read_key(const char *path, const struct json *value, key_code *key, struct err *err)
{
    if (value->type != JSON_STRING)
        return json_error(path, value, err, "a key was expected, as in \"j\" or \"PgDn\", not %s",
            json_type_name(value->type));
    if (!key_parse(value->text, key))
        return json_error(path, value, err,
            "unknown key \"%s\"; known are characters, ^A to ^_, F1 to F12, Enter, Esc, Tab, "
            "S-Tab, Space, Backspace, Up, Down, Left, Right, Home, End, PgUp, PgDn, Ins, Del",
            value->text);
    return true;
}

static bool read_keys(
    const char *path, const struct json *value, key_code keys[MAX_KEYS], struct err *err)
{
    memset(keys, 0, MAX_KEYS * sizeof *keys);
    if (value->type != JSON_ARRAY)
        return read_key(path, value, &keys[0], err);
    if (value->count > MAX_KEYS)
        return json_error(
            path, &value->items[MAX_KEYS], err, "at most %d keys an action", (int)MAX_KEYS);
    for (size_t i = 0; i < value->count; i++)
        if (!read_key(path, &value->items[i], &keys[i], err))
            return false;
    return true;
}

/* Both can be meant at the same time. */
static bool are_together(int a, int b)
{
    unsigned one = action_info((enum action)a)->contexts;
    unsigned other = action_info((enum action)b)->contexts;
    unsigned wide = CONTEXT_ALL | CONTEXT_REPLAY; /* these hold beside those of any screen */

    return (one & other) != 0 || (one & wide) != 0 || (other & wide) != 0;
}

/* The other action that has a key of this one, and which key of this one; ACTION_NONE: none has. */
static int conflict(const struct keymap *keymap, int action, size_t *at)
{
    for (size_t i = 0; i < MAX_KEYS && keymap->keys[action][i] != K_NONE; i++)
        for (int other = ACTION_NONE + 1; other < ACTIONS; other++)
            if (other != action && are_together(action, other) &&
                has_key(keymap, other, keymap->keys[action][i])) {
                *at = i;
                return other;
            }
    return ACTION_NONE;
}

static bool check_conflicts(
    const struct keymap *keymap, const char *path, const struct json *root, struct err *err)
{
    for (size_t i = 0; i < root->count; i++) {
        int action = (int)action_by_name(root->keys[i]);
        const struct json *keys = &root->items[i];
        size_t at = 0;
        int other = conflict(keymap, action, &at);
        char name[KEY_NAME_SIZE];

        if (other != ACTION_NONE)
            return json_error(path, keys->type == JSON_ARRAY ? &keys->items[at] : keys, err,
                "\"%s\" would mean both \"%s\" and \"%s\" on the same screen; give \"%s\" another "
                "key in this file, or none: []",
                key_text(keymap->keys[action][at], name), root->keys[i],
                action_info((enum action)other)->name, action_info((enum action)other)->name);
    }
    return true;
}

static bool read_root(
    struct keymap *keymap, const char *path, const struct json *root, struct err *err)
{
    if (root->type != JSON_OBJECT)
        return json_error(path, root, err, "an object was expected: { \"action\": [\"key\"] }");
    for (size_t i = 0; i < root->count; i++) {
        enum action action = action_by_name(root->keys[i]);

        if (action == ACTION_NONE)
            return unknown_action(path, root, i, err);
        if (!read_keys(path, &root->items[i], keymap->keys[action], err))
            return false;
    }
    return check_conflicts(keymap, path, root, err);
}

bool keymap_read(struct keymap *keymap, const char *path, struct err *err)
{
    struct keymap changed = *keymap;
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    bool ok = false;

    if (!file_exists(path))
        return true;
    if (file_read(path, MAX_FILE, &bytes, err))
        doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc != NULL)
        ok = read_root(&changed, path, json_root(doc), err);
    if (ok)
        *keymap = changed;
    json_free(doc);
    str_free(&bytes);
    return ok;
}
