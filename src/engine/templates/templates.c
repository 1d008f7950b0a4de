#include "templates.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "builtin_templates.h"
#include "file.h"
#include "mem.h"
#include "nearest.h"
#include "template.h"
#include "utf8.h"

enum { SOURCE_MAX = 262144, PLACEHOLDERS_MAX = 10 };

struct templates {
    struct {
        char *source;
        struct template *parsed;
    } items[TEMPLATE_COUNT];
};

/* Where the value of a placeholder stands in struct template_values. */
static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    { "task", offsetof(struct template_values, task) },
    { "tools", offsetof(struct template_values, tools) },
    { "fields", offsetof(struct template_values, fields) },
    { "step", offsetof(struct template_values, step) },
    { "prompt", offsetof(struct template_values, prompt) },
    { "inputs", offsetof(struct template_values, inputs) },
    { "output", offsetof(struct template_values, output) },
    { "target", offsetof(struct template_values, target) },
    { "loss", offsetof(struct template_values, loss) },
    { "successors", offsetof(struct template_values, successors) },
    { "gradients", offsetof(struct template_values, gradients) },
    { "prompts", offsetof(struct template_values, prompts) },
    { "workflow", offsetof(struct template_values, workflow) },
    { "trace", offsetof(struct template_values, trace) },
    { "samples", offsetof(struct template_values, samples) },
    { "declined", offsetof(struct template_values, declined) },
    { "refused", offsetof(struct template_values, refused) },
};

static const struct {
    const char *name;
    const char *placeholders[PLACEHOLDERS_MAX]; /* NULL after the last */
} kinds[TEMPLATE_COUNT] = {
    [TEMPLATE_GRAD_LOSS] = { "grad-loss",
        { "task", "step", "prompt", "inputs", "output", "target", "loss" } },
    [TEMPLATE_GRAD_CALL] = { "grad-call",
        { "task", "step", "prompt", "inputs", "output", "successors" } },
    [TEMPLATE_OPTIM_CALL] = { "optim-call",
        { "task", "step", "prompt", "gradients", "declined", "refused" } },
    [TEMPLATE_OPTIM_JOINT] = { "optim-joint", { "task", "prompts", "declined", "refused" } },
    [TEMPLATE_GRAD_WORKFLOW] = { "grad-workflow",
        { "task", "tools", "workflow", "inputs", "trace", "target", "loss" } },
    [TEMPLATE_OPTIM_WORKFLOW] = { "optim-workflow",
        { "task", "tools", "fields", "workflow", "gradients", "declined", "refused" } },
    [TEMPLATE_GENERATE] = { "generate",
        { "task", "tools", "workflow", "step", "samples", "refused" } },
};

static size_t count_placeholders(enum template_id id)
{
    size_t count = 0;

    while (count < PLACEHOLDERS_MAX && kinds[id].placeholders[count] != NULL)
        count++;
    return count;
}

