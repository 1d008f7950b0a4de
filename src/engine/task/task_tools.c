/* The tools of a task file: which keys each type of tool has, checked and made canonical: paths
 * absolute, defaults filled in. What a tool does with them is engine/tools' own. */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "nearest.h"
#include "task_read.h"

enum value_kind {
    VALUE_TEXT,
    VALUE_COUNT,
    VALUE_SECONDS,
    VALUE_NAMES,   /* strings */
    VALUE_COMMAND, /* a program and its arguments */
    VALUE_SCHEMA,  /* a JSON schema of an object */
    VALUE_MODEL,   /* the name of one of the task's models */
    VALUE_CORPUS,  /* a path, several paths, or "data" */
    VALUE_COLUMNS, /* which member of a line is what */
};

enum { TEXT_MAX = 65536, LIST_MAX = 256, SECONDS_MAX = 3600, KEYS_MAX = 8 };

struct tool_key {
    const char *name;
    enum value_kind kind;
    unsigned min, max, preset; /* VALUE_COUNT; VALUE_SECONDS has the preset alone */
    const char *needed;        /* NULL: may be left out; else what to write */
};

#define DESCRIPTION \
    { \
        .name = "description", .kind = VALUE_TEXT \
    }
#define COMMAND \
    { \
        .name = "command", .kind = VALUE_COMMAND, \
        .needed = "give the program and its arguments: [\"./tool.py\", \"--fast\"]" \
    }
#define TIMEOUT(seconds) \
    { \
        .name = "timeout_s", .kind = VALUE_SECONDS, .preset = (seconds) \
    }

/* Every type of tool, in the order of the documents. */
static const struct tool_keys {
    const char *type;
    struct tool_key keys[KEYS_MAX];
} TYPES[] = {
    { "search",
        { { .name = "corpus",
              .kind = VALUE_CORPUS,
              .needed = "give the path of a JSONL file of {\"title\", \"text\"}, or \"data\" for "
                        "all paragraphs of the data" },
            { .name = "fields", .kind = VALUE_COLUMNS },
            { .name = "top_k", .kind = VALUE_COUNT, .min = 1, .max = 100, .preset = 5 },
            DESCRIPTION } },
    { "python",
        { TIMEOUT(10),
            { .name = "memory_mb", .kind = VALUE_COUNT, .min = 64, .max = 65536, .preset = 512 },
            { .name = "processes", .kind = VALUE_COUNT, .min = 1, .max = 1024, .preset = 16 },
            DESCRIPTION } },
    { "calc", { DESCRIPTION } },
    { "command", { COMMAND, TIMEOUT(30), { .name = "env", .kind = VALUE_NAMES },
                     { .name = "processes", .kind = VALUE_COUNT, .min = 1, .max = 64, .preset = 1 },
                     { .name = "parameters", .kind = VALUE_SCHEMA }, DESCRIPTION } },
    { "mcp", { COMMAND, TIMEOUT(60), { .name = "env", .kind = VALUE_NAMES },
                 { .name = "tools", .kind = VALUE_NAMES } } },
    { "model", { { .name = "model",
                     .kind = VALUE_MODEL,
                     .needed = "name one of the task's \"models\", for example \"untrusted\"" },
                   { .name = "prompt", .kind = VALUE_TEXT }, DESCRIPTION } },
};

enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0] };

struct printing {
    const struct settings *s;
    const struct task *task;
    struct str *out;
};

static void print_text(const char *text, struct str *out)
{
    json_print_string(text, strlen(text), out);
}

static bool print_count(struct printing *p, const struct setting_at *at, const struct tool_key *key)
{
    unsigned count = key->preset;

    if (!settings_count(p->s, at, key->min, key->max, &count))
        return false;
    str_addf(p->out, "%u", count);
    return true;
}

/* In milliseconds at least; printed without the help of the language's decimal point. */
static bool print_seconds(
    struct printing *p, const struct setting_at *at, const struct tool_key *key)
{
    double seconds = key->preset;

    if (!settings_real(p->s, at, SECONDS_MAX, &seconds))
        return false;
    if (seconds < 0.001)
        return settings_fail(p->s, at, "is too short: at least 0.001 s");
    str_addf(p->out, "%u.%03u", (unsigned)seconds, (unsigned)(seconds * 1000) % 1000);
    return true;
}

/* These alone have a preset. */
static bool print_number(
    struct printing *p, const struct setting_at *at, const struct tool_key *key)
{
    return key->kind == VALUE_COUNT ? print_count(p, at, key) : print_seconds(p, at, key);
}

static bool print_names(struct printing *p, const struct setting_at *at)
{
    if (!settings_need(p->s, at, JSON_ARRAY, "a list of names was expected: [\"one\", \"two\"]"))
        return false;
    if (at->value->count > LIST_MAX)
        return settings_fail(p->s, at, "has more than %d items", LIST_MAX);
    str_add_char(p->out, '[');
    for (size_t i = 0; i < at->value->count; i++) {
        struct setting_at item = settings_item(at, i);
        char *name = settings_string(p->s, &item, TEXT_MAX);

        if (name == NULL)
            return false;
        str_add(p->out, i > 0 ? "," : "");
        print_text(name, p->out);
        free(name);
    }
    str_add_char(p->out, ']');
    return true;
}

