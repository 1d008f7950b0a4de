#include "data.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hash_map.h"
#include "mem.h"
#include "random.h"

typedef bool record_fn(void *data, enum split split, const struct record *record, struct err *err);

const char *split_name(enum split split)
{
    static const char *const names[SPLIT_COUNT] = { "train", "validation", "test" };

    return names[split];
}

static bool count_records(const char *path, size_t *count, struct err *err)
{
    struct records *records = records_open(path, err);
    enum record_result result = RECORD_BROKEN;
    struct record record;

    *count = 0;
    if (records == NULL)
        return false;
    while ((result = records_next(records, false, &record, err)) == RECORD_READ)
        ++*count;
    records_close(records);
    return result == RECORD_END;
}

/* membership[i] is the split of record i, SPLIT_COUNT for none: a shuffle by the seed decides. */
static unsigned char *pick_members(const struct data_spec *spec, size_t count)
{
    unsigned char *membership = mem_alloc(count);
    size_t *order = mem_alloc(count * sizeof *order);
    struct random random;
    size_t next = 0;

    memset(membership, SPLIT_COUNT, count);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    random_seed(&random, spec->seed);
    random_shuffle(&random, order, count);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (size_t i = 0; i < spec->sizes[split]; i++)
            membership[order[next++]] = (unsigned char)split;
    free(order);
    return membership;
}

/* Reads all records of a file that `membership` gives to a split. */
static bool each_member(const char *path, const unsigned char *membership, size_t count,
    record_fn *on_record, void *data, struct err *err)
{
    struct records *records = records_open(path, err);
    bool ok = records != NULL;

    for (size_t i = 0; i < count && ok; i++) {
        bool wanted = membership[i] != SPLIT_COUNT;
        struct record record;
        enum record_result result = records_next(records, wanted, &record, err);

        if (result == RECORD_END)
            ok = err_set(err, ERR_INPUT, "%s: became shorter while it was read", path);
        else
            ok = result == RECORD_READ &&
                 (!wanted || on_record(data, (enum split)membership[i], &record, err));
    }
    records_close(records);
    return ok;
}

static bool each_of_one_file(
    const struct data_spec *spec, record_fn *on_record, void *data, struct err *err)
{
    const struct data_part *part = &spec->parts[0];
    size_t wanted = 0;
    unsigned char *membership;
    size_t count;
    bool ok;

    for (int split = 0; split < SPLIT_COUNT; split++)
        wanted += spec->sizes[split];
    if (!count_records(part->file, &count, err))
        return err_prefix(err, "%s", part->where);
    if (wanted > count)
        return err_set(err, ERR_INPUT,
            "%s: the splits take %zu records together, but %s has only %zu; make them smaller",
            part->where, wanted, part->file, count);
    membership = pick_members(spec, count);
    ok = each_member(part->file, membership, count, on_record, data, err);
    free(membership);
    return ok;
}

/* The file has ended: were the records of the part in it? */
static bool check_end(const struct data_part *part, size_t count, struct err *err)
{
    if (part->ranged && count < part->to)
        return err_set(err, ERR_INPUT,
            "%s: the range [%zu, %zu] goes beyond %s, which has %zu records; a range counts from 0 "
            "and its end is not included",
            part->where, part->from, part->to, part->file, count);
    if (count == 0)
        return err_set(
            err, ERR_INPUT, "%s: %s has no records, the split is empty", part->where, part->file);
    return true;
}

static bool each_of_part(const struct data_part *part, enum split split, record_fn *on_record,
    void *data, struct err *err)
{
    struct records *records = records_open(part->file, err);
    enum record_result result = RECORD_READ;
    bool ok = records != NULL;
    size_t i;

    if (!ok)
        return err_prefix(err, "%s", part->where);
    for (i = 0; ok && (!part->ranged || i < part->to); i++) {
        bool wanted = !part->ranged || i >= part->from;
        struct record record;

        result = records_next(records, wanted, &record, err);
        if (result == RECORD_END)
            break;
        ok = result == RECORD_READ && (!wanted || on_record(data, split, &record, err));
    }
    records_close(records);
    return ok && check_end(part, i, err);
}

bool data_each(const struct data_spec *spec, record_fn *on_record, void *data, struct err *err)
{
    if (spec->one_file)
        return each_of_one_file(spec, on_record, data, err);
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (!each_of_part(&spec->parts[split], (enum split)split, on_record, data, err))
            return false;
    return true;
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

/* Two examples never share an id: the second is called by its file and record. */
static void make_id(struct loading *loading, const struct record *record, struct example *example)
{
    if (example->id != NULL && take_id(loading, example->id))
        return;
    for (unsigned again = 0;; again++) {
        free(example->id);
        example->id = again == 0 ? mem_printf("%s:%zu", base_name(record->path), record->number)
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
        "inputs and target); "
        "remove one of the two, or the score would be of what was learned by heart",
        split_name(split), split_name(first->split), first->file, first->line, first->number);
}

/* Whether the example is new. A repetition within its split is counted, one in another split is an
 * error. */
static bool check_repetition(struct loading *loading, enum split split, const struct record *record,
    const struct example *example, bool *fresh, struct err *err)
{
    size_t first = hash_map_put(&loading->seen, example->hash, loading->examples.count, fresh);

    if (*fresh)
        return true;
    if (loading->origins.items[first].split != split)
        return in_two_splits(record, split, &loading->origins.items[first], err);
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
    bool ok = task->data->format->read(task, record, &example, err);

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

bool data_load(struct task *task, struct err *err)
{
    struct loading loading = { .task = task };
    bool ok = data_each(task->data, on_record, &loading, err);

    task->examples = loading.examples.items;
    task->example_count = loading.examples.count;
    if (ok)
        make_splits(task, &loading);
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
    free(spec);
}
