/* "data" and "inputs" of a task file. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "task_read.h"

enum { INPUTS_MAX = 32, SPLIT_MAX = 100000000 };

enum { FORMATS_MAX = 32 };

static bool read_format(
    const struct settings *s, const struct setting_at *data, struct data_spec *spec)
{
    struct setting_at at = settings_get(data, "format");
    size_t count, index = 0;
    const struct data_format *const *formats = data_format_list(&count);
    const char *names[FORMATS_MAX];

    assert(count <= FORMATS_MAX);
    for (size_t i = 0; i < count; i++)
        names[i] = formats[i]->name;
    if (!settings_need(
            s, &at, JSON_STRING, "name the format of the data, for example \"fields\"") ||
        !settings_word(s, &at, names, count, &index))
        return false;
    spec->format = formats[index];
    return true;
}

/* The name is one of the offers; `what`: "input" or "target". */
static bool check_offer(const struct settings *s, const struct setting_at *at,
    const struct data_format *format, const char *name, const char *what)
{
    const struct data_offer *offers = what[0] == 'i' ? format->inputs : format->targets;
    struct str list = STR_INIT;

    if (data_offer_find(offers, name) != NULL)
        return true;
    for (size_t i = 0; offers[i].name != NULL; i++)
        str_addf(&list, "%s\"%s\"", i > 0 ? ", " : "", offers[i].name);
    settings_fail(s, at, "the format \"%s\" has no %s \"%.60s\"; it offers %s", format->name, what,
        name, str_text(&list));
    str_free(&list);
    return false;
}

static bool check_input(
    const struct settings *s, const struct setting_at *at, const struct task *task)
{
    const struct data_format *format = task->data->format;
    const char *name = task->inputs[task->input_count - 1];

    if (!settings_check_name(s, at, name))
        return false;
    for (size_t i = 0; i + 1 < task->input_count; i++)
        if (strcmp(task->inputs[i], name) == 0)
            return settings_fail(s, at, "\"%s\" stands twice", name);
    return format->inputs == NULL || check_offer(s, at, format, name, "input");
}

/* By default a format's first ones. */
static bool default_inputs(const struct settings *s, const struct setting_at *at, struct task *task)
{
    const struct data_format *format = task->data->format;

    if (format->inputs == NULL)
        return settings_fail(s, at,
            "missing; name the fields that the workflow is given, for example [\"question\"]");
    task->inputs = mem_zalloc(format->default_inputs, sizeof *task->inputs);
    for (size_t i = 0; i < format->default_inputs; i++)
        task->inputs[task->input_count++] = mem_strdup(format->inputs[i].name);
    return true;
}

static bool read_inputs(const struct settings *s, struct task *task)
{
    struct setting_at root = settings_root(s);
    struct setting_at at = settings_get(&root, "inputs");

    if (at.value == NULL)
        return default_inputs(s, &at, task);
    if (!settings_need(s, &at, JSON_ARRAY, "for example [\"question\"]"))
        return false;
    if (at.value->count == 0 || at.value->count > INPUTS_MAX)
        return settings_fail(
            s, &at, "has %zu names; 1 to %d were expected", at.value->count, INPUTS_MAX);
    task->inputs = mem_zalloc(at.value->count, sizeof *task->inputs);
    for (size_t i = 0; i < at.value->count; i++) {
        struct setting_at item = settings_item(&at, i);

        task->inputs[i] = settings_string(s, &item, NAME_MAX_BYTES);
        if (task->inputs[i] == NULL)
            return false;
        task->input_count++;
        if (!check_input(s, &item, task))
            return false;
    }
    return true;
}

static bool read_range(
    const struct settings *s, const struct setting_at *at, struct data_part *part)
{
    uint64_t ends[2] = { 0, 0 };

    if (!settings_need(
            s, at, JSON_ARRAY, "write [from, to]: records from .. to - 1, counted from 0"))
        return false;
    if (at->value->count != 2)
        return settings_fail(s, at, "has %zu numbers; [from, to] was expected", at->value->count);
    for (size_t i = 0; i < 2; i++) {
        struct setting_at item = settings_item(at, i);

        if (!settings_whole(s, &item, 0, SPLIT_MAX, &ends[i]))
            return false;
    }
    if (ends[0] >= ends[1])
        return settings_fail(s, at,
            "[%llu, %llu] holds no record: the split is empty; \"to\" has to be greater than "
            "\"from\"",
            (unsigned long long)ends[0], (unsigned long long)ends[1]);
    part->ranged = true;
    part->from = (size_t)ends[0];
    part->to = (size_t)ends[1];
    return true;
}

/* "count" and "seed": some of the records, drawn. */
static bool read_draw(const struct settings *s, const struct setting_at *at, struct data_part *part)
{
    struct setting_at count_at = settings_get(at, "count"), seed = settings_get(at, "seed");
    uint64_t count = 0;

    if (count_at.value == NULL && seed.value != NULL)
        return settings_fail(
            s, &seed, "there is nothing to draw without \"count\", the number of records wanted");
    if (!settings_whole(s, &count_at, 1, SPLIT_MAX, &count))
        return false;
    part->count = (size_t)count;
    return settings_whole(s, &seed, 0, UINT64_MAX, &part->seed);
}

