#include "workflow_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "json.h"
#include "json_pretty.h"
#include "mem.h"

#define TITLE " prompt of "

/* ---- writing ---- */

static const char *string_of(const cJSON *node, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, name));

    return text != NULL ? text : "";
}

/* How many "=" a title at `line` begins with; 0: it is none. */
static size_t bars_of(const char *line)
{
    size_t bars = strspn(line, "=");

    return str_starts(line + bars, TITLE) ? bars : 0;
}

/* The next line; NULL behind the last one. */
static const char *line_after(const char *line)
{
    const char *end = strchr(line, '\n');

    return end != NULL && end[1] != '\0' ? end + 1 : NULL;
}

static size_t most_bars(const cJSON *nodes)
{
    const cJSON *node;
    size_t most = 1;

    cJSON_ArrayForEach(node, nodes)
    {
        for (const char *line = string_of(node, "prompt"); line != NULL; line = line_after(line))
            if (bars_of(line) > most)
                most = bars_of(line);
    }
    return most;
}

static void add_json(const cJSON *workflow, struct str *out)
{
    cJSON *bare = cJSON_Duplicate(workflow, true), *node;

    cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(bare, "nodes"))
        cJSON_DeleteItemFromObjectCaseSensitive(node, "prompt");
    str_add(out, "// The prompts stand below, each under a line of its own.\n");
    json_pretty(bare, out);
    str_add_char(out, '\n');
    cJSON_Delete(bare);
}

char *workflow_sheet(const cJSON *workflow)
{
    const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(workflow, "nodes"), *node;
    size_t bars = most_bars(nodes) + 1;
    char *line = mem_zalloc(bars + 1, 1);
    struct str out = STR_INIT;

    memset(line, '=', bars);
    add_json(workflow, &out);
    cJSON_ArrayForEach(node, nodes)
    {
        if (string_of(node, "prompt")[0] != '\0')
            str_addf(&out, "\n%s" TITLE "%s %s\n%s\n", line, string_of(node, "id"), line,
                string_of(node, "prompt"));
    }
    free(line);
    return str_take(&out);
}

/* ---- reading ---- */

struct part {
    char *id, *prompt;
    unsigned line; /* of its title */
    bool is_used;
};

struct sheet {
    size_t json_len;
    struct part *items;
    size_t count, cap;
};

static void sheet_free(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        free(sheet->items[i].id);
        free(sheet->items[i].prompt);
    }
    free(sheet->items);
}

/* A title: "== prompt of ID ==", the bars behind it or not. */
static char *id_of(const char *title)
{
    const char *id = title + bars_of(title) + strlen(TITLE);
    size_t len = strcspn(id, "\r\n");

    while (len > 0 && (id[len - 1] == '=' || id[len - 1] == ' '))
        len--;
    return mem_strndup(id, len);
}

/* The text up to the next title, without its line end and the blank line before the title. */
static char *prompt_of(const char *from, const char *title)
{
    size_t len = title != NULL ? (size_t)(title - from) : strlen(from);

    for (int i = title != NULL ? 2 : 1; i > 0 && len > 0 && from[len - 1] == '\n'; i--)
        len--;
    return mem_strndup(from, len);
}

/* The next title with so many bars (0: any), from this line on; *number counts lines. */
static const char *find_title(const char *line, size_t bars, unsigned *number)
{
    for (; line != NULL; line = line_after(line), (*number)++) {
        size_t found = bars_of(line);

        if (found > 0 && (bars == 0 || found == bars))
            return line;
    }
    return NULL;
}

static void read_sheet(const char *text, struct sheet *sheet)
{
    unsigned number = 1;
    const char *title = find_title(text, 0, &number);
    size_t bars = title != NULL ? bars_of(title) : 0;

    *sheet = (struct sheet){ .json_len = title != NULL ? (size_t)(title - text) : strlen(text) };
    while (title != NULL) {
        struct part part = { id_of(title), NULL, number, false };
        const char *body = line_after(title), *next;

        number++;
        next = body != NULL ? find_title(body, bars, &number) : NULL;
        part.prompt = prompt_of(body != NULL ? body : "", next);
        ARRAY_PUSH(sheet, part);
        title = next;
    }
}

static struct part *part_of(struct sheet *sheet, const char *id)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (!sheet->items[i].is_used && str_equal(sheet->items[i].id, id))
            return &sheet->items[i];
    return NULL;
}

/* The byte behind the "{" of a value that stands at this line and column. */
static size_t offset_of(const char *text, const struct json *value)
{
    const char *line = text;

    for (unsigned i = 1; i < value->line && line != NULL; i++)
        line = line_after(line);
    return line != NULL ? (size_t)(line - text) + value->column : 0;
}

/* The JSON with each prompt put into its node, on the line where that begins. */
static void put_in(const char *text, struct sheet *sheet, const struct json *nodes, struct str *out)
{
    size_t at = 0;

    for (size_t i = 0; nodes != NULL && nodes->type == JSON_ARRAY && i < nodes->count; i++) {
        const struct json *node = &nodes->items[i];
        const struct json *id = node->type == JSON_OBJECT ? json_get(node, "id") : NULL;
        struct part *part = id != NULL && id->type == JSON_STRING ? part_of(sheet, id->text) : NULL;
        size_t to = offset_of(text, node);

        if (part == NULL || json_get(node, "prompt") != NULL)
            continue;
        part->is_used = true;
        str_add_n(out, text + at, to - at);
        str_add(out, "\"prompt\":");
        json_print_string(part->prompt, strlen(part->prompt), out);
        str_add(out, ",");
        at = to;
    }
    str_add_n(out, text + at, sheet->json_len - at);
}

static bool check(const struct sheet *sheet, struct err *err)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct part *part = &sheet->items[i];
        struct json at = { .line = part->line, .column = 1 };

        if (!part->is_used)
            return json_error(WORKFLOW_SHEET, &at, err,
                "there is no node \"%.60s\" that this prompt could be for", part->id);
        if (part->prompt[strspn(part->prompt, " \t\r\n")] == '\0')
            return json_error(WORKFLOW_SHEET, &at, err, "the prompt of %.60s is empty", part->id);
    }
    return true;
}

char *workflow_sheet_json(const char *text, struct err *err)
{
    struct sheet sheet;
    struct str out = STR_INIT;
    struct json_doc *doc;
    const struct json *root;
    bool ok = false;

    read_sheet(text, &sheet);
    doc = json_parse(WORKFLOW_SHEET, 1, text, sheet.json_len, JSON_COMMENTS, err);
    if (doc != NULL) {
        root = json_root(doc);
        put_in(text, &sheet, root->type == JSON_OBJECT ? json_get(root, "nodes") : NULL, &out);
        ok = check(&sheet, err);
    }
    json_free(doc);
    sheet_free(&sheet);
    if (ok)
        return str_take(&out);
    str_free(&out);
    return NULL;
}
