#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "nearest.h"
#include "str.h"

enum { MAX_FILE = 64 << 10 };
enum kind { KIND_NAME, KIND_NUMBER, KIND_CHOICE, KIND_SWITCH };

struct setting {
    const char *name;
    enum kind kind;
    size_t offset, size;
    const char *values; /* of a choice, by blanks */
    unsigned min, max;
};

#define FIELD(member) offsetof(struct settings, member), sizeof((struct settings *)0)->member

static const struct setting table[] = {
    { "theme", KIND_NAME, FIELD(theme), "", 0, 0 }, { "fps", KIND_NUMBER, FIELD(fps), "", 1, 30 },
    { "charts", KIND_CHOICE, FIELD(charts), "braille block ascii", 0, 0 },
    { "graph", KIND_NUMBER, FIELD(graph), "", 20, 80 },
    { "nodes", KIND_NUMBER, FIELD(nodes), "", 20, 80 },
    { "traces", KIND_NUMBER, FIELD(traces), "", 20, 80 },
    { "review", KIND_NUMBER, FIELD(review), "", 20, 80 },
    { "history", KIND_NUMBER, FIELD(history), "", 20, 80 },
    { "hints", KIND_SWITCH, FIELD(hints), "on off", 0, 0 },
    { "mouse", KIND_SWITCH, FIELD(mouse), "on off", 0, 0 },
    { "bell", KIND_SWITCH, FIELD(bell), "on off", 0, 0 },
    { "screen", KIND_NAME, FIELD(screen), "", 0, 0 }, /* the last: not for people */
};

enum { SETTINGS = sizeof table / sizeof table[0], PUBLIC = SETTINGS - 1 };

struct settings settings_default(void)
{
    return (struct settings){ .theme = "auto",
        .fps = 4,
        .graph = 50,
        .nodes = 50,
        .traces = 50,
        .review = 50,
        .history = 50,
        .hints = true,
        .bell = true };
}

const char *settings_name(size_t i)
{
    return i < PUBLIC ? table[i].name : NULL;
}

static void *field(struct settings *settings, const struct setting *setting)
{
    return (char *)settings + setting->offset;
}

static const struct setting *find(const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(table[i].name, name))
            return &table[i];
    return NULL;
}

/* The place of a word among words parted by blanks; -1: it is none of them. */
static int place_of_word(const char *words, const char *word)
{
    size_t len = strlen(word);

    for (int i = 0; len > 0 && *words != '\0'; i++) {
        size_t this = strcspn(words, " ");

        if (this == len && memcmp(words, word, len) == 0)
            return i;
        words += this;
        words += strspn(words, " ");
    }
    return -1;
}

static bool set_number(
    const struct setting *setting, unsigned *out, const char *value, struct err *err)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || *end != '\0' || number < setting->min ||
        number > setting->max)
        return err_set(err, ERR_INPUT, "%s %.40s: a whole number from %u to %u was expected",
            setting->name, value, setting->min, setting->max);
    *out = (unsigned)number;
    return true;
}

static bool set_value(
    struct settings *settings, const struct setting *setting, const char *value, struct err *err)
{
    void *out = field(settings, setting);
    int place = place_of_word(setting->values, value);

    if (setting->kind == KIND_NUMBER)
        return set_number(setting, out, value, err);
    if (setting->kind == KIND_NAME) {
        if (strlen(value) >= setting->size)
            return err_set(err, ERR_INPUT, "%s: the name is too long", setting->name);
        (void)snprintf(out, setting->size, "%s", value);
        return true;
    }
    if (place < 0)
        return err_set(err, ERR_INPUT, "%s %.40s: one of these was expected: %s", setting->name,
            value, setting->values);
    if (setting->kind == KIND_SWITCH)
        *(bool *)out = place == 0;
    else
        *(unsigned *)out = (unsigned)place;
    return true;
}

bool settings_set(struct settings *settings, const char *name, const char *value, struct err *err)
{
    const struct setting *setting = find(name, PUBLIC);
    const char *known[PUBLIC];
    const char *near;

    if (setting != NULL)
        return set_value(settings, setting, value, err);
    for (size_t i = 0; i < PUBLIC; i++)
        known[i] = table[i].name;
    near = nearest_name(name, known, PUBLIC);
    if (near != NULL)
        return err_set(err, ERR_INPUT, "%.40s: unknown setting; did you mean %s?", name, near);
    return err_set(err, ERR_INPUT,
        "%.40s: unknown setting; known are theme, fps, charts, graph, nodes, traces, review, "
        "history, hints, mouse, bell",
        name);
}

static void add_value(
    const struct settings *settings, const struct setting *setting, struct str *out)
{
    const void *at = (const char *)settings + setting->offset;
    const char *words = setting->values;

    if (setting->kind == KIND_NAME) {
        str_add(out, at);
    } else if (setting->kind == KIND_NUMBER) {
        str_addf(out, "%u", *(const unsigned *)at);
    } else {
        unsigned place =
            setting->kind == KIND_SWITCH ? (*(const bool *)at ? 0 : 1) : *(const unsigned *)at;

        for (; place > 0; place--)
            words += strcspn(words, " ") + 1;
        str_add_n(out, words, strcspn(words, " "));
    }
}

const char *settings_text(const struct settings *settings, char text[256])
{
    struct str out = STR_INIT;

    for (size_t i = 0; i < PUBLIC; i++) {
        str_addf(&out, "%s%s ", i > 0 ? " · " : "", table[i].name);
        add_value(settings, &table[i], &out);
    }
    (void)snprintf(text, 256, "%s", str_text(&out));
    str_free(&out);
    return text;
}

/* ---- the file ---- */

static bool read_members(
    struct settings *settings, const char *path, const struct json *root, struct err *err)
{
    bool ok = true;

    if (root->type != JSON_OBJECT)
        return json_error(path, root, err, "an object was expected");
    for (size_t i = 0; i < root->count; i++) {
        const struct setting *setting = find(root->keys[i], SETTINGS);
        const struct json *value = &root->items[i];
        struct err why = { .code = ERR_NONE };

        if (setting == NULL || value->type != JSON_STRING)
            ok = json_error(path, value, err, "\"%s\" is no setting", root->keys[i]);
        else if (!set_value(settings, setting, value->text, &why))
            ok = json_error(path, value, err, "%s", why.message);
    }
    return ok;
}

bool settings_read(struct settings *settings, const char *path, struct err *err)
{
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    bool ok = false;

    if (!file_exists(path))
        return true;
    if (file_read(path, MAX_FILE, &bytes, err))
        doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc != NULL)
        ok = read_members(settings, path, json_root(doc), err);
    json_free(doc);
    str_free(&bytes);
    return ok;
}

bool settings_write(const struct settings *settings, const char *path, struct err *err)
{
    struct str out = STR_INIT, value = STR_INIT;
    char *folder = file_folder(path);
    bool ok;

    str_add(&out, "{\n");
    for (size_t i = 0; i < SETTINGS; i++) {
        str_clear(&value);
        add_value(settings, &table[i], &value);
        str_addf(&out, "  \"%s\": ", table[i].name);
        json_print_string(str_text(&value), value.len, &out);
        str_add(&out, i + 1 < SETTINGS ? ",\n" : "\n");
    }
    str_add(&out, "}\n");
    ok = file_make_folder(folder, err) && file_write(path, str_text(&out), out.len, err);
    free(folder);
    str_free(&out);
    str_free(&value);
    return ok;
}
