#include "theme.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "builtin_themes.h"
#include "canvas.h"
#include "file.h"
#include "json.h"
#include "mem.h"
#include "nearest.h"
#include "palette.h"

enum { MAX_FILE = 1 << 20, MAX_COLOURS = 4 };

static const struct {
    const char *name;
    unsigned attr;
} attrs[] = {
    { "bold", ATTR_BOLD },
    { "dim", ATTR_DIM },
    { "underline", ATTR_UNDERLINE },
    { "reverse", ATTR_REVERSE },
};

enum { ATTRS = sizeof attrs / sizeof attrs[0] };

/* What the words of a role say. */
struct words {
    int32_t fg[MAX_COLOURS], bg[MAX_COLOURS];
    size_t fg_count, bg_count;
    unsigned attr;
};

static unsigned attr_of(const char *word)
{
    for (size_t i = 0; i < ATTRS; i++)
        if (str_equal(attrs[i].name, word))
            return attrs[i].attr;
    return ATTR_NONE;
}

static bool read_colour(struct words *words, bool on, int32_t colour)
{
    size_t *count = on ? &words->bg_count : &words->fg_count;

    if (*count == MAX_COLOURS)
        return false;
    (on ? words->bg : words->fg)[(*count)++] = colour;
    return true;
}

/* False: the word is unknown, or one colour too many. */
static bool read_word(struct words *words, bool *on, const char *word)
{
    int32_t colour;

    if (attr_of(word) != ATTR_NONE) {
        words->attr |= attr_of(word);
        return true;
    }
    if (str_equal(word, "on")) {
        bool first = !*on;

        *on = true;
        return first;
    }
    return palette_parse(word, &colour) && read_colour(words, *on, colour);
}

/* The first unknown word is left in `bad`. */
static bool read_words(struct words *words, const char *text, char bad[32])
{
    bool on = false;

    *words = (struct words){ 0 };
    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        (void)snprintf(bad, 32, "%.*s", (int)len, text);
        if (len > 31 || (len > 0 && !read_word(words, &on, bad)))
            return false;
        text += len;
        text += strspn(text, " ");
    }
    return true;
}

static const char *known_word(const char *word)
{
    const char *known[ATTRS + PALETTE_NAMES];

    for (size_t i = 0; i < ATTRS; i++)
        known[i] = attrs[i].name;
    for (unsigned i = 0; i < PALETTE_NAMES; i++)
        known[ATTRS + i] = palette_name(i);
    return nearest_name(word, known, ATTRS + PALETTE_NAMES);
}

/* The first colour that the depth can show, else the nearest to the first. */
static int32_t pick(const int32_t *colours, size_t count, enum depth depth)
{
    for (size_t i = 0; i < count; i++)
        if (palette_fits(colours[i], depth))
            return colours[i];
    return count > 0 ? palette_nearest(colours[0], depth) : COLOUR_DEFAULT;
}

static struct look look_of(const struct words *words, enum depth depth)
{
    struct look look = { pick(words->fg, words->fg_count, depth),
        pick(words->bg, words->bg_count, depth), words->attr };

    if (depth == DEPTH_NONE)
        return (struct look){ COLOUR_DEFAULT, COLOUR_DEFAULT, words->attr };
    if (look.fg == look.bg) /* two shades that are one here */
        look.fg = look.bg = COLOUR_DEFAULT;
    return look;
}

/* ---- the file ---- */

/* A file names a place; the role is what a person looks for. */
static bool role_error(const char *title, const struct json *at, enum role role, struct err *err,
    const char *what, const char *word)
{
    return json_error(title, at, err, "role \"%s\": %s%s", role_name(role), what, word);
}

static bool read_role(const char *title, const struct json *value, enum role role,
    struct words *words, struct err *err)
{
    char bad[32] = "";
    const char *near;

    if (value->type != JSON_STRING)
        return role_error(title, value, role, err, "words were expected, as in \"bold red\", not ",
            json_type_name(value->type));
    if (!read_words(words, value->text, bad)) {
        char note[160];

        near = known_word(bad);
        (void)snprintf(note, sizeof note, "%s; %s%s", bad,
            near != NULL ? "did you mean " : "a colour (#rrggbb, 0 to 255, red, bright-red …), ",
            near != NULL ? near : "bold, dim, underline, reverse or on was expected");
        return role_error(title, value, role, err, "unknown or one too many: ", note);
    }
    if (role == ROLE_TEXT && (words->fg_count > 0 || words->bg_count > 0))
        return role_error(title, value, role, err, "plain text has the terminal's own colours",
            ": leave this role out");
    if (!palette_legible(words->fg_count > 0 ? words->fg[0] : COLOUR_DEFAULT,
            words->bg_count > 0 ? words->bg[0] : COLOUR_DEFAULT))
        return role_error(title, value, role, err, "text in these two colours cannot be read",
            "; choose colours further apart");
    return true;
}

