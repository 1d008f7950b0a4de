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
    unsigned min, max;  /* of a number */
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

/* What may stand there: "a whole number from 1 to 30", "on or off". */
static void add_expected(const struct setting *setting, struct str *out)
{
    const char *words = setting->values;

    if (setting->kind == KIND_NUMBER)
        str_addf(out, "a whole number from %u to %u", setting->min, setting->max);
    else if (setting->kind == KIND_NAME)
        str_addf(out, "a name of at most %zu bytes", setting->size - 1);
    while (*words != '\0') {
        size_t len = strcspn(words, " ");

        str_add_n(out, words, len);
        words += len;
        words += strspn(words, " ");
        if (*words != '\0')
            str_add(out, strchr(words, ' ') != NULL ? ", " : " or ");
    }
}

static bool refuse(const struct setting *setting, const char *value, struct err *err)
{
    struct str expected = STR_INIT;

    add_expected(setting, &expected);
    err_set(err, ERR_INPUT, "%s%s%.40s: %s was expected", setting->name,
        value[0] != '\0' ? " " : "", value, str_text(&expected));
    str_free(&expected);
    return false;
}

static bool set_number(
    const struct setting *setting, unsigned *out, const char *value, struct err *err)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || *end != '\0' || number < setting->min ||
        number > setting->max)
        return refuse(setting, value, err);
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
            return refuse(setting, value, err);
        (void)snprintf(out, setting->size, "%s", value);
        return true;
    }
    if (place < 0)
        return refuse(setting, value, err);
    if (setting->kind == KIND_SWITCH)
        *(bool *)out = place == 0;
    else
        *(unsigned *)out = (unsigned)place;
    return true;
}

/* "unknown setting …" with what was meant, or what there is. */
static char *unknown(const char *name)
{
    const char *known[PUBLIC];
    struct str message = STR_INIT;

    for (size_t i = 0; i < PUBLIC; i++)
        known[i] = table[i].name;
    str_addf(&message, "unknown setting \"%.40s\"", name);
    nearest_add(&message, name, known, PUBLIC);
    return str_take(&message);
}

bool settings_set(struct settings *settings, const char *name, const char *value, struct err *err)
{
    const struct setting *setting = find(name, PUBLIC);
    char *message;

    if (setting != NULL)
        return set_value(settings, setting, value, err);
    message = unknown(name);
    err_set(err, ERR_INPUT, "%s", message);
    free(message);
    return false;
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

bool settings_ask(
    const struct settings *settings, const char *name, char text[256], struct err *err)
{
    const struct setting *setting = find(name, PUBLIC);
    struct str out = STR_INIT;
    char *message;

    if (setting == NULL) {
        message = unknown(name);
        err_set(err, ERR_INPUT, "%s", message);
        free(message);
        return false;
    }
    str_addf(&out, "%s ", name);
    add_value(settings, setting, &out);
    str_add(&out, ": it may be ");
    add_expected(setting, &out);
    (void)snprintf(text, 256, "%s", str_text(&out));
    str_free(&out);
    return true;
}

/* ---- the file ---- */

/* A number and true or false are taken for the words that they stand for; NULL: it is neither. */
static const char *word_of(const struct setting *setting, const struct json *value)
{
    if (value->type == JSON_STRING || (value->type == JSON_NUMBER && setting->kind == KIND_NUMBER))
        return value->text;
    if (value->type == JSON_BOOL && setting->kind == KIND_SWITCH)
        return value->boolean ? "on" : "off";
    return NULL;
}

static bool read_value(struct settings *settings, const struct setting *setting,
    const struct json *value, const struct settings_names *names, struct err *err)
{
    const char *word = word_of(setting, value);
    struct str expected = STR_INIT;

    if (word != NULL)
        return (setting->kind != KIND_NAME || names == NULL ||
                   names->is_known(names->data, setting->name, word, err)) &&
               set_value(settings, setting, word, err);
    add_expected(setting, &expected);
    err_set(err, ERR_INPUT, "%s is %s: %s was expected", setting->name, json_type_name(value->type),
        str_text(&expected));
    str_free(&expected);
    return false;
}

static bool read_member(struct settings *settings, const char *path, const struct json *root,
    size_t i, const struct settings_names *names, struct err *err)
{
    const struct setting *setting = find(root->keys[i], SETTINGS);
    struct err why = { .code = ERR_NONE };
    char *message;

    if (setting == NULL) {
        message = unknown(root->keys[i]);
        json_key_error(path, root, i, err, "%s", message);
        free(message);
        return false;
    }
    return read_value(settings, setting, &root->items[i], names, &why) ||
           json_error(path, &root->items[i], err, "%s", why.message);
}

/* The first thing that is wrong is said, and how many more there are. */
static bool read_members(struct settings *settings, const char *path, const struct json *root,
    const struct settings_names *names, struct err *err)
{
    struct err first = { .code = ERR_NONE };
    unsigned wrong = 0;

    if (root->type != JSON_OBJECT)
        return json_error(path, root, err, "an object was expected: { \"fps\": 4 }");
    for (size_t i = 0; i < root->count; i++) {
        struct err why = { .code = ERR_NONE };

        if (read_member(settings, path, root, i, names, &why))
            continue;
        if (wrong++ == 0)
            first = why;
    }
    if (wrong > 1)
        return err_set(
            err, ERR_INPUT, "%.440s (and %u more in this file)", first.message, wrong - 1);
    return wrong == 0 || err_set(err, ERR_INPUT, "%s", first.message);
}

bool settings_read(struct settings *settings, const char *path, const struct settings_names *names,
    struct err *err)
{
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    bool ok = false;

    if (!file_exists(path))
        return true;
    if (file_read(path, MAX_FILE, &bytes, err))
        doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc != NULL)
        ok = read_members(settings, path, json_root(doc), names, err);
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
