#include "metrics.h"

#include <math.h>
#include <string.h>

#include "metric_case.h"

/* The prediction is a JSON object whose fields are the target's. The setting "fields" gives
 * weights, { "name": 2, "age": 1 }; without it every field of the target counts the same. */

struct tally {
    double right, all;
    size_t wrong;
    struct str *words;
};

static bool equal(const struct json *a, const struct json *b);

static bool equal_text(const struct json *a, const struct json *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool equal_object(const struct json *a, const struct json *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct json *other = json_get(b, a->keys[i]);

        if (other == NULL || !equal(&a->items[i], other))
            return false;
    }
    return true;
}

static bool equal_array(const struct json *a, const struct json *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

/* Depth is bounded by the reader. */
static bool equal(const struct json *a, const struct json *b) // NOLINT(misc-no-recursion)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return a->boolean == b->boolean;
    case JSON_NUMBER:
        return a->number == b->number || fabs(a->number - b->number) <= 1e-9 * fabs(a->number);
    case JSON_STRING:
        return equal_text(a, b);
    case JSON_ARRAY:
        return equal_array(a, b);
    case JSON_OBJECT:
        return equal_object(a, b);
    }
    return false;
}

static void describe_value(const struct json *value, struct str *words)
{
    struct str text = STR_INIT;

    if (value == NULL)
        str_add(&text, "nothing");
    else
        json_print(value, &text);
    case_quote(str_text(&text), 80, words);
    str_free(&text);
}

static void check_field(struct tally *tally, const char *name, double weight,
    const struct json *expected, const struct json *got)
{
    tally->all += weight;
    if (got != NULL && expected != NULL && equal(expected, got)) {
        tally->right += weight;
        return;
    }
    tally->wrong++;
    if (tally->words == NULL)
        return;
    str_add(tally->words, "Field \"");
    case_quote(name, 40, tally->words);
    str_add(tally->words, "\": expected ");
    describe_value(expected, tally->words);
    str_add(tally->words, ", got ");
    describe_value(got, tally->words);
    str_add(tally->words, ". ");
}

static enum metric_end check_fields(struct tally *tally, const struct json *weights,
    const struct json *expected, const struct json *got, struct err *err)
{
    const struct json *names = weights != NULL ? weights : expected;

    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->keys[i];
        double weight = weights == NULL ? 1 : weights->items[i].number;

        if (weights != NULL &&
            (weights->items[i].type != JSON_NUMBER || !(weight >= 0 && weight <= 1e9)))
            return case_bad(err, "fields.%.60s: a weight from 0 to 1e9 was expected", name);
        check_field(tally, name, weight, json_get(expected, name),
            got == NULL ? NULL : json_get(got, name));
    }
    return tally->all > 0 ? METRIC_SCORED
                          : case_bad(err, "there is no field to compare, or all weights are 0");
}

static enum metric_end compare(const struct metric_case *one, const struct json *expected,
    double *score, struct str *words, struct err *err)
{
    const struct json *weights = case_member(one, NULL, "fields");
    struct tally tally = { .words = words };
    struct case_value got;
    enum metric_end end;
    bool is_object;

    if (expected->type != JSON_OBJECT)
        return case_bad(
            err, "the target is %s; an object was expected", json_type_name(expected->type));
    if (weights != NULL && weights->type != JSON_OBJECT)
        return case_bad(err, "fields is %s; { \"NAME\": WEIGHT, … } was expected",
            json_type_name(weights->type));
    is_object = case_prediction(one, &got) && got.value->type == JSON_OBJECT;
    if (words != NULL && !is_object)
        str_add(words, "The answer is no JSON object. ");
    end = check_fields(&tally, weights, expected, is_object ? got.value : NULL, err);
    *score = tally.all > 0 ? tally.right / tally.all : 0;
    if (words != NULL && tally.wrong == 0)
        str_add(words, "All fields are right.");
    case_value_free(&got);
    return end;
}

static enum metric_end score_fields(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct case_value target;
    enum metric_end end;

    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    end = compare(one, target.value, score, words, err);
    case_value_free(&target);
    return end;
}

static const char *const settings[] = { "fields", NULL };

const struct metric metric_json_match = {
    .name = "json_match",
    .summary =
        "weighted share of the target's fields that the answer's JSON object has; \"fields\": "
        "{ \"NAME\": WEIGHT }",
    .reads_structure = true,
    .score = score_fields,
    .settings = settings,
};
