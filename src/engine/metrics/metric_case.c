#include "metric_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum { QUOTE_BYTES = 120, MESSAGE_BYTES = 400 };

bool case_target(const struct metric_case *one, struct case_value *out, struct err *err)
{
    *out = (struct case_value){ one->target_json, NULL };
    if (out->value != NULL)
        return true;
    out->doc = json_parse("target", 1, one->target, strlen(one->target), JSON_STRICT, err);
    if (out->doc == NULL)
        return false;
    out->value = json_root(out->doc);
    return true;
}

/* The outermost brackets: "[…]" or "{…}" in text that may stand around them. */
static bool find_brackets(const char *text, const char **start, size_t *len)
{
    const char *open = strpbrk(text, "[{");
    const char *close = open == NULL ? NULL : strrchr(open, *open == '[' ? ']' : '}');

    if (close == NULL)
        return false;
    *start = open;
    *len = (size_t)(close - open) + 1;
    return true;
}

bool case_prediction(const struct metric_case *one, struct case_value *out)
{
    struct err ignored;
    const char *start;
    size_t len;

    *out = (struct case_value){ one->prediction_json, NULL };
    if (out->value != NULL)
        return out->value->type == JSON_OBJECT || out->value->type == JSON_ARRAY;
    if (!find_brackets(one->prediction, &start, &len))
        return false;
    out->doc = json_parse("prediction", 1, start, len, JSON_STRICT, &ignored);
    if (out->doc != NULL)
        out->value = json_root(out->doc);
    return out->doc != NULL;
}

void case_value_free(struct case_value *value)
{
    json_free(value->doc);
    *value = (struct case_value){ NULL, NULL };
}

const struct json *case_member(
    const struct metric_case *one, const struct json *target, const char *name)
{
    const struct json *found = NULL;

    if (one->settings != NULL)
        found = json_get(one->settings, name);
    if (found == NULL && target != NULL && target->type == JSON_OBJECT)
        found = json_get(target, name);
    return found;
}

bool case_is_null(const struct json *value)
{
    return value != NULL && value->type == JSON_NULL;
}

static void __attribute__((format(printf, 2, 0)))
set(struct err *err, const char *format, va_list arguments)
{
    char message[MESSAGE_BYTES];

    (void)vsnprintf(message, sizeof message, format, arguments);
    err_set(err, ERR_INPUT, "%s", message);
}

enum metric_end case_bad(struct err *err, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(err, format, arguments);
    va_end(arguments);
    return METRIC_BAD_CASE;
}

enum metric_end case_unsupported(struct err *err, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(err, format, arguments);
    va_end(arguments);
    return METRIC_UNSUPPORTED;
}

void case_quote(const char *text, size_t max, struct str *words)
{
    size_t start = words->len;
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        size_t before = words->len;
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        utf8_add(words, utf8_is_space(code) || code < 0x20 ? ' ' : code);
        if (words->len - start > max) {
            str_truncate(words, before);
            str_add(words, "…");
            return;
        }
    }
}

void case_words(const char *expected, const char *got, struct str *words)
{
    str_add(words, "Expected: \"");
    case_quote(expected, QUOTE_BYTES, words);
    str_add(words, "\". Got: \"");
    case_quote(got, QUOTE_BYTES, words);
    str_add(words, "\". ");
}

enum metric_end case_compare(
    const char *expected, const char *got, double *score, struct str *words)
{
    *score = str_equal(expected, got) ? 1 : 0;
    if (words != NULL) {
        case_words(
            expected == NULL ? "(nothing)" : expected, got == NULL ? "(nothing)" : got, words);
        str_add(words, *score > 0 ? "Right." : "They are different.");
    }
    return METRIC_SCORED;
}
