/* HotpotQA: questions that bring their own paragraphs. The official files (one JSON array), the
 * same objects one a line, and the columns in which the data set is carried elsewhere ("context" as
 * an object of two arrays). */
#include <string.h>

#include "data_formats.h"
#include "mem.h"
#include "utf8.h"

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

static struct text *list_paragraphs(const struct record *record, const char *name, struct err *err)
{
    struct listing listing = { STR_INIT, 0 };
    struct text *text = NULL;

    (void)name;
    if (each_paragraph(record, add_to_listing, &listing, err))
        text = text_new(str_text(&listing.text), listing.text.len);
    str_free(&listing.text);
    return text;
}

static struct text *read_answer(const struct record *record, const char *name, struct err *err)
{
    if (json_get(record->value, name) != NULL)
        return data_string(record, name, err);
    record_error(record, err,
        "there is no \"answer\" (the official test file has none); take a file that has answers");
    return NULL;
}

/* [[title, sentence], …] out of the columns { "title": […], "sent_id": […] } */
static bool print_columns(const struct json *columns, struct str *out)
{
    const struct json *titles = json_get(columns, "title");
    const struct json *sentences = json_get(columns, "sent_id");

    if (titles == NULL || titles->type != JSON_ARRAY || sentences == NULL ||
        sentences->type != JSON_ARRAY || titles->count != sentences->count)
        return false;
    str_add_char(out, '[');
    for (size_t i = 0; i < titles->count; i++) {
        str_add(out, i > 0 ? ",[" : "[");
        json_print(&titles->items[i], out);
        str_add_char(out, ',');
        json_print(&sentences->items[i], out);
        str_add_char(out, ']');
    }
    str_add_char(out, ']');
    return true;
}

/* { "answer", "supporting_facts": [[title, sentence], …] }, for the metrics of the facts. */
static struct text *read_facts(const struct record *record, const char *name, struct err *err)
{
    const struct json *facts = json_get(record->value, name);
    struct text *answer = read_answer(record, "answer", err);
    struct str out = STR_INIT;
    struct text *text = NULL;
    bool ok = facts != NULL && (facts->type == JSON_ARRAY || facts->type == JSON_OBJECT);

    if (answer == NULL)
        return NULL;
    str_add(&out, "{\"answer\":");
    json_print_string(answer->data, answer->len, &out);
    str_add(&out, ",\"supporting_facts\":");
    if (ok && facts->type == JSON_ARRAY)
        json_print(facts, &out);
    else if (ok)
        ok = print_columns(facts, &out);
    str_add_char(&out, '}');
    if (ok)
        text = text_new(out.data, out.len);
    else
        record_error(record, err, "\"%s\" is %s; a list of [title, sentence] was expected", name,
            facts == NULL ? "missing" : json_type_name(facts->type));
    text_unref(answer);
    str_free(&out);
    return text;
}

static const struct data_start *start(const struct json *first)
{
    static const struct data_start searching = {
        .task = "Answer the question.",
        .metric = "\"exact_match\"",
        .comment = "  // other metrics: \"f1\"; \"supporting_facts\", \"hotpot_joint_f1\" with "
                   "\"target\": \"supporting_facts\" in \"data\"\n"
                   "  // \"inputs\": [\"question\", \"paragraphs\"] gives the paragraphs instead "
                   "of having "
                   "them searched\n",
        .tools = "    // the paragraphs of all questions; a file of { \"title\", \"text\" } a line "
                 "serves as well\n"
                 "    \"search\": { \"type\": \"search\", \"corpus\": \"data\", \"top_k\": 7 }\n",
    };

    (void)first;
    return &searching;
}

static const char *const ids[] = { "_id", "id", NULL };
static const struct data_offer inputs[] = {
    { "question", data_string },
    { "paragraphs", list_paragraphs },
    { NULL, NULL },
};
static const struct data_offer targets[] = {
    { "answer", read_answer },
    { "supporting_facts", read_facts },
    { NULL, NULL },
};

const struct data_format data_format_hotpotqa = {
    .name = "hotpotqa",
    .summary = "HotpotQA, distractor or fullwiki",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .has_passages = true,
    .passages = each_paragraph,
    .start = start,
};
