#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "drop_answer.h"
#include "metric_case.h"
#include "utf8.h"

/* DROP, official: the best of several gold answers, each a list of spans. The target is a record's
 * { "answer", "validated_answers" } as in the data file, or a list of alternatives, each a list of
 * spans, or plain text: one answer of one span. The prediction is a string, or a list of strings.
 */

enum { SPANS_MAX = 400 }; /* of one answer: more is no answer, and assignment is cubic */

struct best {
    const struct drop_answer *prediction;
    double em, f1;
    size_t alternatives;
    struct str shown; /* the alternative that came nearest, or the first one */
};

static bool is_blank(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (!utf8_is_space(code))
            return false;
    }
    return true;
}

static void add_shown(struct str *shown, const char *text)
{
    if (shown->len > 0)
        str_add(shown, "; ");
    str_add(shown, text);
}

static void try_alternative(
    struct best *best, const struct drop_answer *gold, const struct str *shown)
{
    double em = drop_exact(best->prediction, gold) ? 1 : 0;
    double f1 = drop_f1(best->prediction, gold);

    if (best->alternatives++ == 0 || f1 > best->f1) {
        str_clear(&best->shown);
        str_add(&best->shown, str_text(shown));
    }
    if (em > best->em)
        best->em = em;
    if (f1 > best->f1)
        best->f1 = f1;
}

/* An alternative whose first span is blank is skipped, as the official script does. */
static bool try_spans(struct best *best, const struct json *spans, struct err *err)
{
    struct drop_answer gold = { NULL, 0, 0 };
    struct str shown = STR_INIT;
    bool well_formed = spans->type == JSON_ARRAY && spans->count <= SPANS_MAX;

    for (size_t i = 0; well_formed && i < spans->count; i++) {
        const struct json *span = &spans->items[i];

        well_formed = span->type == JSON_STRING || span->type == JSON_NUMBER;
        if (well_formed) {
            drop_answer_add(&gold, span->text);
            add_shown(&shown, span->text);
        }
    }
    if (well_formed && spans->count > 0 && !is_blank(spans->items[0].text))
        try_alternative(best, &gold, &shown);
    drop_answer_free(&gold);
    str_free(&shown);
    return well_formed ||
           err_set(err, ERR_INPUT, "a gold answer is not a list of at most %d strings", SPANS_MAX);
}

static void try_text(struct best *best, const char *text)
{
    struct drop_answer gold = { NULL, 0, 0 };
    struct str shown = STR_INIT;

    if (is_blank(text))
        return;
    drop_answer_add(&gold, text);
    str_add(&shown, text);
    try_alternative(best, &gold, &shown);
    drop_answer_free(&gold);
    str_free(&shown);
}

static const char *date_part(const struct json *date, const char *name)
{
    const struct json *part = date->type == JSON_OBJECT ? json_get(date, name) : NULL;

    return part != NULL && (part->type == JSON_STRING || part->type == JSON_NUMBER) ? part->text
                                                                                    : "";
}

static bool is_given(const struct json *value)
{
    if (value == NULL)
        return false;
    if (value->type == JSON_NUMBER)
        return value->number != 0;
    return (value->type == JSON_STRING && value->len > 0) ||
           (value->type == JSON_ARRAY && value->count > 0);
}

/* "number" where there is one, else "spans", else the date as "day month year". */
static bool try_record(struct best *best, const struct json *answer, struct err *err)
{
    const struct json *number, *spans, *date;
    struct str text = STR_INIT;

    if (answer->type != JSON_OBJECT)
        return err_set(err, ERR_INPUT,
            "an answer is %s; an object with \"number\", \"spans\" and \"date\" was expected",
            json_type_name(answer->type));
    number = json_get(answer, "number");
    spans = json_get(answer, "spans");
    date = json_get(answer, "date");
    if (is_given(number) && number->text == NULL)
        return err_set(err, ERR_INPUT, "\"number\" is %s; a string was expected",
            json_type_name(number->type));
    if (is_given(number)) {
        try_text(best, number->text);
        return true;
    }
    if (is_given(spans))
        return try_spans(best, spans, err);
    if (date == NULL)
        return err_set(err, ERR_INPUT, "an answer has neither \"number\", \"spans\" nor \"date\"");
    str_addf(&text, "%s %s %s", date_part(date, "day"), date_part(date, "month"),
        date_part(date, "year"));
    try_text(best, str_text(&text));
    str_free(&text);
    return true;
}

