#include "score_data.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "file.h"
#include "mem.h"

enum { DATA_MAX_BYTES = 64 << 20 };

struct score_data {
    struct json_doc **items; /* the file's one array, or its lines */
    size_t count, cap;
};

static bool add_part(struct score_data *data, const char *path, unsigned line, const char *bytes,
    size_t len, struct err *err)
{
    struct json_doc *doc = json_parse(path, line, bytes, len, JSON_STRICT, err);

    if (doc == NULL)
        return false;
    ARRAY_PUSH(data, doc); // NOLINT(bugprone-sizeof-expression): pointers
    return true;
}

static bool add_lines(
    struct score_data *data, const char *path, const struct str *text, struct err *err)
{
    unsigned number = 0;

    for (const char *line = str_text(text); *line != '\0';) {
        size_t len = strcspn(line, "\n");

        number++;
        if (strspn(line, " \t\r") < len && !add_part(data, path, number, line, len, err))
            return false;
        line += len + (line[len] == '\n');
    }
    return true;
}

struct score_data *score_data_open(const char *path, struct err *err)
{
    struct score_data *data = mem_zalloc(1, sizeof *data);
    struct str text = STR_INIT;
    bool ok = file_read(path, DATA_MAX_BYTES, &text, err);

    if (ok && text.len > 1 && (unsigned char)text.data[0] == 0x1F &&
        (unsigned char)text.data[1] == 0x8B)
        ok = err_set(err, ERR_INPUT, "%s: is compressed; unpack it first (gunzip -k)", path);
    else if (ok && str_text(&text)[strspn(str_text(&text), " \t\r\n")] == '[')
        ok = add_part(data, path, 1, str_text(&text), text.len, err);
    else if (ok)
        ok = add_lines(data, path, &text, err);
    str_free(&text);
    if (ok)
        return data;
    score_data_close(data);
    return NULL;
}

static bool same_id(const struct json *record, const struct json *task_id)
{
    const struct json *id = record->type == JSON_OBJECT ? json_get(record, "task_id") : NULL;

    return id != NULL && id->text != NULL && str_equal(id->text, task_id->text);
}

const struct json *score_data_find(const struct score_data *data, const struct json *task_id)
{
    for (size_t i = 0; task_id->text != NULL && i < data->count; i++) {
        const struct json *root = json_root(data->items[i]);

        if (root->type != JSON_ARRAY && same_id(root, task_id))
            return root;
        for (size_t j = 0; root->type == JSON_ARRAY && j < root->count; j++)
            if (same_id(&root->items[j], task_id))
                return &root->items[j];
    }
    return NULL;
}

void score_data_close(struct score_data *data)
{
    if (data == NULL)
        return;
    for (size_t i = 0; i < data->count; i++)
        json_free(data->items[i]);
    free(data->items);
    free(data);
}
