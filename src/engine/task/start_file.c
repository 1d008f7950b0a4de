#include "start_file.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "data.h"
#include "mem.h"
#include "nearest.h"
#include "start_sizes.h"

enum { INPUTS_MAX = 32 };

/* What is found out about the data before the file is written. */
struct survey {
    const struct start_file *start;
    const struct data_format *format;
    struct data_spec spec; /* format and `without` */
    struct start_sizes sizes;
    const struct data_start *begin;
    char *inputs; /* JSON strings parted by commas */
    char *target; /* NULL: the format's first */
    struct {
        char **items;
        size_t count, cap;
    } left_out; /* values of format->checked that cannot be checked */
    size_t left_out_records;
    struct str lacking; /* the resources, in words */
};

/* Where the format says nothing. */
static const struct data_start any = {
    .task = "Answer the question.",
    .metric = "\"f1\"",
    .comment =
        "  // say above what is to be done. Others: exact_match, contains, rouge_l, json_match, "
        "judge, command … (docs/METRICS.md)\n",
};

static const struct data_format *find_format(const char *name, struct err *err)
{
    enum { FORMATS_MAX = 32 };
    const char *names[FORMATS_MAX];
    struct str all = STR_INIT;
    const char *near;
    size_t count;
    const struct data_format *const *formats = data_format_list(&count);

    for (size_t i = 0; i < count && i < FORMATS_MAX; i++) {
        if (str_equal(formats[i]->name, name)) {
            str_free(&all);
            return formats[i];
        }
        names[i] = formats[i]->name;
        str_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    near = nearest_name(name, names, count);
    err_set(err, ERR_INPUT, "unknown format \"%.80s\"; %s%s", name,
        near != NULL ? "the nearest known one is " : "known are: ",
        near != NULL ? near : str_text(&all));
    str_free(&all);
    return NULL;
}

static bool is_known(const struct survey *survey, const char *value)
{
    for (size_t i = 0; i < survey->left_out.count; i++)
        if (strcmp(survey->left_out.items[i], value) == 0)
            return true;
    return false;
}

static void note_lack(struct survey *survey, const char *value, const char *lack)
{
    if (is_known(survey, value))
        return;
    ARRAY_PUSH(&survey->left_out, mem_strdup(value));
    if (strstr(str_text(&survey->lacking), lack) == NULL)
        str_addf(&survey->lacking, "%s%s", survey->lacking.len > 0 ? ", " : "", lack);
}

static void check_record(struct survey *survey, const struct json *record)
{
    const struct json *values = json_get(record, survey->format->checked);
    bool lacks = false;

    for (size_t i = 0; values != NULL && values->type == JSON_ARRAY && i < values->count; i++) {
        const char *value = values->items[i].type == JSON_STRING ? values->items[i].text : NULL;
        const char *lack = value != NULL ? survey->format->lacks(value) : NULL;

        if (lack != NULL)
            note_lack(survey, value, lack);
        lacks |= lack != NULL;
    }
    survey->left_out_records += lacks;
}

/* Every record of a file where something has to be checked, else the first one. */
static bool survey_file(struct survey *survey, const char *path, bool first, struct err *err)
{
    struct records *records = records_open(path, &survey->format->shape, err);
    enum record_result result = RECORD_END;
    struct record record;
    bool all = survey->format->checked != NULL;

    if (records == NULL)
        return false;
    while ((first || all) && (result = records_next(records, true, &record, err)) == RECORD_READ) {
        if (first)
            survey->begin = survey->format->start(record.value);
        first = false;
        if (!all)
            break;
        check_record(survey, record.value);
    }
    records_close(records);
    if (first && result == RECORD_END)
        return err_set(err, ERR_INPUT, "%s: has no records", path);
    return result != RECORD_BROKEN;
}

static void add_quoted(const char *text, struct str *out)
{
    json_print_string(text, strlen(text), out);
}

/* data.without, for what cannot be checked. */
static void add_without(const struct survey *survey, struct str *out)
{
    str_add_char(out, '{');
    add_quoted(survey->format->checked, out);
    str_add(out, ": [");
    for (size_t i = 0; i < survey->left_out.count; i++) {
        str_add(out, i > 0 ? ", " : "");
        add_quoted(survey->left_out.items[i], out);
    }
    str_add(out, "]}");
}

static bool leave_out(struct survey *survey, struct err *err)
{
    struct str text = STR_INIT;

    if (survey->left_out.count == 0)
        return true;
    add_without(survey, &text);
    survey->spec.without = json_parse("without", 1, text.data, text.len, JSON_STRICT, err);
    str_free(&text);
    return survey->spec.without != NULL;
}

static void name_inputs(struct survey *survey)
{
    struct str inputs = STR_INIT;

    for (size_t i = 0; i < survey->format->default_inputs; i++) {
        str_add(&inputs, i > 0 ? ", " : "");
        add_quoted(survey->format->inputs[i].name, &inputs);
    }
    survey->inputs = str_take(&inputs);
    survey->target = mem_strdup(survey->begin->target);
}

/* A name that a target often has; NULL. */
static const char *guess_target(const struct json *record)
{
    static const char *const usual[] = { "target", "answer", "label", "output", "expected",
        "solution", "response", "completion" };

    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (json_get(record, usual[i]) != NULL)
            return usual[i];
    return NULL;
}

static bool is_id(const char *name)
{
    return strcmp(name, "id") == 0 || strcmp(name, "_id") == 0;
}

static bool is_input_name(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == len;
}

static bool need_field(
    const struct record *record, const char *name, const char *option, struct err *err)
{
    const struct json *value = record->value;
    const char *near;

    if (json_get(value, name) != NULL)
        return true;
    near = nearest_name(name, value->keys, value->count);
    return record_error(record, err, "there is no field \"%.60s\" (%s)%s%.60s%s", name, option,
        near != NULL ? "; the nearest is \"" : "", near != NULL ? near : "",
        near != NULL ? "\"" : "");
}

/* "--inputs a,b" as JSON strings; every one is a field of the record. */
static bool take_inputs(
    struct survey *survey, const struct record *record, struct str *out, struct err *err)
{
    for (const char *at = survey->start->inputs;; at++) {
        size_t len = strcspn(at, ",");
        char *name = mem_strndup(at, len);
        bool ok = need_field(record, name, "--inputs", err);

        if (ok) {
            str_add(out, out->len > 0 ? ", " : "");
            add_quoted(name, out);
        }
        free(name);
        if (!ok || at[len] == '\0')
            return ok;
        at += len;
    }
}

static bool guess_inputs(
    struct survey *survey, const struct record *record, struct str *out, struct err *err)
{
    size_t count = 0;

    for (size_t i = 0; i < record->value->count; i++) {
        const char *name = record->value->keys[i];

        if (is_id(name) || str_equal(name, survey->target) || !is_input_name(name))
            continue;
        str_add(out, out->len > 0 ? ", " : "");
        add_quoted(name, out);
        count++;
    }
    return (count > 0 && count <= INPUTS_MAX) ||
           record_error(record, err,
               "%zu fields could be inputs; name those that are with --inputs a,b", count);
}

static bool name_fields(struct survey *survey, const struct record *record, struct err *err)
{
    const char *target = survey->start->target;
    struct str inputs = STR_INIT;
    bool ok;

    if (target == NULL)
        target = guess_target(record->value);
    if (target == NULL)
        return record_error(record, err, "which field is the target? name it with --target FIELD");
    if (!need_field(record, target, "--target", err))
        return false;
    survey->target = mem_strdup(target);
    ok = survey->start->inputs != NULL ? take_inputs(survey, record, &inputs, err)
                                       : guess_inputs(survey, record, &inputs, err);
    survey->inputs = str_take(&inputs);
    return ok;
}

static bool survey_fields(struct survey *survey, struct err *err)
{
    struct records *records = records_open(survey->start->files[0], NULL, err);
    enum record_result result = RECORD_BROKEN;
    struct record record;
    bool ok;

    if (records == NULL)
        return false;
    result = records_next(records, true, &record, err);
    if (result == RECORD_END)
        err_set(err, ERR_INPUT, "%s: has no records", survey->start->files[0]);
    ok = result == RECORD_READ && name_fields(survey, &record, err);
    records_close(records);
    return ok;
}

static bool survey_data(struct survey *survey, struct err *err)
{
    const struct start_file *start = survey->start;

    survey->format = find_format(start->format, err);
    if (survey->format == NULL)
        return false;
    survey->spec.format = survey->format;
    if (survey->format->inputs == NULL) {
        if (!survey_fields(survey, err))
            return false;
    } else {
        if (start->target != NULL || start->inputs != NULL)
            return err_set(err, ERR_INPUT,
                "--target and --inputs are for the format \"fields\"; the format \"%s\" knows its "
                "own fields",
                start->format);
        for (size_t i = 0; i < start->file_count; i++)
            if (!survey_file(survey, start->files[i], i == 0, err))
                return false;
        name_inputs(survey);
    }
    return leave_out(survey, err) &&
           start_sizes_find(&survey->spec, start->files, start->file_count, &survey->sizes, err);
}

static void add_one_file(const struct survey *survey, struct str *out)
{
    const size_t *sizes = survey->sizes.splits;

    str_add(out, "    \"file\": ");
    add_quoted(survey->start->files[0], out);
    str_addf(out,
        ",\n    // so many of its %zu records, drawn by the seed\n"
        "    \"split\": { \"train\": %zu, \"validation\": %zu, \"test\": %zu, \"seed\": %llu },\n",
        survey->sizes.records[0], sizes[SPLIT_TRAIN], sizes[SPLIT_VALIDATION], sizes[SPLIT_TEST],
        (unsigned long long)survey->start->seed);
}

static void add_files(const struct survey *survey, struct str *out)
{
    const struct start_file *start = survey->start;

    str_add(out,
        "    // so many records of each, drawn by the seed; splits that draw from one file "
        "never get the same record\n");
    for (int i = 0; i < SPLIT_COUNT; i++) {
        size_t file = start->file_count == SPLIT_COUNT ? (size_t)i : i == SPLIT_TEST ? 1 : 0;

        str_addf(out, "    \"%s\": { \"file\": ", split_name((enum split)i));
        add_quoted(start->files[file], out);
        str_addf(out, ", \"count\": %zu, \"seed\": %llu },\n", survey->sizes.splits[i],
            (unsigned long long)start->seed);
    }
}

static void add_data(const struct survey *survey, struct str *out)
{
    str_addf(out, "  \"data\": {\n    \"format\": \"%s\",\n", survey->format->name);
    if (survey->start->file_count == 1)
        add_one_file(survey, out);
    else
        add_files(survey, out);
    if (survey->target != NULL) {
        str_add(out, "    \"target\": ");
        add_quoted(survey->target, out);
        str_add(out, ",\n");
    }
    if (survey->left_out.count > 0) {
        str_addf(out,
            "    // %zu records are left out, since no metric here can score them; they "
            "would need %s\n    \"without\": ",
            survey->left_out_records, str_text(&survey->lacking));
        add_without(survey, out);
        str_add(out, ",\n");
    }
    str_add(out,
        "    \"overlap\": \"drop\"  // an example that is in two splits stays in the later "
        "one alone; \"error\" refuses it\n  },\n");
    str_addf(out, "  \"inputs\": [%s],", survey->inputs);
    for (const struct data_offer *offer = survey->format->inputs;
         offer != NULL && offer->name != NULL; offer++)
        str_addf(
            out, "%s%s", offer == survey->format->inputs ? "  // offered: " : ", ", offer->name);
    str_add_char(out, '\n');
}

static void add_models(const struct survey *survey, struct str *out)
{
    str_add(out,
        "  // the builtin model is a rule-based reader for trying things out. A real one, for "
        "example:\n"
        "  //   { \"model\": \"gpt-4.1-mini\", \"base_url\": \"https://api.openai.com/v1\",\n"
        "  //     \"api_key_env\": \"OPENAI_API_KEY\", \"max_tokens\": 2048, \"price\": { \"in\": "
        "0.4, \"out\": 1.6 } }\n"
        "  \"models\": {\n"
        "    \"executor\": \"builtin\",  // runs the workflow's steps\n"
        "    \"meta\": \"builtin\"");
    if (survey->begin->models != NULL)
        str_addf(out, ",\n%s", survey->begin->models);
    str_add(out, "\n  },\n");
}

static void add_tools(const struct survey *survey, struct str *out)
{
    if (survey->start->corpus != NULL) {
        str_add(out, "  \"tools\": {\n    \"search\": { \"type\": \"search\", \"corpus\": ");
        add_quoted(survey->start->corpus, out);
        str_add(out, ", \"top_k\": 7 }\n  },\n");
    } else if (survey->begin->tools != NULL) {
        str_addf(out, "  \"tools\": {\n%s  },\n", survey->begin->tools);
    } else {
        str_add(out, "  // \"tools\": { \"search\": { \"type\": \"search\", \"corpus\": "
                     "\"passages.jsonl\", \"top_k\": 7 } },\n");
    }
}

static void add_rest(struct str *out)
{
    str_add(out,
        "  // the paper's recipe\n"
        "  \"optimizer\": { \"epochs\": 1, \"batch\": 5, \"rounds\": 2, \"inner_steps\": 5 },\n"
        "  // \"usd\": 20 caps the money as well, once the models have a price; flowbot run TASK "
        "--dry-run estimates\n"
        "  \"limits\": { \"calls\": 60000, \"concurrency\": 64 },\n"
        "  \"seed\": 0\n"
        "}\n");
}

static void write_text(const struct survey *survey, struct str *out)
{
    str_addf(out, "// %s: by flowbot init; docs/TASK.md explains every key.\n{\n  \"task\": ",
        survey->format->summary);
    add_quoted(survey->begin->task, out);
    str_add(out, ",\n");
    add_data(survey, out);
    str_addf(out, "%s  \"metric\": %s,\n", survey->begin->comment, survey->begin->metric);
    add_models(survey, out);
    add_tools(survey, out);
    add_rest(out);
}

static void write_notes(const struct survey *survey, struct str *notes)
{
    if (survey->sizes.scaled)
        str_add(notes,
            "there are fewer records than the usual 150, 300 and 300 take: the splits are "
            "smaller in the same proportion\n");
    if (survey->left_out.count > 0)
        str_addf(notes,
            "%zu records are left out: no metric here can score them, which would need "
            "%s (\"without\")\n",
            survey->left_out_records, str_text(&survey->lacking));
    if (survey->format->needs_corpus && survey->start->corpus == NULL)
        str_add(notes, "nothing can be found without passages to search: give --corpus FILE, a "
                       "JSONL file of { \"title\", \"text\" }, or every score is 0\n");
}

static void survey_free(struct survey *survey)
{
    json_free(survey->spec.without);
    for (size_t i = 0; i < survey->left_out.count; i++)
        free(survey->left_out.items[i]);
    free(survey->left_out.items);
    free(survey->inputs);
    free(survey->target);
    str_free(&survey->lacking);
}

bool start_file_write(
    const struct start_file *start, struct str *text, struct str *notes, struct err *err)
{
    struct survey survey = { .start = start, .begin = &any };
    bool ok = survey_data(&survey, err);

    if (ok) {
        write_text(&survey, text);
        write_notes(&survey, notes);
    }
    survey_free(&survey);
    return ok;
}