static bool try_official(struct best *best, const struct json *target, struct err *err)
{
    const struct json *answer = json_get(target, "answer");
    const struct json *others = json_get(target, "validated_answers");

    if (answer == NULL)
        return err_set(err, ERR_INPUT, "the target has no \"answer\"");
    if (!try_record(best, answer, err))
        return false;
    for (size_t i = 0; others != NULL && others->type == JSON_ARRAY && i < others->count; i++)
        if (!try_record(best, &others->items[i], err))
            return false;
    return true;
}

static bool try_target(struct best *best, const struct json *target, struct err *err)
{
    if (target->type == JSON_OBJECT)
        return try_official(best, target, err);
    if (target->type != JSON_ARRAY)
        return err_set(err, ERR_INPUT,
            "the target is %s; { \"answer\", \"validated_answers\" } or a list of lists of spans "
            "was expected",
            json_type_name(target->type));
    for (size_t i = 0; i < target->count; i++)
        if (!try_spans(best, &target->items[i], err))
            return false;
    return true;
}

/* A list where the prediction is one as a whole; "[1] says so" is a string. */
static void read_prediction(
    const struct metric_case *one, struct drop_answer *answer, struct str *shown)
{
    struct err ignored;
    struct json_doc *doc = NULL;
    const struct json *list = one->prediction_json;

    if (list == NULL && !one->is_typed && one->prediction[0] == '[') {
        doc = json_parse("", 1, one->prediction, strlen(one->prediction), JSON_STRICT, &ignored);
        list = doc == NULL ? NULL : json_root(doc);
    }
    if (list == NULL || list->type != JSON_ARRAY) {
        drop_answer_add(answer, one->prediction);
        str_add(shown, one->prediction);
    } else {
        for (size_t i = 0; i < list->count && i < SPANS_MAX; i++) {
            const char *text = list->items[i].text == NULL ? "" : list->items[i].text;

            drop_answer_add(answer, text);
            add_shown(shown, text);
        }
    }
    json_free(doc);
}

static void describe(
    const struct best *best, const char *expected, const char *got, struct str *words)
{
    case_words(expected, got, words);
    if (best->alternatives == 0)
        str_add(words, "The data has no answer to compare with.");
    else if (best->em > 0)
        str_add(words, "Right.");
    else if (best->f1 >= 1)
        str_add(words, "The words are right, but not as the same spans.");
    else if (best->f1 > 0)
        str_add(words, "Partly right: words are missing or too many.");
    else
        str_add(words, "Wrong: no span agrees; a number must be the same number.");
    if (best->alternatives > 1)
        str_addf(words, " (%zu answers would be accepted.)", best->alternatives);
}

static enum metric_end score_answer(
    const struct metric_case *one, bool exact, double *score, struct str *words, struct err *err)
{
    struct drop_answer prediction = { NULL, 0, 0 };
    struct best best = { .prediction = &prediction };
    struct str shown = STR_INIT;
    struct case_value target = { NULL, NULL };
    bool plain = one->target_json == NULL && strchr("[{", one->target[0]) == NULL;
    bool well_formed = true;

    if (!plain && !case_target(one, &target, err))
        return METRIC_BAD_CASE;
    read_prediction(one, &prediction, &shown);
    if (plain)
        try_text(&best, one->target);
    else
        well_formed = try_target(&best, target.value, err);
    *score = exact ? best.em : best.f1;
    if (well_formed && words != NULL)
        describe(&best, str_text(&best.shown), str_text(&shown), words);
    drop_answer_free(&prediction);
    str_free(&best.shown);
    str_free(&shown);
    case_value_free(&target);
    return well_formed ? METRIC_SCORED : METRIC_BAD_CASE;
}

static enum metric_end score_em(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_answer(one, true, score, words, err);
}

static enum metric_end score_f1(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_answer(one, false, score, words, err);
}

const struct metric metric_drop_em = {
    .name = "drop_em",
    .summary = "exact match of spans, the best of several gold answers (DROP)",
    .reads_structure = true,
    .score = score_em,
};

const struct metric metric_drop_f1 = {
    .name = "drop_f1",
    .summary = "F1 of spans, numbers as numbers, the best of several gold answers (DROP)",
    .reads_structure = true,
    .score = score_f1,
};
