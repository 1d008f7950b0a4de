#include "metrics.h"

#include <math.h>
#include <string.h>

#include "metric_case.h"
#include "python_number.h"
#include "utf8.h"

/* AFlow's MATH: the last \boxed{…} (braces one level deep), else the last sentence; equal as text
 * or as numbers. Its third way, computer algebra, is not here. */

static const char box[] = "\\boxed{";

/* What stands in a box that begins at `text`; NULL: it is not closed, or nests deeper than one
 * level. */
static const char *box_end(const char *text)
{
    const char *c = text + strlen(box);

    for (;;) {
        c += strcspn(c, "{}");
        if (*c != '{')
            return *c == '}' ? c : NULL;
        c++;
        c += strcspn(c, "{}");
        if (*c != '}')
            return NULL;
        c++;
    }
}

static void add_trimmed(const char *text, size_t len, struct str *out)
{
    size_t start = SIZE_MAX, end = 0;

    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t step = utf8_next(text + i, len - i, &code);

        if (!utf8_is_space(code)) {
            start = start == SIZE_MAX ? i : start;
            end = i + step;
        }
        i += step;
    }
    if (start != SIZE_MAX)
        str_add_n(out, text + start, end - start);
}

static size_t spaces_at(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len) {
        uint32_t code;
        size_t step = utf8_next(text + i, len - i, &code);

        if (!utf8_is_space(code))
            break;
        i += step;
    }
    return i;
}

/* Split after . ! ? that no digit precedes, at white space; the mark goes with the space. */
static void add_last_sentence(const char *text, struct str *out)
{
    size_t len = strlen(text), start = 0;
    struct str last = STR_INIT;
    bool after_digit = false;

    for (size_t i = 0; i <= len;) {
        size_t spaces = i < len && strchr(".!?", text[i]) != NULL && !after_digit
                            ? spaces_at(text + i + 1, len - i - 1)
                            : 0;
        uint32_t code;

        if (i == len || spaces > 0) {
            struct str sentence = STR_INIT;

            add_trimmed(text + start, i - start, &sentence);
            if (sentence.len > 0) {
                str_free(&last);
                last = sentence;
            }
            if (i == len)
                break;
            i += 1 + spaces;
            start = i;
            after_digit = false;
            continue;
        }
        i += utf8_next(text + i, len - i, &code);
        after_digit = utf8_is_digit(code);
    }
    str_add(out, str_text(&last));
    str_free(&last);
}

static void extract(const char *text, struct str *out)
{
    const char *start = NULL;
    const char *end = NULL;

    for (const char *at = strstr(text, box); at != NULL;) {
        const char *close = box_end(at);

        if (close != NULL) {
            start = at + strlen(box);
            end = close;
        }
        at = strstr(close != NULL ? close + 1 : at + 1, box);
    }
    if (start != NULL)
        add_trimmed(start, (size_t)(end - start), out);
    else
        add_last_sentence(text, out);
}

/* Commas out; a number, or a percentage. */
static bool read_number(const char *text, double *number)
{
    struct str plain = STR_INIT;
    bool ok;

    for (const char *c = text; *c != '\0'; c++)
        if (*c != ',')
            str_add_char(&plain, *c);
    ok = python_float(str_text(&plain), plain.len, number);
    if (!ok && str_ends(str_text(&plain), "%")) {
        str_truncate(&plain, plain.len - 1);
        if (str_ends(str_text(&plain), "\\"))
            str_truncate(&plain, plain.len - 1);
        ok = python_float(str_text(&plain), plain.len, number);
        *number = ok ? *number / 100 : 0;
    }
    str_free(&plain);
    return ok;
}

static bool is_close(double a, double b)
{
    double greatest = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

    if (a == b)
        return true;
    if (isinf(a) || isinf(b))
        return false;
    return fabs(a - b) <= fmax(1e-9 * greatest, 1e-3);
}

static bool equal(const char *a, const char *b)
{
    double x, y;

    return str_equal(a, b) || (read_number(a, &x) && read_number(b, &y) && is_close(x, y));
}

static enum metric_end judge(
    const char *expected, const char *got, double *score, struct str *words)
{
    *score = equal(expected, got) ? 1 : 0;
    if (words != NULL) {
        case_words(expected, got, words);
        str_add(
            words, *score > 0 ? "Right." : "They are neither the same text nor the same number.");
    }
    return METRIC_SCORED;
}

static enum metric_end score_equal(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    (void)err;
    return judge(one->target, one->prediction, score, words);
}

static enum metric_end score_solution(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str expected = STR_INIT;
    struct str got = STR_INIT;
    enum metric_end end;

    (void)err;
    extract(one->target, &expected);
    extract(one->prediction, &got);
    end = judge(str_text(&expected), str_text(&got), score, words);
    str_free(&expected);
    str_free(&got);
    return end;
}

static enum metric_end compare_extract(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str got = STR_INIT;
    enum metric_end end;

    (void)err;
    extract(one->prediction, &got);
    end = case_compare(one->target, str_text(&got), score, words);
    str_free(&got);
    return end;
}

const struct metric metric_math_aflow = {
    .name = "math_aflow",
    .summary = "the boxed answer or last sentence, equal as text or number (AFlow, no algebra)",
    .score = score_solution,
};

const struct metric metric_math_aflow_equal = {
    .name = "math_aflow_equal",
    .summary = "bare answers, equal as text or number (AFlow, no algebra)",
    .score = score_equal,
};

const struct metric metric_math_aflow_extract = {
    .name = "math_aflow_extract",
    .summary = "is what AFlow extracts from the prediction the target?",
    .score = compare_extract,
};