static bool read_root(struct theme *theme, const char *title, const struct json *root,
    enum depth depth, struct err *err)
{
    const char *known[ROLES];

    for (int i = 0; i < ROLES; i++)
        known[i] = role_name((enum role)i);
    if (root->type != JSON_OBJECT)
        return json_error(title, root, err, "an object was expected: { \"role\": \"words\" }");
    if (!json_check_keys(title, root, known, ROLES, err))
        return false;
    for (int i = 0; i < ROLES; i++) {
        const struct json *value = json_get(root, role_name((enum role)i));
        struct words words = { 0 };

        if (value != NULL && !read_role(title, value, (enum role)i, &words, err))
            return false;
        theme->looks[i] = look_of(&words, depth);
    }
    return true;
}

static bool read_bytes(struct theme *theme, const char *title, const char *bytes, size_t len,
    enum depth depth, struct err *err)
{
    struct json_doc *doc = json_parse(title, 1, bytes, len, JSON_COMMENTS, err);
    bool ok = doc != NULL && read_root(theme, title, json_root(doc), depth, err);

    json_free(doc);
    return ok;
}

static bool read_file(struct theme *theme, const char *path, enum depth depth, struct err *err)
{
    struct str bytes = STR_INIT;
    bool ok = file_read(path, MAX_FILE, &bytes, err) &&
              read_bytes(theme, path, str_text(&bytes), bytes.len, depth, err);

    str_free(&bytes);
    return ok;
}

static unsigned builtin_index(const char *name)
{
    unsigned i = 0;

    while (builtin_theme_names[i] != NULL && !str_equal(builtin_theme_names[i], name))
        i++;
    return i;
}

static bool read_builtin(struct theme *theme, const char *name, enum depth depth, struct err *err)
{
    unsigned i = builtin_index(name);
    const char *text, *near;

    if (builtin_theme_names[i] == NULL) {
        near = nearest_name(name, builtin_theme_names, i);
        return err_set(err, ERR_INPUT, "unknown theme \"%s\"%s%s%s", name,
            near != NULL ? "; did you mean "
                         : "; known are auto, dark, light, contrast, mono, "
                           "solarized, colorblind and files in the themes "
                           "folder",
            near != NULL ? near : "", near != NULL ? "?" : "");
    }
    text = (const char *)builtin_themes[i];
    return read_bytes(theme, name, text, strlen(text), depth, err);
}

static char *user_path(const char *name, const char *folder)
{
    char *file, *path;

    if (strchr(name, '/') != NULL || str_ends(name, ".json"))
        return mem_strdup(name);
    if (folder == NULL)
        return NULL;
    file = mem_printf("%s.json", name);
    path = file_join(folder, file);
    free(file);
    if (!file_exists(path)) {
        free(path);
        return NULL;
    }
    return path;
}

bool theme_load(
    struct theme *out, const char *name, const char *folder, enum depth depth, struct err *err)
{
    char *path = user_path(name, folder);
    struct theme theme = { 0 };
    bool ok =
        path != NULL ? read_file(&theme, path, depth, err) : read_builtin(&theme, name, depth, err);

    free(path);
    if (!ok)
        return false;
    (void)snprintf(theme.name, sizeof theme.name, "%s", name);
    *out = theme;
    return true;
}

void theme_default(struct theme *out, enum depth depth)
{
    struct err err = { .code = ERR_NONE };

    if (!theme_load(out, depth == DEPTH_NONE ? "mono" : "auto", NULL, depth, &err))
        *out = (struct theme){ .name = "plain" }; /* cannot happen: test_theme reads them all */
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items;
    size_t count, cap;
};

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_equal(names->items[i], name))
            return true;
    return false;
}

static void add_files(struct names *names, DIR *folder)
{
    struct dirent *entry;

    while ((entry = readdir(folder)) != NULL) {
        size_t len = strlen(entry->d_name);
        char *name;

        if (len <= 5 || !str_ends(entry->d_name, ".json"))
            continue;
        name = mem_strndup(entry->d_name, len - 5);
        if (has_name(names, name))
            free(name);
        else
            ARRAY_PUSH(names, name);
    }
}

char **theme_names(const char *folder, size_t *count)
{
    struct names names = { NULL, 0, 0 };
    DIR *open = folder != NULL ? opendir(folder) : NULL;
    size_t own;

    for (size_t i = 0; builtin_theme_names[i] != NULL; i++)
        ARRAY_PUSH(&names, mem_strdup(builtin_theme_names[i]));
    own = names.count;
    if (open != NULL) {
        add_files(&names, open);
        (void)closedir(open);
    }
    if (names.items != NULL)
        qsort(names.items + own, names.count - own, sizeof *names.items, by_name);
    *count = names.count;
    return names.items;
}

void theme_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
