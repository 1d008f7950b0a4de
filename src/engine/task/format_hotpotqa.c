/* HotpotQA: questions that bring their own paragraphs. The official files (one JSON array), the
 * same objects one a line, and the columns in which the data set is carried elsewhere ("context" as
 * an object of two arrays). */
#include <string.h>

#include "data_formats.h"
#include "mem.h"
#include "utf8.h"

static const char *const offered[] = { "question", "paragraphs" };

/* Appends a text on one line: line breaks and NUL become blanks. */
static void add_on_line(const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        str_add_char(out, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
    }
}

static bool add_sentences(const struct json *sentences, struct str *out)
{
    if (sentences->type != JSON_ARRAY)
        return false;
    for (size_t i = 0; i < sentences->count; i++) {
        if (sentences->items[i].type != JSON_STRING)
            return false;
        add_on_line(sentences->items[i].text, sentences->items[i].len, out);
    }
    return true;
}

/* The i-th paragraph's title and sentences, in either form of the context; false where it is
 * neither. */
static bool find_paragraph(
    const struct json *context, size_t i, const struct json **title, const struct json **sentences)
{
    const struct json *titles = json_get(context, "title");
    const struct json *texts = json_get(context, "sentences");

    if (context->type == JSON_ARRAY) {
        const struct json *pair = &context->items[i];

        if (pair->type != JSON_ARRAY || pair->count != 2)
            return false;
        *title = &pair->items[0];
        *sentences = &pair->items[1];
    } else {
        if (i >= texts->count)
            return false;
        *title = &titles->items[i];
        *sentences = &texts->items[i];
    }
    return (*title)->type == JSON_STRING;
}

static bool count_paragraphs(const struct json *context, size_t *count)
{
    const struct json *titles;
    const struct json *texts;

    if (context != NULL && context->type == JSON_ARRAY) {
        *count = context->count;
        return true;
    }
    titles = context != NULL ? json_get(context, "title") : NULL;
    texts = context != NULL ? json_get(context, "sentences") : NULL;
    if (titles == NULL || titles->type != JSON_ARRAY || texts == NULL || texts->type != JSON_ARRAY)
        return false;
    *count = titles->count;
    return true;
}

static bool each_paragraph(const struct record *record,
    bool (*add)(void *data, const char *title, const char *text), void *data, struct err *err)
{
    const struct json *context = json_get(record->value, "context");
    struct str title = STR_INIT;
    struct str text = STR_INIT;
    size_t count = 0;
    bool ok = count_paragraphs(context, &count);

    if (!ok)
        return record_error(record, err,
            "\"context\" is %s; the paragraphs [[title, [sentence, …]], …] were expected",
            context != NULL ? json_type_name(context->type) : "missing");
    for (size_t i = 0; i < count && ok; i++) {
        const struct json *name, *sentences;

        str_clear(&title);
        str_clear(&text);
        ok = find_paragraph(context, i, &name, &sentences) && add_sentences(sentences, &text);
        if (!ok) {
            record_error(
                record, err, "paragraph %zu of \"context\" is not [title, [sentence, …]]", i + 1);
            break;
        }
        add_on_line(name->text, name->len, &title);
        ok = add(data, str_text(&title), str_text(&text));
    }
    str_free(&title);
    str_free(&text);
    return ok;
}

struct listing {
    struct str text;
    size_t count;
};

static bool add_to_listing(void *data, const char *title, const char *text)
{
    struct listing *listing = data;

    str_addf(&listing->text, "%s[%zu] %s | %s", listing->count > 0 ? "\n" : "", listing->count + 1,
        title, text);
    listing->count++;
    return true;
}

static struct text *list_paragraphs(const struct record *record, struct err *err)
{
    struct listing listing = { STR_INIT, 0 };
    struct text *text = NULL;

    if (each_paragraph(record, add_to_listing, &listing, err))
        text = text_new(str_text(&listing.text), listing.text.len);
    str_free(&listing.text);
    return text;
}

static struct text *read_string(const struct record *record, const char *field, struct err *err)
{
    const struct json *value = json_get(record->value, field);

    if (value != NULL && value->type == JSON_STRING && value->len > 0)
        return data_text(record, field, field, err);
    if (value == NULL && strcmp(field, "answer") == 0)
        record_error(record, err,
            "there is no \"answer\" (the official test file has none); take a file that has "
            "answers");
    else
        record_error(record, err, "\"%s\" is %s; a string was expected", field,
            value == NULL                ? "missing"
            : value->type == JSON_STRING ? "empty"
                                         : json_type_name(value->type));
    return NULL;
}

static bool read_hotpotqa(
    const struct task *task, const struct record *record, struct example *example, struct err *err)
{
    static const char *const ids[] = { "_id", "id" };

    for (size_t i = 0; i < task->input_count; i++) {
        bool question = strcmp(task->inputs[i], "question") == 0;

        example->inputs[i] =
            question ? read_string(record, "question", err) : list_paragraphs(record, err);
        if (example->inputs[i] == NULL)
            return false;
    }
    example->id = data_id(record, ids, sizeof ids / sizeof ids[0]);
    example->target = read_string(record, "answer", err);
    return example->target != NULL;
}

const struct data_format data_format_hotpotqa = {
    .name = "hotpotqa",
    .inputs = offered,
    .input_count = sizeof offered / sizeof offered[0],
    .has_passages = true,
    .read = read_hotpotqa,
    .passages = each_paragraph,
};