static bool read_part(const struct settings *s, const struct setting_at *at, struct data_part *part)
{
    static const char *const known[] = { "file", "range", "count", "seed" };
    struct setting_at file = *at;

    if (at->value == NULL)
        return settings_fail(s, at,
            "missing; give a file, or instead of three files one \"file\" and its \"split\"");
    part->where = settings_where(s, at);
    if (at->value->type == JSON_OBJECT) {
        struct setting_at range = settings_get(at, "range");

        if (!settings_keys(s, at, known, sizeof known / sizeof known[0]) || !read_draw(s, at, part))
            return false;
        file = settings_get(at, "file");
        if (!settings_need(s, &file, JSON_STRING, "give the path of the data file"))
            return false;
        if (range.value != NULL && !read_range(s, &range, part))
            return false;
    } else if (at->value->type != JSON_STRING) {
        return settings_fail(s, at,
            "is %s; a file name or { \"file\", \"range\", \"count\" } was expected",
            json_type_name(at->value->type));
    }
    part->file = settings_path(s, &file);
    return part->file != NULL;
}

static bool read_sizes(
    const struct settings *s, const struct setting_at *split, struct data_spec *spec)
{
    static const char *const known[] = { "train", "validation", "test", "seed" };
    struct setting_at seed = settings_get(split, "seed");

    if (!settings_need(s, split, JSON_OBJECT,
            "say how many records each split gets: { \"train\": 60, \"validation\": 90, \"test\": "
            "150, \"seed\": 0 }") ||
        !settings_keys(s, split, known, 4))
        return false;
    for (int i = 0; i < SPLIT_COUNT; i++) {
        struct setting_at size = settings_get(split, split_name((enum split)i));
        uint64_t whole = 0;

        if (!settings_need(s, &size, JSON_NUMBER, "say how many records this split gets"))
            return false;
        if (size.value->number == 0)
            return settings_fail(
                s, &size, "is 0: the split would be empty; give it at least one record");
        if (!settings_whole(s, &size, 1, SPLIT_MAX, &whole))
            return false;
        spec->sizes[i] = (size_t)whole;
    }
    return settings_whole(s, &seed, 0, UINT64_MAX, &spec->seed);
}

static bool read_files(
    const struct settings *s, const struct setting_at *data, struct data_spec *spec)
{
    struct setting_at file = settings_get(data, "file");
    struct setting_at split = settings_get(data, "split");
    bool ok = true;

    spec->one_file = file.value != NULL || split.value != NULL;
    for (int i = 0; i < SPLIT_COUNT && ok; i++) {
        struct setting_at part = settings_get(data, split_name((enum split)i));

        if (!spec->one_file)
            ok = read_part(s, &part, &spec->parts[i]);
        else if (part.value != NULL)
            ok = settings_fail(s, &part,
                "stands beside \"%s\"; give either one \"file\" with its \"split\" or three files",
                file.value != NULL ? "file" : "split");
    }
    if (!ok || !spec->one_file)
        return ok;
    if (!settings_need(s, &file, JSON_STRING, "give the path of the data file"))
        return false;
    spec->parts[0].where = settings_where(s, &file);
    spec->parts[0].file = settings_path(s, &file);
    return spec->parts[0].file != NULL && read_sizes(s, &split, spec);
}

static bool read_target(const struct settings *s, const struct setting_at *data,
    const struct setting_at *fields, struct data_spec *spec)
{
    struct setting_at outer = settings_get(data, "target");
    struct setting_at inner = settings_get(fields, "target");
    const struct setting_at *at = inner.value != NULL ? &inner : &outer;

    if (outer.value != NULL && inner.value != NULL)
        return settings_fail(
            s, &outer, "the target is named twice, here and in \"fields\"; remove one");
    spec->target = at->value != NULL ? settings_string(s, at, 4096) : mem_strdup("target");
    return spec->target != NULL;
}

/* Every name of "fields": {"inputs"} is an input of the task. */
static bool check_mapping(
    const struct settings *s, const struct setting_at *mapping, const struct task *task)
{
    if (mapping->value == NULL)
        return true;
    return settings_need(s, mapping, JSON_OBJECT, "write { \"input\": \"column\", … }") &&
           settings_keys(s, mapping, (const char *const *)task->inputs, task->input_count);
}

/* A workflow that is given the target has nothing to learn. */
static bool check_no_target(
    const struct settings *s, const struct setting_at *data, const struct task *task)
{
    struct setting_at at = settings_get(data, "target");
    const struct data_spec *spec = task->data;

    for (size_t i = 0; i < spec->column_count; i++)
        if (strcmp(spec->columns[i], spec->target) == 0)
            return settings_fail(s, &at,
                "the column \"%.60s\" is the target and also the input \"%s\": the workflow would "
                "be given the answer; take it out of \"inputs\"",
                spec->target, task->inputs[i]);
    return true;
}