/* A program with a slash in its name is a path, against the task file's folder; so is an argument
 * that begins with "./" or "../". */
static char *read_word(const struct settings *s, const struct setting_at *at, bool is_program)
{
    char *word;

    if (at->value->type == JSON_STRING && at->value->len == 0 && !is_program)
        return mem_strdup("");
    word = settings_string(s, at, TEXT_MAX);
    if (word == NULL || !(str_starts(word, "./") || str_starts(word, "../") ||
                            (is_program && strchr(word, '/') != NULL)))
        return word;
    free(word);
    return settings_path(s, at);
}

static bool print_command(struct printing *p, const struct setting_at *at)
{
    if (at->value->type != JSON_ARRAY || at->value->count == 0 || at->value->count > LIST_MAX)
        return settings_fail(p->s, at,
            "the program and its arguments were expected as a list (there is no shell): "
            "[\"./tool.py\", \"--fast\"]");
    str_add_char(p->out, '[');
    for (size_t i = 0; i < at->value->count; i++) {
        struct setting_at item = settings_item(at, i);
        char *word = read_word(p->s, &item, i == 0);

        if (word == NULL)
            return false;
        str_add(p->out, i > 0 ? "," : "");
        print_text(word, p->out);
        free(word);
    }
    str_add_char(p->out, ']');
    return true;
}

static bool print_schema(struct printing *p, const struct setting_at *at)
{
    const struct json *type;

    if (!settings_need(p->s, at, JSON_OBJECT, "a JSON schema was expected"))
        return false;
    type = json_get(at->value, "type");
    if (type == NULL || type->type != JSON_STRING || strcmp(type->text, "object") != 0)
        return settings_fail(p->s, at,
            "a JSON schema of an object was expected: { \"type\": \"object\", \"properties\": … }");
    json_print(at->value, p->out);
    return true;
}

static bool print_model(struct printing *p, const struct setting_at *at)
{
    const char *names[LIST_MAX];
    const char *nearest;
    size_t count = 0;

    if (!settings_need(p->s, at, JSON_STRING, "the name of a model was expected"))
        return false;
    if (task_find_model(p->task, at->value->text) >= 0) {
        print_text(at->value->text, p->out);
        return true;
    }
    for (size_t i = 0; i < p->task->model_count && count < LIST_MAX; i++)
        names[count++] = p->task->models[i].name;
    nearest = nearest_name(at->value->text, names, count);
    return settings_fail(p->s, at, "there is no model \"%.60s\" in \"models\"%s%s%s",
        at->value->text, nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "\"?" : "");
}

static bool print_corpus_path(struct printing *p, const struct setting_at *at)
{
    char *path = settings_path(p->s, at);
    bool ok = path != NULL;

    if (ok && !file_exists(path))
        ok = settings_fail(
            p->s, at, "there is no file %s (paths are relative to the task file)", path);
    if (ok && file_is_folder(path))
        ok = settings_fail(p->s, at, "%s is a folder, a file was expected", path);
    if (ok)
        print_text(path, p->out);
    free(path);
    return ok;
}

static bool print_corpus(struct printing *p, const struct setting_at *at)
{
    const struct data_format *format = p->task->data->format;

    if (at->value->type == JSON_ARRAY && at->value->count > 0 && at->value->count <= LIST_MAX) {
        str_add_char(p->out, '[');
        for (size_t i = 0; i < at->value->count; i++) {
            struct setting_at item = settings_item(at, i);

            str_add(p->out, i > 0 ? "," : "");
            if (!print_corpus_path(p, &item))
                return false;
        }
        str_add_char(p->out, ']');
        return true;
    }
    if (!settings_need(p->s, at, JSON_STRING, "a path or a list of paths was expected"))
        return false;
    if (strcmp(at->value->text, "data") != 0)
        return print_corpus_path(p, at);
    if (!format->has_passages)
        return settings_fail(p->s, at,
            "is \"data\", but data of the format \"%s\" has no paragraphs; give the path of a "
            "JSONL file of {\"title\", \"text\"}",
            format->name);
    print_text("data", p->out);
    return true;
}

/* { "title": "headline", "text": "body" or ["abstract", "body"] } */
static bool print_columns(struct printing *p, const struct setting_at *at)
{
    static const char *const known[] = { "title", "text" };
    struct setting_at title = settings_get(at, "title"), text = settings_get(at, "text");

    if (!settings_need(p->s, at, JSON_OBJECT,
            "which members are title and text was expected: { \"title\": \"headline\", \"text\": "
            "[\"abstract\", \"body\"] }") ||
        !settings_keys(p->s, at, known, 2))
        return false;
    str_add_char(p->out, '{');
    if (title.value != NULL) {
        char *name = settings_string(p->s, &title, TEXT_MAX);

        if (name == NULL)
            return false;
        str_add(p->out, "\"title\":");
        print_text(name, p->out);
        free(name);
    }
    if (text.value != NULL) {
        str_addf(p->out, "%s\"text\":", title.value != NULL ? "," : "");
        if (text.value->type == JSON_STRING)
            json_print(text.value, p->out);
        else if (!print_names(p, &text))
            return false;
    }
    str_add_char(p->out, '}');
    return true;
}

