/* DROP: questions on a passage. The official object of passages, or one question a line as workflow
 * papers have it: "context" ("Passage: …\nQuestion: …\nAnswer:") and "ref_text" (alternatives
 * joined by bars). Both offer the same. */
#include <string.h>

#include "data_formats.h"

static bool is_flat(const struct json *record)
{
    return json_get(record, "context") != NULL;
}

/* The last place of `mark` in the text; NULL. */
static const char *find_last(const char *text, const char *mark)
{
    const char *last = NULL;

    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark))
        last = at;
    return last;
}

/* "passage" or "question" out of a context. */
static struct text *cut_context(const struct record *record, const char *name, struct err *err)
{
    static const char passage_mark[] = "Passage: ", question_mark[] = "\nQuestion: ",
                      answer_mark[] = "\nAnswer:";
    struct text *context = data_string(record, "context", err);
    const char *passage, *question, *answer;
    struct text *text = NULL;

    if (context == NULL)
        return NULL;
    passage = strstr(context->data, passage_mark);
    question = find_last(context->data, question_mark);
    answer = find_last(context->data, answer_mark);
    if (passage == NULL || question == NULL || answer == NULL || question < passage ||
        answer < question + sizeof question_mark - 1) {
        record_error(record, err,
            "\"context\" is not \"Passage: …\\nQuestion: …\\nAnswer:\"; use the input \"context\" "
            "itself");
    } else if (strcmp(name, "passage") == 0) {
        passage += sizeof passage_mark - 1;
        text = text_new(passage, (size_t)(question - passage));
    } else {
        question += sizeof question_mark - 1;
        text = text_new(question, (size_t)(answer - question));
    }
    text_unref(context);
    return text;
}

static struct text *read_part(const struct record *record, const char *name, struct err *err)
{
    return is_flat(record->value) ? cut_context(record, name, err) : data_string(record, name, err);
}

static struct text *read_context(const struct record *record, const char *name, struct err *err)
{
    struct str out = STR_INIT;
    struct text *passage, *question = NULL, *text = NULL;

    if (is_flat(record->value))
        return data_string(record, name, err);
    passage = data_string(record, "passage", err);
    if (passage != NULL)
        question = data_string(record, "question", err);
    if (question != NULL) {
        str_addf(&out, "Passage: %s\nQuestion: %s\nAnswer:", passage->data, question->data);
        text = text_new(out.data, out.len);
    }
    text_unref(passage);
    text_unref(question);
    str_free(&out);
    return text;
}

static bool is_answer(const struct json *answer)
{
    return answer != NULL && answer->type == JSON_OBJECT &&
           (json_get(answer, "number") != NULL || json_get(answer, "spans") != NULL ||
               json_get(answer, "date") != NULL);
}

static bool check_answers(const struct record *record, struct err *err)
{
    const struct json *others = json_get(record->value, "validated_answers");

    if (!is_answer(json_get(record->value, "answer")))
        return record_error(record, err,
            "\"answer\" is not { \"number\", \"spans\", \"date\" }; the official test file has "
            "none");
    for (size_t i = 0; others != NULL && i < others->count; i++)
        if (others->type != JSON_ARRAY || !is_answer(&others->items[i]))
            return record_error(record, err,
                "\"validated_answers\" is no list of { \"number\", \"spans\", \"date\" }");
    return true;
}

/* Each alternative as a list of one span: [["12"], ["twelve"]]. */
static struct text *alternatives(const struct record *record, struct err *err)
{
    struct text *joined = data_string(record, "ref_text", err);
    struct str out = STR_INIT;
    struct text *text;

    if (joined == NULL)
        return NULL;
    for (const char *at = joined->data;;) {
        size_t len = strcspn(at, "|");

        str_add(&out, out.len == 0 ? "[[" : "],[");
        json_print_string(at, len, &out);
        if (at[len] == '\0')
            break;
        at += len + 1;
    }
    str_add(&out, "]]");
    text = text_new(out.data, out.len);
    text_unref(joined);
    str_free(&out);
    return text;
}

/* What the official scorer takes: all that annotators accept. */
static struct text *read_answer(const struct record *record, const char *name, struct err *err)
{
    static const char *const members[] = { "answer", "validated_answers", NULL };

    (void)name;
    if (is_flat(record->value))
        return alternatives(record, err);
    return check_answers(record, err) ? data_members(record, members) : NULL;
}

static const char *text_of(const struct json *object, const char *name)
{
    const struct json *value = object != NULL ? json_get(object, name) : NULL;

    return value != NULL && value->text != NULL ? value->text : "";
}

static void add_spans(const struct json *spans, struct str *out)
{
    for (size_t i = 0; spans != NULL && spans->type == JSON_ARRAY && i < spans->count; i++)
        str_addf(out, "%s%s", i > 0 ? " and " : "",
            spans->items[i].text != NULL ? spans->items[i].text : "");
}

/* A number, else the spans joined by "and", else the date. */
static void add_alternative(const struct json *answer, struct str *out)
{
    const struct json *date = json_get(answer, "date");
    size_t start;

    if (out->len > 0)
        str_add_char(out, '|');
    start = out->len;
    str_add(out, text_of(answer, "number"));
    if (out->len == start)
        add_spans(json_get(answer, "spans"), out);
    if (out->len == start && date != NULL && date->type == JSON_OBJECT && date->count > 0)
        str_addf(
            out, "%s %s %s", text_of(date, "day"), text_of(date, "month"), text_of(date, "year"));
}

/* The alternatives as workflow papers have them. */
static struct text *read_ref_text(const struct record *record, const char *name, struct err *err)
{
    const struct json *others = json_get(record->value, "validated_answers");
    struct str out = STR_INIT;
    struct text *text;

    if (is_flat(record->value))
        return data_string(record, name, err);
    if (!check_answers(record, err))
        return NULL;
    add_alternative(json_get(record->value, "answer"), &out);
    for (size_t i = 0; others != NULL && i < others->count; i++)
        add_alternative(&others->items[i], &out);
    text = text_new(str_text(&out), out.len);
    str_free(&out);
    return text;
}

static const struct data_start *start(const struct json *first)
{
    static const struct data_start official = {
        .task = "Answer the question about the passage: a number in digits, a date, or the exact "
                "words of the passage.",
        .metric = "\"drop_f1\"",
        .comment = "  // the official F1; \"drop_em\" is its exact match\n",
    };
    static const struct data_start flat = {
        .task = "Answer the question about the passage: a number in digits, a date, or the exact "
                "words of the passage.",
        .metric = "\"aflow_drop_f1\"",
        .target = "ref_text",
        .comment = "  // F1 as workflow papers count it on this form of the data; \"drop_f1\" with "
                   "\"target\": \"answer\" is the official one\n",
    };

    return is_flat(first) ? &flat : &official;
}

static const char *const ids[] = { "query_id", "id", NULL };
static const struct data_offer inputs[] = {
    { "passage", read_part },
    { "question", read_part },
    { "context", read_context },
    { NULL, NULL },
};
static const struct data_offer targets[] = {
    { "answer", read_answer },
    { "ref_text", read_ref_text },
    { NULL, NULL },
};

const struct data_format data_format_drop = {
    .name = "drop",
    .summary = "DROP, the official object of passages or one question a line",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 2,
    .targets = targets,
    .shape = { .nested = "qa_pairs" },
    .start = start,
};
