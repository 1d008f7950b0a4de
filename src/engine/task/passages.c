#include <stdlib.h>

#include "array.h"
#include "data.h"
#include "hash_map.h"
#include "mem.h"

struct collecting {
    const struct data_format *format;
    struct {
        struct task_passage *items;
        size_t count, cap;
    } passages;
    struct hash_map seen;
};

static bool add_passage(void *data, const char *title, const char *text)
{
    struct collecting *collecting = data;
    bool fresh;

    (void)hash_map_put(&collecting->seen, hash_join(hash_text(title), hash_text(text)), 0, &fresh);
    if (fresh) {
        struct task_passage passage = { mem_strdup(title), mem_strdup(text) };

        ARRAY_PUSH(&collecting->passages, passage);
    }
    return true;
}

static bool on_record(void *data, enum split split, const struct record *record, struct err *err)
{
    struct collecting *collecting = data;

    (void)split;
    return collecting->format->passages(record, add_passage, collecting, err);
}

bool task_passages(
    const struct task *task, struct task_passage **passages, size_t *count, struct err *err)
{
    struct collecting collecting = { .format = task->data->format };
    bool ok;

    if (!collecting.format->has_passages)
        return err_set(err, ERR_INPUT,
            "%s: data of the format \"%s\" has no paragraphs for \"corpus\": \"data\"; give the "
            "path of a JSONL file",
            task->path, collecting.format->name);
    ok = data_each(task->data, on_record, &collecting, err);
    hash_map_free(&collecting.seen);
    if (!ok) {
        task_passages_free(collecting.passages.items, collecting.passages.count);
        return false;
    }
    *passages = collecting.passages.items;
    *count = collecting.passages.count;
    return true;
}

void task_passages_free(struct task_passage *passages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(passages[i].title);
        free(passages[i].text);
    }
    free(passages);
}
