/* Which records of which files are in which split. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "mem.h"
#include "nearest.h"
#include "random.h"

typedef bool record_fn(void *data, enum split split, const struct record *record, struct err *err);

/* Texts and numbers by their text, so that a column of a table and a number are the same. */
static bool same_scalar(const struct json *a, const struct json *b)
{
    if (a->type == JSON_BOOL || b->type == JSON_BOOL)
        return a->type == b->type && a->boolean == b->boolean;
    if (a->type == JSON_NUMBER && b->type == JSON_NUMBER && a->number == b->number)
        return true;
    return a->text != NULL && b->text != NULL && a->len == b->len &&
           memcmp(a->text, b->text, a->len) == 0;
}

static bool is_among(const struct json *value, const struct json *wanted)
{
    if (wanted->type != JSON_ARRAY)
        return same_scalar(value, wanted);
    for (size_t i = 0; i < wanted->count; i++)
        if (same_scalar(value, &wanted->items[i]))
            return true;
    return false;
}

/* A list has a value where one of its items is it. */
static bool has_value(const struct json *value, const struct json *wanted)
{
    if (value->type != JSON_ARRAY)
        return is_among(value, wanted);
    for (size_t i = 0; i < value->count; i++)
        if (is_among(&value->items[i], wanted))
            return true;
    return false;
}

/* Whether the record has one of the values in every field (`all`), or in any. */
static bool check_fields(const struct json_doc *filter, const char *key, bool all,
    const struct record *record, bool *passes, struct err *err)
{
    const struct json *fields = json_root(filter);

    *passes = all;
    for (size_t i = 0; i < fields->count; i++) {
        const struct json *value = json_get(record->value, fields->keys[i]);
        const char *near;

        if (value == NULL) {
            near = nearest_name(fields->keys[i], record->value->keys, record->value->count);
            return record_error(record, err,
                "there is no field \"%.60s\", which data.%s names%s%.60s%s", fields->keys[i], key,
                near != NULL ? "; the nearest is \"" : "", near != NULL ? near : "",
                near != NULL ? "\"" : "");
        }
        if (has_value(value, &fields->items[i]) != all)
            *passes = !all;
    }
    return true;
}

static bool is_chosen(
    const struct data_spec *spec, const struct record *record, bool *chosen, struct err *err)
{
    bool out = false;

    *chosen = true;
    if (spec->only != NULL && !check_fields(spec->only, "only", true, record, chosen, err))
        return false;
    if (spec->without != NULL && !check_fields(spec->without, "without", false, record, &out, err))
        return false;
    *chosen = *chosen && !out;
    return true;
}

/* The next record that data.only and data.without leave; all are read where there is one of them.
 */
static enum record_result next_chosen(const struct data_spec *spec, struct records *records,
    bool wanted, struct record *record, struct err *err)
{
    bool filtered = spec->only != NULL || spec->without != NULL;
    bool chosen = true;

    for (;;) {
        enum record_result result = records_next(records, wanted || filtered, record, err);

        if (result != RECORD_READ || !filtered)
            return result;
        if (!is_chosen(spec, record, &chosen, err))
            return RECORD_BROKEN;
        if (chosen)
            return RECORD_READ;
    }
}

bool data_count(const struct data_spec *spec, const char *path, size_t *count, struct err *err)
{
    struct records *records = records_open(path, &spec->format->shape, err);
    enum record_result result = RECORD_BROKEN;
    struct record record;

    *count = 0;
    if (records == NULL)
        return false;
    while ((result = next_chosen(spec, records, false, &record, err)) == RECORD_READ)
        ++*count;
    records_close(records);
    return result == RECORD_END;
}

/* The numbers from..to - 1, shuffled by the seed; the caller's. */
static size_t *shuffled(size_t from, size_t to, uint64_t seed)
{
    size_t *order = mem_alloc((to - from) * sizeof *order);
    struct random random;

    for (size_t i = from; i < to; i++)
        order[i - from] = i;
    random_seed(&random, seed);
    random_shuffle(&random, order, to - from);
    return order;
}

/* Of which split each record of a file is; SPLIT_COUNT: of none. The caller's. */
static unsigned char *no_members(size_t count)
{
    unsigned char *membership = mem_alloc(count);

    memset(membership, SPLIT_COUNT, count);
    return membership;
}

/* Reads all records of a file that `membership` gives to a split. */
static bool each_member(const struct data_spec *spec, const char *path,
    const unsigned char *membership, size_t count, record_fn *on_record, void *data,
    struct err *err)
{
    struct records *records = records_open(path, &spec->format->shape, err);
    bool ok = records != NULL;

