#include "metrics.h"

#include <math.h>
#include <string.h>

#include "metric_case.h"
#include "python_number.h"
#include "utf8.h"

/* GSM8K, two ways. Official: what stands after the first "#### ", compared as text. AFlow: the last
 * number of the text, compared as a number. */

static const char none_text[] = "[invalid]";

/* Appends what matches `#### (-?[0-9.,]+)`, without commas; false where nothing does. */
static bool extract_marked(const char *text, struct str *out)
{
    for (const char *at = strstr(text, "#### "); at != NULL; at = strstr(at + 1, "#### ")) {
        const char *start = at + 5;
        size_t sign = *start == '-' ? 1 : 0;
        size_t len = strspn(start + sign, "0123456789.,");

        if (len == 0)
            continue;
        for (size_t i = 0; i < sign + len; i++)
            if (start[i] != ',')
                str_add_char(out, start[i]);
        return true;
    }
    return false;
}

/* Bytes of the digits at the start; at most `most` digits. *count is their number. */
static size_t digits_at(const char *text, size_t len, size_t most, size_t *count)
{
    size_t i = 0;

    *count = 0;
    while (i < len && *count < most) {
        uint32_t code;
        size_t step = utf8_next(text + i, len - i, &code);

        if (!utf8_is_digit(code))
            break;
        (*count)++;
        i += step;
    }
    return i;
}

/* Bytes of `[-+]?\d+(,\d{3})*(\.\d+)?` at the start; 0: none. */
static size_t number_at(const char *text, size_t len)
{
    size_t i = *text == '-' || *text == '+' ? 1 : 0;
    size_t count, step = digits_at(text + i, len - i, SIZE_MAX, &count);

    if (count == 0)
        return 0;
    i += step;
    while (i < len && text[i] == ',') {
        step = digits_at(text + i + 1, len - i - 1, 3, &count);
        if (count < 3)
            break;
        i += 1 + step;
    }
    if (i < len && text[i] == '.') {
        step = digits_at(text + i + 1, len - i - 1, SIZE_MAX, &count);
        if (count > 0)
            i += 1 + step;
    }
    return i;
}

/* The last number of the text; false: none. */
static bool extract_last(const char *text, double *number)
{
    size_t len = strlen(text);
    const char *last = NULL;
    size_t last_len = 0;
    struct str plain = STR_INIT;
    bool found;

    for (size_t i = 0; i < len;) {
        size_t matched = number_at(text + i, len - i);
        uint32_t code;

        if (matched > 0) {
            last = text + i;
            last_len = matched;
            i += matched;
        } else {
            i += utf8_next(text + i, len - i, &code);
        }
    }
    for (size_t i = 0; i < last_len; i++)
        if (last[i] != ',')
            str_add_char(&plain, last[i]);
    found = last != NULL && python_float(str_text(&plain), plain.len, number);
    str_free(&plain);
    return found;
}

static void describe_marked(const struct metric_case *one, const char *expected, const char *got,
    bool found, struct str *words)
{
    double number, wanted;

    case_words(expected, found ? got : none_text, words);
    if (str_equal(expected, got)) {
        str_add(words, "Right.");
    } else if (found) {
        str_add(words, "The text after \"#### \" is not the expected number, digit by digit.");
    } else {
        str_add(words,
            "The answer must stand after \"#### \", as in \"#### 42\"; there is no such mark.");
        if (extract_last(one->prediction, &number) &&
            python_float(expected, strlen(expected), &wanted) && fabs(number - wanted) <= 1e-6)
            str_add(words, " The last number of the text would have been right.");
    }
}

static enum metric_end score_official(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str expected = STR_INIT;
    struct str got = STR_INIT;
    enum metric_end end = METRIC_SCORED;
    bool found = extract_marked(one->prediction, &got);

    if (extract_marked(one->target, &expected)) {
        *score = found && str_equal(str_text(&expected), str_text(&got)) ? 1 : 0;
        if (words != NULL)
            describe_marked(one, str_text(&expected), str_text(&got), found, words);
    } else {
        end = case_bad(err, "the target has no \"#### NUMBER\", as GSM8K's answer field has; the "
                            "metric gsm8k_aflow takes any text whose last number is the answer");
    }
    str_free(&expected);
    str_free(&got);
    return end;
}

static void describe_last(bool found, double number, double expected, struct str *words)
{
    struct str a = STR_INIT;
    struct str b = STR_INIT;

    python_float_print(expected, &a);
    if (found)
        python_float_print(number, &b);
    case_words(str_text(&a), found ? str_text(&b) : "no number", words);
    if (!found)
        str_add(words, "The text has no number at all.");
    else if (fabs(number - expected) <= 1e-6)
        str_add(words, "Right.");
    else
        str_add(words, "The last number of the text is not the expected one.");
    str_free(&a);
    str_free(&b);
}

static enum metric_end score_last(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    double expected, number = 0;
    bool found = extract_last(one->prediction, &number);

    if (!extract_last(one->target, &expected))
        return case_bad(err, "the target has no number");
    *score = found && fabs(number - expected) <= 1e-6 ? 1 : 0;
    if (words != NULL)
        describe_last(found, number, expected, words);
    return METRIC_SCORED;
}

static enum metric_end compare_marked(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str got = STR_INIT;
    enum metric_end end;

    (void)err;
    if (!extract_marked(one->prediction, &got))
        str_add(&got, none_text);
    end = case_compare(one->target, str_text(&got), score, words);
    str_free(&got);
    return end;
}

static enum metric_end compare_last(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    bool none_expected = case_is_null(one->target_json);
    double expected = 0, number = 0;
    bool found = extract_last(one->prediction, &number);

    if (!none_expected && !python_float(one->target, strlen(one->target), &expected))
        return case_bad(err, "the target is neither a number nor null");
    if (found && !none_expected) {
        *score = number == expected || fabs(number - expected) <= 1e-9 * fabs(expected) ? 1 : 0;
        if (words != NULL)
            describe_last(found, number, expected, words);
        return METRIC_SCORED;
    }
    return case_compare(none_expected ? NULL : "a number", found ? "a number" : NULL, score, words);
}

const struct metric metric_gsm8k = {
    .name = "gsm8k",
    .summary = "the number after \"#### \", as text (GSM8K, official)",
    .score = score_official,
};

const struct metric metric_gsm8k_aflow = {
    .name = "gsm8k_aflow",
    .summary = "the last number of the text, within 1e-6 (AFlow's GSM8K)",
    .score = score_last,
};

const struct metric metric_gsm8k_extract = {
    .name = "gsm8k_extract",
    .summary = "is what GSM8K extracts from the prediction the target?",
    .score = compare_marked,
};

const struct metric metric_gsm8k_aflow_extract = {
    .name = "gsm8k_aflow_extract",
    .summary = "is the last number of the prediction the target?",
    .score = compare_last,
};
