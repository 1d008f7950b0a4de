#include "exec_window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "json.h"
#include "mem.h"
#include "str.h"

static void drop_examples(struct task *task)
{
    for (size_t i = 0; i < task->example_count; i++) {
        struct example *example = &task->examples[i];

        for (size_t j = 0; j < task->input_count; j++)
            text_unref(example->inputs[j]);
        free(example->inputs);
        free(example->id);
    }
    free(task->examples);
    task->examples = NULL;
    task->example_count = 0;
}

static void drop_lines(struct exec_window *window)
{
    for (size_t i = 0; i < window->line_count; i++)
        free(window->problems[i]);
    free(window->problems);
    free(window->examples);
    window->problems = NULL;
    window->examples = NULL;
    window->line_count = window->example_count = 0;
}

void exec_window_free(struct exec_window *window, struct task *task)
{
    drop_examples(task);
    drop_lines(window);
    free(window->line);
    *window = (struct exec_window){ 0 };
}

/* A field as text: a string as it is, anything else as its JSON. */
static struct text *field_text(const struct json *value)
{
    struct str text = STR_INIT;
    struct text *result;

    if (value->type == JSON_STRING)
        return text_new(value->text, value->len);
    json_print(value, &text);
    result = text_new(str_text(&text), text.len);
    str_free(&text);
    return result;
}

/* Models and tools take texts without NUL: cut there, the answer would be to something else. */
static bool check_field(
    const struct json *value, const char *name, const char *title, struct err *err)
{
    if (value == NULL)
        return err_set(err, ERR_INPUT, "%s: the input \"%s\" is missing", title, name);
    if (value->type == JSON_STRING && strlen(value->text) != value->len)
        return err_set(err, ERR_INPUT,
            "%s: the input \"%s\" holds the character NUL (\\u0000); remove it", title, name);
    return true;
}

static bool fill(const struct task *task, struct example *example, const struct json *root,
    const char *title, struct err *err)
{
    if (root->type != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "%s: an object was expected, not %s", title,
            json_type_name(root->type));
    for (size_t i = 0; i < task->input_count; i++)
        if (!check_field(json_get(root, task->inputs[i]), task->inputs[i], title, err))
            return false;
    example->inputs = mem_zalloc(task->input_count, sizeof(struct text *));
    for (size_t i = 0; i < task->input_count; i++)
        example->inputs[i] = field_text(json_get(root, task->inputs[i]));
    return true;
}

static void add_line(struct exec_window *window, struct task *task, const char *line, size_t len)
{
    char *title = mem_printf("line %llu", window->lines_before);
    struct example *example = &task->examples[task->example_count];
    struct err err = { .code = ERR_NONE };
    struct json_doc *doc = json_parse(title, 1, line, len, JSON_STRICT, &err);

    *example = (struct example){ 0 };
    if (doc != NULL && fill(task, example, json_root(doc), title, &err)) {
        example->id = mem_strdup(title);
        window->examples[window->example_count++] = task->example_count++;
        window->problems[window->line_count] = NULL;
    } else {
        window->problems[window->line_count] = mem_strdup(err.message);
    }
    window->line_count++;
    json_free(doc);
    free(title);
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n')
            return false;
    return true;
}

/* The next line without its line feed into window->line; what is beyond EXEC_LINE_MAX is read and
 * dropped. False at the end of the input. */
static bool read_line(struct exec_window *window, FILE *from, size_t *len, bool *is_cut)
{
    int c;

    *len = 0;
    *is_cut = false;
    while ((c = getc_unlocked(from)) != EOF && c != '\n') {
        if (*len == EXEC_LINE_MAX) {
            *is_cut = true;
            continue;
        }
        window->line = array_grow(window->line, *len, &window->line_cap, 1);
        window->line[(*len)++] = (char)c;
    }
    window->lines_before += c == '\n' || *len > 0;
    return c == '\n' || *len > 0;
}

static void refuse_line(struct exec_window *window)
{
    window->problems[window->line_count++] =
        mem_printf("line %llu: longer than %d bytes", window->lines_before, EXEC_LINE_MAX);
}

bool exec_window_read(
    struct exec_window *window, struct task *task, FILE *from, size_t max, struct err *err)
{
    size_t len;
    bool is_cut;

    drop_examples(task);
    drop_lines(window);
    window->problems = mem_zalloc(max, sizeof *window->problems);
    window->examples = mem_zalloc(max, sizeof *window->examples);
    task->examples = mem_zalloc(max, sizeof *task->examples);
    while (window->line_count < max && read_line(window, from, &len, &is_cut)) {
        if (is_cut)
            refuse_line(window);
        else if (!is_blank(window->line, len))
            add_line(window, task, window->line, len);
    }
    if (ferror(from))
        return err_set(err, errno == EISDIR ? ERR_INPUT : ERR_IO,
            "standard input cannot be read: %s", strerror(errno));
    return window->line_count > 0;
}