static const char *value_of(const struct template_values *values, const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            return *(const char *const *)((const char *)values + fields[i].offset);
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether the text from `at` on, white space apart, goes on with `tag`. */
static bool tag_follows(const char *at, const char *tag)
{
    while (is_blank(*at))
        at++;
    return str_starts(at, tag);
}

static bool tag_precedes(const char *source, const char *at, const char *tag)
{
    size_t len = strlen(tag);

    while (at > source && is_blank(at[-1]))
        at--;
    return (size_t)(at - source) >= len && memcmp(at - len, tag, len) == 0;
}

static bool is_tagged(const char *source, const char *name)
{
    char *mark = mem_printf("{{%s}}", name);
    char *open = mem_printf("<%s>", name);
    char *close = mem_printf("</%s>", name);
    bool found = false;

    for (const char *at = strstr(source, mark); at != NULL && !found; at = strstr(at + 1, mark))
        found = tag_precedes(source, at, open) && tag_follows(at + strlen(mark), close);
    free(mark);
    free(open);
    free(close);
    return found;
}

static bool check_tags(const char *title, const char *source, enum template_id id, struct err *err)
{
    for (size_t i = 0; i < count_placeholders(id); i++) {
        const char *name = kinds[id].placeholders[i];

        if (!is_tagged(source, name))
            return err_set(err, ERR_INPUT,
                "%s: {{%s}} must stand between tags of its own name, so that its value can be "
                "found: <%s>{{%s}}</%s>",
                title, name, name, name, name);
    }
    return true;
}

/* Takes the source in any case. */
static bool set_source(struct templates *templates, enum template_id id, const char *title,
    char *take_source, struct err *err)
{
    struct template *parsed =
        template_parse(title, take_source, kinds[id].placeholders, count_placeholders(id), err);

    if (parsed == NULL || !check_tags(title, take_source, id, err)) {
        template_free(parsed);
        free(take_source);
        return false;
    }
    templates->items[id].source = take_source;
    templates->items[id].parsed = parsed;
    return true;
}

static char *read_source(const char *path, struct err *err)
{
    struct str source = STR_INIT;
    size_t bad;

    if (!file_read(path, SOURCE_MAX, &source, err))
        goto out;
    if (!utf8_valid(str_text(&source), source.len, &bad) ||
        strlen(str_text(&source)) != source.len) {
        err_set(err, ERR_INPUT, "%s: a template must be UTF-8 text without NUL characters", path);
        goto out;
    }
    return str_take(&source);

out:
    str_free(&source);
    return NULL;
}

/* NAME.md's template, or TEMPLATE_COUNT. */
static enum template_id find_template(const char *file)
{
    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        if (str_starts(file, kinds[i].name) && strcmp(file + strlen(kinds[i].name), ".md") == 0)
            return (enum template_id)i;
    return TEMPLATE_COUNT;
}

static bool no_template(const char *folder, const char *file, struct err *err)
{
    char *names[TEMPLATE_COUNT];
    const char *near;

    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        names[i] = mem_printf("%s.md", kinds[i].name);
    near = nearest_name(file, (const char *const *)names, TEMPLATE_COUNT);
    err_set(err, ERR_INPUT, "%s/%s is no template; %s%s%s", folder, file,
        near != NULL ? "did you mean "
                     : "take it out of the folder (templates are grad-loss.md, grad-call.md, …)",
        near != NULL ? near : "", near != NULL ? "?" : "");
    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        free(names[i]);
    return false;
}

static bool take_entry(
    struct templates *templates, const char *folder, const char *file, struct err *err)
{
    enum template_id id = find_template(file);
    char *path, *source;
    bool good;

    if (file[0] == '.')
        return true;
    if (id == TEMPLATE_COUNT)
        return no_template(folder, file, err);
    path = file_join(folder, file);
    source = read_source(path, err);
    good = source != NULL && set_source(templates, id, path, source, err);
    free(path);
    return good;
}

/* In the order of names, so that the first error is always the same one. */
static bool take_folder(struct templates *templates, const char *folder, struct err *err)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    bool good = true;

    if (count < 0)
        return err_set(err, ERR_INPUT, "%s: the folder of prompts cannot be read: %s", folder,
            strerror(errno));
    for (int i = 0; i < count; i++) {
        good = good && take_entry(templates, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return good;
}

/* Every template that has no source yet gets the built-in one. */
static bool take_builtin(struct templates *templates, struct err *err)
{
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        char title[64];

        if (templates->items[i].source != NULL)
            continue;
        (void)snprintf(title, sizeof title, "built-in %s.md", kinds[i].name);
        if (!set_source(templates, (enum template_id)i, title,
                mem_strdup((const char *)builtin_templates[i]), err))
            return false;
    }
    return true;
}

struct templates *templates_open(const char *folder, struct err *err)
{
    struct templates *templates = mem_zalloc(1, sizeof *templates);

    if ((folder == NULL || take_folder(templates, folder, err)) && take_builtin(templates, err))
        return templates;
    templates_free(templates);
    return NULL;
}

struct templates *templates_from_sources(const char *const sources[TEMPLATE_COUNT], struct err *err)
{
    struct templates *templates = mem_zalloc(1, sizeof *templates);

    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        char title[64];

        (void)snprintf(title, sizeof title, "stored %s.md", kinds[i].name);
        if (!set_source(templates, (enum template_id)i, title, mem_strdup(sources[i]), err)) {
            templates_free(templates);
            return NULL;
        }
    }
    return templates;
}

void templates_free(struct templates *templates)
{
    if (templates == NULL)
        return;
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        template_free(templates->items[i].parsed);
        free(templates->items[i].source);
    }
    free(templates);
}

void templates_render(const struct templates *templates, enum template_id id,
    const struct template_values *values, struct str *out)
{
    const char *list[PLACEHOLDERS_MAX];
    size_t count = count_placeholders(id);

    for (size_t i = 0; i < count; i++) {
        list[i] = value_of(values, kinds[id].placeholders[i]);
        assert(list[i] != NULL);
    }
    template_render(templates->items[id].parsed, list, out);
}

const char *templates_name(enum template_id id)
{
    assert(id < TEMPLATE_COUNT);
    return kinds[id].name;
}

const char *templates_source(const struct templates *templates, enum template_id id)
{
    return templates->items[id].source;
}
