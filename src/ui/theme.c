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

#define LEAST_CONTRAST 1.5 /* below it nothing can be made out */

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

/* ---- what can be read ---- */

/* The ground that a theme is made for. */
enum ground { GROUND_ANY, GROUND_DARK, GROUND_LIGHT };

static bool read_ground(
    const char *title, const struct json *value, enum ground *ground, struct err *err)
{
    static const char *const names[] = { "any", "dark", "light" };

    *ground = GROUND_ANY;
    if (value == NULL)
        return true;
    for (int i = 0; i < 3; i++)
        if (value->type == JSON_STRING && str_equal(value->text, names[i])) {
            *ground = (enum ground)i;
            return true;
        }
    return json_error(title, value, err, "ground: \"dark\", \"light\" or \"any\" was expected");
}

/* The ground on which this colour, beside the terminal's own one, cannot be read; GROUND_ANY: it
 * can on both, or the theme is not made for that one. Behind text the colour meets the text's own,
 * which is light on a dark ground. */
static enum ground unreadable_on(int32_t colour, bool is_behind, enum ground made_for)
{
    bool like_dark = palette_is_black(colour), like_light = palette_is_white(colour);
    enum ground ground = GROUND_ANY;

    if (like_dark || like_light)
        ground = like_dark == is_behind ? GROUND_LIGHT : GROUND_DARK;
    return made_for == GROUND_ANY || made_for == ground ? ground : GROUND_ANY;
}

static bool check_ground(const char *title, const struct json *value, enum role role,
    enum ground ground, struct err *err)
{
    static const char *const words[] = { "", "dark ground", "light ground" };
    static const char *const others[] = { "", "light", "dark" };
    char note[128];

    if (ground == GROUND_ANY)
        return true;
    (void)snprintf(note, sizeof note, "%s; where the theme is for others say \"ground\": \"%s\"",
        words[ground], others[ground]);
    return role_error(title, value, role, err, "this cannot be read on a ", note);
}

/* Both colours are given: those that stand together at some depth. */
static bool are_apart(const struct words *words)
{
    if (!palette_legible(words->fg[0], words->bg[0]))
        return false;
    for (enum depth depth = DEPTH_8; depth <= DEPTH_TRUE; depth++) {
        int32_t fg = pick(words->fg, words->fg_count, depth);
        int32_t bg = pick(words->bg, words->bg_count, depth);

        if (fg != COLOUR_DEFAULT && bg != COLOUR_DEFAULT && fg != bg &&
            palette_contrast(fg, bg) < LEAST_CONTRAST)
            return false;
    }
    return true;
}

static bool check_legible(const char *title, const struct json *value, enum role role,
    const struct words *words, enum ground made_for, struct err *err)
{
    bool is_behind = words->bg_count > 0;
    const int32_t *colours = is_behind ? words->bg : words->fg;
    size_t count = is_behind ? words->bg_count : words->fg_count;

    if (words->fg_count > 0 && is_behind) {
        if (are_apart(words))
            return true;
        return role_error(title, value, role, err, "text in these two colours cannot be read",
            "; choose colours further apart");
    }
    for (size_t i = 0; i < count; i++)
        if (!check_ground(title, value, role, unreadable_on(colours[i], is_behind, made_for), err))
            return false;
    return true;
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
    return true;
}

static bool read_root(struct theme *theme, const char *title, const struct json *root,
    enum depth depth, struct err *err)
{
    const char *known[ROLES + 1];
    enum ground ground;

    for (int i = 0; i < ROLES; i++)
        known[i] = role_name((enum role)i);
    known[ROLES] = "ground";
    if (root->type != JSON_OBJECT)
        return json_error(title, root, err, "an object was expected: { \"role\": \"words\" }");
    if (!json_check_keys(title, root, known, ROLES + 1, err) ||
        !read_ground(title, json_get(root, "ground"), &ground, err))
        return false;
    for (int i = 0; i < ROLES; i++) {
        const struct json *value = json_get(root, role_name((enum role)i));
        struct words words = { 0 };

        if (value != NULL && (!read_role(title, value, (enum role)i, &words, err) ||
                                 !check_legible(title, value, (enum role)i, &words, ground, err)))
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

static bool unknown_theme(const char *name, const char *folder, struct err *err)
{
    struct str message = STR_INIT;
    size_t count;
    char **known = theme_names(folder, &count);

    str_addf(&message, "unknown theme \"%.60s\"", name);
    nearest_add(&message, name, (const char *const *)known, count);
    err_set(err, ERR_INPUT, "%s", str_text(&message));
    theme_names_free(known, count);
    str_free(&message);
    return false;
}

static bool read_builtin(
    struct theme *theme, const char *name, const char *folder, enum depth depth, struct err *err)
{
    unsigned i = builtin_index(name);
    const char *text;

    if (builtin_theme_names[i] == NULL)
        return unknown_theme(name, folder, err);
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
    bool ok = path != NULL ? read_file(&theme, path, depth, err)
                           : read_builtin(&theme, name, folder, depth, err);

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