    for (size_t i = 0; i < count && ok; i++) {
        bool wanted = membership[i] != SPLIT_COUNT;
        struct record record;
        enum record_result result = next_chosen(spec, records, wanted, &record, err);

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
    size_t wanted = 0, next = 0;
    unsigned char *membership;
    size_t *order;
    size_t count;
    bool ok;

    for (int split = 0; split < SPLIT_COUNT; split++)
        wanted += spec->sizes[split];
    if (!data_count(spec, part->file, &count, err))
        return err_prefix(err, "%s", part->where);
    if (count == 0)
        return err_set(err, ERR_INPUT, "%s: %s has no records", part->where, part->file);
    if (wanted > count)
        return err_set(err, ERR_INPUT,
            "%s: the splits take %zu records together, but %s has only %zu; make them smaller",
            part->where, wanted, part->file, count);
    membership = no_members(count);
    order = shuffled(0, count, spec->seed);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (size_t i = 0; i < spec->sizes[split]; i++)
            membership[order[next++]] = (unsigned char)split;
    ok = each_member(spec, part->file, membership, count, on_record, data, err);
    free(order);
    free(membership);
    return ok;
}

static bool check_range(const struct data_part *part, size_t count, struct err *err)
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

/* From the start of the file to the end of the range: nothing has to be counted before. */
static bool each_in_order(const struct data_spec *spec, enum split split, record_fn *on_record,
    void *data, struct err *err)
{
    const struct data_part *part = &spec->parts[split];
    struct records *records = records_open(part->file, &spec->format->shape, err);
    enum record_result result = RECORD_READ;
    bool ok = records != NULL;
    size_t i;

    if (!ok)
        return err_prefix(err, "%s", part->where);
    for (i = 0; ok && (!part->ranged || i < part->to); i++) {
        bool wanted = !part->ranged || i >= part->from;
        struct record record;

        result = next_chosen(spec, records, wanted, &record, err);
        if (result == RECORD_END)
            break;
        ok = result == RECORD_READ && (!wanted || on_record(data, split, &record, err));
    }
    records_close(records);
    return ok && check_range(part, i, err);
}

static bool same_draw(const struct data_part *a, const struct data_part *b)
{
    return a->count > 0 && strcmp(a->file, b->file) == 0 && a->seed == b->seed &&
           a->ranged == b->ranged && a->from == b->from && a->to == b->to;
}

/* How many records the splits before this one draw from the same ones by the same seed. */
static size_t drawn_before(const struct data_spec *spec, enum split split)
{
    size_t drawn = 0;

    for (int i = 0; i < (int)split; i++)
        if (same_draw(&spec->parts[i], &spec->parts[split]))
            drawn += spec->parts[i].count;
    return drawn;
}

static bool each_drawn(const struct data_spec *spec, enum split split, record_fn *on_record,
    void *data, struct err *err)
{
    const struct data_part *part = &spec->parts[split];
    size_t skip = drawn_before(spec, split), count, from, to;
    unsigned char *membership;
    size_t *order;
    bool ok;

    if (!data_count(spec, part->file, &count, err))
        return err_prefix(err, "%s", part->where);
    if (!check_range(part, count, err))
        return false;
    from = part->ranged ? part->from : 0;
    to = part->ranged ? part->to : count;
    if (skip + part->count > to - from)
        return err_set(err, ERR_INPUT,
            "%s: %zu records are to be drawn, but %s has only %zu%s%s; make \"count\" smaller",
            part->where, part->count, part->file, to - from - (skip < to - from ? skip : to - from),
            part->ranged ? " in the range" : "", skip > 0 ? " that no split before has drawn" : "");
    membership = no_members(count);
    order = shuffled(from, to, part->seed);
    for (size_t i = 0; i < part->count; i++)
        membership[order[skip + i]] = (unsigned char)split;
    ok = each_member(spec, part->file, membership, count, on_record, data, err);
    free(order);
    free(membership);
    return ok;
}

bool data_each(const struct data_spec *spec, record_fn *on_record, void *data, struct err *err)
{
    if (spec->one_file)
        return each_of_one_file(spec, on_record, data, err);
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (spec->parts[split].count > 0
                ? !each_drawn(spec, (enum split)split, on_record, data, err)
                : !each_in_order(spec, (enum split)split, on_record, data, err))
            return false;
    return true;
}
