#include "data.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hash_map.h"
#include "mem.h"

const char *split_name(enum split split)
{
    static const char *const names[SPLIT_COUNT] = { "train", "validation", "test" };

    return names[split];
}

/* Where an example came from, for messages. */
struct origin {
    enum split split;
    size_t number;
    unsigned line;
    const char *file;
};

struct loading {
    struct task *task;
    struct {
        struct example *items;
        size_t count, cap;
    } examples;
    struct {
        struct origin *items;
        size_t count, cap;
    } origins; /* of each example */
    struct hash_map seen, ids;
};

static struct hash hash_example(const struct example *example, size_t input_count)
{
    struct hash hash = hash_bytes(example->target->data, example->target->len);

    for (size_t i = 0; i < input_count; i++)
        hash = hash_join(hash, hash_bytes(example->inputs[i]->data, example->inputs[i]->len));
    return hash;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool take_id(struct loading *loading, const char *id)
{
    bool fresh;

    (void)hash_map_put(&loading->ids, hash_text(id), 0, &fresh);
    return fresh;
}

/* "FILE:RECORD"; of a file that is one record, its path within the folder. */
static char *name_by_place(const struct record *record)
{
    size_t root = strlen(record->root);

    if (strcmp(record->path, record->root) == 0)
        return mem_printf("%s:%zu", base_name(record->path), record->number);
    return mem_strdup(record->path + root + (record->path[root] == '/'));
}

/* Two examples never share an id: the second is called by its file and record. */
static void make_id(struct loading *loading, const struct record *record, struct example *example)
{
    if (example->id != NULL && take_id(loading, example->id))
        return;
    for (unsigned again = 0;; again++) {
        free(example->id);
        example->id = again == 0 ? name_by_place(record)
                                 : mem_printf("%s:%zu#%u", base_name(record->path), record->number,
                                       again + 1);
        if (take_id(loading, example->id))
            return;
    }
}

static bool in_two_splits(
    const struct record *record, enum split split, const struct origin *first, struct err *err)
{
    return record_error(record, err,
        "this example of the split \"%s\" is also in the split \"%s\" (%s:%u: record %zu, same "
        "inputs and target); remove one of the two, or the score would be of what was learned by "
        "heart (\"overlap\": \"drop\" in \"data\" keeps it in the later split alone)",
        split_name(split), split_name(first->split), first->file, first->line, first->number);
}

/* Whether the example is new. A repetition within its split is counted, one in another split is an
 * error, or it moves to the later of the two. */
static bool check_repetition(struct loading *loading, enum split split, const struct record *record,
    const struct example *example, bool *fresh, struct err *err)
{
    size_t first = hash_map_put(&loading->seen, example->hash, loading->examples.count, fresh);

    if (*fresh)
        return true;
    if (loading->origins.items[first].split != split && !loading->task->data->drop_overlap)
        return in_two_splits(record, split, &loading->origins.items[first], err);
    if (loading->origins.items[first].split < split)
        loading->origins.items[first].split = split;
    loading->task->duplicates_dropped++;
    return true;
}

static const char *file_of(const struct data_spec *spec, enum split split)
{
    return spec->parts[spec->one_file ? 0 : split].file;
}

static bool on_record(void *data, enum split split, const struct record *record, struct err *err)
{
    struct loading *loading = data;
    struct task *task = loading->task;
    struct example example = { .inputs = mem_zalloc(task->input_count, sizeof(struct text *)) };
    bool fresh = false;
    bool ok = data_format_read(task, record, &example, err);

    if (ok) {
        example.hash = hash_example(&example, task->input_count);
        ok = check_repetition(loading, split, record, &example, &fresh, err);
    }
    if (!fresh) {
        data_example_free(&example, task->input_count);
        return ok;
    }
    make_id(loading, record, &example);
    ARRAY_PUSH(&loading->examples, example);
    ARRAY_PUSH(&loading->origins,
        ((struct origin){ split, record->number, record->line, file_of(task->data, split) }));
    return true;
}

/* The views of the splits, and the hash of all that is in them. */
static void make_splits(struct task *task, const struct loading *loading)
{
    for (int split = 0; split < SPLIT_COUNT; split++) {
        struct split_view *view = &task->splits[split];

        view->items = mem_alloc(task->example_count * sizeof *view->items);
        task->data_hash = hash_join(task->data_hash, hash_text(split_name((enum split)split)));
        for (size_t i = 0; i < task->example_count; i++) {
            if (loading->origins.items[i].split != (enum split)split)
                continue;
            view->items[view->count++] = i;
            task->data_hash = hash_join(task->data_hash, hash_text(task->examples[i].id));
            task->data_hash = hash_join(task->data_hash, task->examples[i].hash);
        }
    }
}

/* What moved to another split may have been all of one. */
static bool check_splits(const struct task *task, struct err *err)
{
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (task->splits[split].count == 0)
            return err_set(err, ERR_INPUT,
                "%s: every example of the split \"%s\" is also in a later one: the split is empty",
                task->path, split_name((enum split)split));
    return true;
}

bool data_load(struct task *task, struct err *err)
{
    struct loading loading = { .task = task };
    bool ok = data_each(task->data, on_record, &loading, err);

    task->examples = loading.examples.items;
    task->example_count = loading.examples.count;
    if (ok) {
        make_splits(task, &loading);
        ok = check_splits(task, err);
    }
    free(loading.origins.items);
    hash_map_free(&loading.seen);
    hash_map_free(&loading.ids);
    return ok;
}

void data_example_free(struct example *example, size_t input_count)
{
    for (size_t i = 0; i < input_count && example->inputs != NULL; i++)
        text_unref(example->inputs[i]);
    free(example->inputs);
    text_unref(example->target);
    free(example->id);
}

void data_spec_free(struct data_spec *spec)
{
    if (spec == NULL)
        return;
    for (int i = 0; i < SPLIT_COUNT; i++) {
        free(spec->parts[i].where);
        free(spec->parts[i].file);
    }
    for (size_t i = 0; i < spec->column_count; i++)
        free(spec->columns[i]);
    free(spec->columns);
    free(spec->target);
    json_free(spec->only);
    json_free(spec->without);
    free(spec);
}