static bool print_string(struct printing *p, const struct setting_at *at)
{
    char *text = settings_string(p->s, at, TEXT_MAX);

    if (text != NULL)
        print_text(text, p->out);
    free(text);
    return text != NULL;
}

static bool print_value(struct printing *p, const struct setting_at *at, const struct tool_key *key)
{
    switch (key->kind) {
    case VALUE_TEXT:
        return print_string(p, at);
    case VALUE_COUNT:
    case VALUE_SECONDS:
        return print_number(p, at, key);
    case VALUE_NAMES:
        return print_names(p, at);
    case VALUE_COMMAND:
        return print_command(p, at);
    case VALUE_SCHEMA:
        return print_schema(p, at);
    case VALUE_MODEL:
        return print_model(p, at);
    case VALUE_CORPUS:
        return print_corpus(p, at);
    case VALUE_COLUMNS:
        return print_columns(p, at);
    }
    return false;
}

static bool print_settings(
    struct printing *p, const struct setting_at *tool, const struct tool_keys *type)
{
    str_addf(p->out, "{\"type\":\"%s\"", type->type);
    for (const struct tool_key *key = type->keys; key->name != NULL; key++) {
        struct setting_at at = settings_get(tool, key->name);
        bool is_number = key->kind == VALUE_COUNT || key->kind == VALUE_SECONDS;

        if (at.value == NULL && key->needed != NULL)
            return settings_fail(p->s, &at, "missing; %s", key->needed);
        if (at.value == NULL && !is_number)
            continue;
        str_addf(p->out, ",\"%s\":", key->name);
        if (!(is_number ? print_number(p, &at, key) : print_value(p, &at, key)))
            return false;
    }
    str_add_char(p->out, '}');
    return true;
}

static const struct tool_keys *find_type(const struct settings *s, const struct setting_at *at)
{
    const char *names[TYPE_COUNT];
    struct str list = STR_INIT;
    const char *nearest;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        names[i] = TYPES[i].type;
        if (strcmp(names[i], at->value->text) == 0) {
            str_free(&list);
            return &TYPES[i];
        }
        str_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    nearest = nearest_name(at->value->text, names, TYPE_COUNT);
    settings_fail(s, at, "there is no type of tool \"%.60s\"; %s%s%s", at->value->text,
        nearest != NULL ? "did you mean \"" : "there is: ",
        nearest != NULL ? nearest : str_text(&list), nearest != NULL ? "\"?" : "");
    str_free(&list);
    return NULL;
}

static bool check_keys(
    const struct settings *s, const struct setting_at *at, const struct tool_keys *type)
{
    const char *known[KEYS_MAX + 1] = { "type" };
    size_t count = 1;

    for (const struct tool_key *key = type->keys; key->name != NULL; key++)
        known[count++] = key->name;
    return settings_keys(s, at, known, count);
}

static bool read_tool(const struct settings *s, const struct setting_at *at, struct task_tool *tool,
    const struct task *task)
{
    struct str settings = STR_INIT;
    struct printing printing = { s, task, &settings };
    struct setting_at type_at;
    const struct tool_keys *type;

    if (at->value->type != JSON_OBJECT)
        return settings_fail(
            s, at, "is %s; an object with \"type\" was expected", json_type_name(at->value->type));
    type_at = settings_get(at, "type");
    if (!settings_need(s, &type_at, JSON_STRING, "name the kind of tool, for example \"search\""))
        return false;
    type = find_type(s, &type_at);
    if (type == NULL || !settings_no_secrets(s, at) || !check_keys(s, at, type) ||
        !print_settings(&printing, at, type)) {
        str_free(&settings);
        return false;
    }
    tool->type = mem_strdup(type->type);
    tool->settings = str_take(&settings);
    return true;
}

bool task_read_tools(const struct settings *s, const struct setting_at *root, struct task *task)
{
    struct setting_at tools = settings_get(root, "tools");

    if (tools.value == NULL)
        return true;
    if (!settings_need(s, &tools, JSON_OBJECT,
            "give each tool by its name: { \"search\": { \"type\": \"search\", … } }"))
        return false;
    task->tools = mem_zalloc(tools.value->count, sizeof *task->tools);
    for (size_t i = 0; i < tools.value->count; i++) {
        struct setting_at at = settings_item(&tools, i);
        struct task_tool *tool = &task->tools[task->tool_count++];

        tool->name = mem_strdup(tools.value->keys[i]);
        tool->line = at.value->line;
        if (!settings_check_name(s, &at, tool->name) || !read_tool(s, &at, tool, task))
            return false;
    }
    return true;
}