/* Which column of the records is which input, and which is the target. */
static bool read_columns(const struct settings *s, const struct setting_at *data, struct task *task)
{
    static const char *const known[] = { "inputs", "target" };
    struct setting_at fields = settings_get(data, "fields");
    struct setting_at mapping;
    struct data_spec *spec = task->data;

    if (fields.value != NULL &&
        (!settings_need(s, &fields, JSON_OBJECT,
             "write { \"inputs\": { \"input\": \"column\" }, \"target\": \"column\" }") ||
            !settings_keys(s, &fields, known, 2)))
        return false;
    mapping = settings_get(&fields, "inputs");
    if (!check_mapping(s, &mapping, task))
        return false;
    spec->columns = mem_zalloc(task->input_count, sizeof *spec->columns);
    spec->column_count = task->input_count;
    for (size_t i = 0; i < task->input_count; i++) {
        struct setting_at column = settings_get(&mapping, task->inputs[i]);

        spec->columns[i] =
            column.value != NULL ? settings_string(s, &column, 4096) : mem_strdup(task->inputs[i]);
        if (spec->columns[i] == NULL)
            return false;
    }
    return read_target(s, data, &fields, spec) && check_no_target(s, data, task);
}

/* A format with fields of its own: which of its targets. */
static bool read_offered_target(
    const struct settings *s, const struct setting_at *data, struct data_spec *spec)
{
    struct setting_at fields = settings_get(data, "fields");
    struct setting_at target = settings_get(data, "target");

    if (fields.value != NULL)
        return settings_fail(s, &fields,
            "is only for the format \"fields\"; the format \"%s\" knows its own fields",
            spec->format->name);
    spec->target = target.value != NULL ? settings_string(s, &target, 4096)
                                        : mem_strdup(spec->format->targets[0].name);
    return spec->target != NULL && check_offer(s, &target, spec->format, spec->target, "target");
}

static bool is_scalar(const struct json *value)
{
    return value->type == JSON_STRING || value->type == JSON_NUMBER || value->type == JSON_BOOL;
}

static bool check_filter(const struct settings *s, const struct setting_at *at)
{
    for (size_t i = 0; i < at->value->count; i++) {
        struct setting_at field = settings_item(at, i);
        const struct json *list = field.value;
        bool ok = is_scalar(list) || (list->type == JSON_ARRAY && list->count > 0);

        for (size_t k = 0; ok && list->type == JSON_ARRAY && k < list->count; k++)
            ok = is_scalar(&list->items[k]);
        if (!ok)
            return settings_fail(s, &field, "a value, or a list of values, was expected");
    }
    return true;
}

/* "only" and "without": a copy of their own, since the file's text goes away. */
static bool read_filter(const struct settings *s, const struct setting_at *data, const char *key,
    struct json_doc **filter)
{
    struct setting_at at = settings_get(data, key);
    struct str text = STR_INIT;

    if (at.value == NULL)
        return true;
    if (!settings_need(s, &at, JSON_OBJECT, "write { \"field\": value or [values], … }") ||
        !check_filter(s, &at))
        return false;
    json_print(at.value, &text);
    *filter = json_parse(key, 1, text.data, text.len, JSON_STRICT, s->err);
    str_free(&text);
    return *filter != NULL;
}

static bool read_overlap(
    const struct settings *s, const struct setting_at *data, struct data_spec *spec)
{
    static const char *const words[] = { "error", "drop" };
    struct setting_at at = settings_get(data, "overlap");
    size_t index = 0;

    if (at.value != NULL &&
        (!settings_need(s, &at, JSON_STRING, "\"error\" or \"drop\" was expected") ||
            !settings_word(s, &at, words, 2, &index)))
        return false;
    spec->drop_overlap = index == 1;
    return true;
}

bool task_read_data(const struct settings *s, struct task *task)
{
    static const char *const known[] = { "format", "file", "split", "train", "validation", "test",
        "fields", "target", "only", "without", "overlap" };
    struct setting_at root = settings_root(s);
    struct setting_at data = settings_get(&root, "data");

    task->data = mem_zalloc(1, sizeof *task->data);
    if (!settings_need(s, &data, JSON_OBJECT,
            "say where the examples are: { \"format\": \"fields\", \"file\": …, \"split\": … }") ||
        !settings_keys(s, &data, known, sizeof known / sizeof known[0]) ||
        !read_format(s, &data, task->data) || !read_inputs(s, task) ||
        !read_files(s, &data, task->data) || !read_filter(s, &data, "only", &task->data->only) ||
        !read_filter(s, &data, "without", &task->data->without) ||
        !read_overlap(s, &data, task->data))
        return false;
    if (task->data->format->inputs != NULL)
        return read_offered_target(s, &data, task->data);
    return read_columns(s, &data, task);
}
