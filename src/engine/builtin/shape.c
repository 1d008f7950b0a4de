#include "shape.h"

#include <stdint.h>
#include <string.h>

static const struct token *token_at(const struct reading *reading, size_t i)
{
    return &reading->tokens.items[i];
}

/* The year alone, where the question asks for a year. */
static bool cut_to_year(const struct reading *reading, const struct span *span, struct str *out)
{
    if (!reading->how->on[INSTRUCTION_YEAR_ONLY] || reading->question.wanted != WANTED_YEAR)
        return false;
    for (size_t i = span->from; i < span->to; i++)
        if (token_year(token_at(reading, i)) != 0) {
            str_add_n(out, token_at(reading, i)->at, 4);
            return true;
        }
    return false;
}

static bool digits_only(const struct reading *reading, const struct span *span, struct str *out)
{
    double value = 0;

    if (!reading->how->on[INSTRUCTION_NUMBER_DIGITS] || span->type != SPAN_NUMBER)
        return false;
    for (size_t i = span->from; i < span->to; i++) {
        const struct token *token = token_at(reading, i);

        if (token->kind == TOKEN_NUMBER) {
            str_add_n(out, token->at, token->len);
            return true;
        }
        value += (token->classes & WORD_NUMBER) ? (double)token->value : 0;
    }
    str_addf(out, "%.0f", value);
    return true;
}

/* The noun after a number: "42 kilometres", "three sons". */
static size_t end_with_unit(const struct reading *reading, const struct span *span)
{
    const struct sentence *sentence = &reading->sentences[span->sentence];
    size_t end = span->to;

    if (!reading->how->on[INSTRUCTION_NUMBER_UNIT] || span->type != SPAN_NUMBER)
        return end;
    if (end < sentence->to && token_is_content(token_at(reading, end)) &&
        token_at(reading, end)->kind == TOKEN_WORD)
        end++;
    return end;
}

static bool is_joint(const struct token *token)
{
    return token_is_mark(token, ',') || token_is_word(token, "and");
}

/* Goes on over ", x and y" after the span. */
static size_t end_of_list(const struct reading *reading, const struct span *span)
{
    const struct sentence *sentence = &reading->sentences[span->sentence];
    size_t end = span->to;

    if (!reading->how->on[INSTRUCTION_LIST] || !reading->question.plural ||
        span->type == SPAN_TITLE)
        return end;
    while (end + 1 < sentence->to && end < span->to + 12 && is_joint(token_at(reading, end))) {
        end++;
        while (end < sentence->to && is_joint(token_at(reading, end)))
            end++;
        while (end < sentence->to && token_is_content(token_at(reading, end)))
            end++;
    }
    while (end > span->to && is_joint(token_at(reading, end - 1)))
        end--;
    return end;
}

void shape_span(const struct reading *reading, const struct candidate *candidate, struct str *out)
{
    struct span span = candidate->span;
    size_t unit, list;

    if (cut_to_year(reading, &span, out) || digits_only(reading, &span, out))
        return;
    unit = end_with_unit(reading, &span);
    list = end_of_list(reading, &span);
    span.to = unit > list ? unit : list;
    {
        struct slice text = span_text(reading, &span);

        str_add_n(out, text.at, text.len);
    }
}

static void change_case(struct str *out, bool upper)
{
    for (size_t i = 0; i < out->len; i++) {
        char c = out->data[i];

        if (upper && c >= 'a' && c <= 'z')
            out->data[i] = (char)(c - 32);
        else if (!upper && c >= 'A' && c <= 'Z')
            out->data[i] = (char)(c + 32);
    }
}

static bool is_month_word(const char *word, size_t len)
{
    static const char *const months[] = { "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December" };

    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (len >= strlen(months[i]) && len <= strlen(months[i]) + 1 &&
            memcmp(word, months[i], strlen(months[i])) == 0)
            return true;
    return false;
}

/* Words with a digit and months go; line starts "[1]" stay, so that passages remain passages. */
static void drop_numbers(struct str *out)
{
    struct str kept = STR_INIT;
    const char *at = str_text(out);

    while (*at != '\0') {
        size_t len = strcspn(at, " \n");
        bool digit = strcspn(at, "0123456789") < len;
        bool label = *at == '[' && len > 2 && at[len - 1] == ']';

        if (!(digit && !label) && !is_month_word(at, len))
            str_add_n(&kept, at, len);
        at += len;
        if (*at != '\0')
            str_add_char(&kept, *at++);
    }
    str_clear(out);
    {
        struct slice trimmed = slice_trim((struct slice){ str_text(&kept), kept.len });

        str_add_n(out, trimmed.at, trimmed.len);
    }
    str_free(&kept);
}

static void wrap(struct str *out, const char *before, const char *after)
{
    struct str whole = STR_INIT;

    str_add(&whole, before);
    str_add(&whole, str_text(out));
    str_add(&whole, after);
    str_free(out);
    *out = whole;
}

static void add_source(const struct reading *reading, size_t passage, struct str *out)
{
    if (passage == SIZE_MAX || reading->passages[passage].note)
        return;
    str_add(out, " (source: ");
    str_add_n(out, reading->passages[passage].title.at, reading->passages[passage].title.len);
    str_add(out, ")");
}

void shape_output(const struct reading *reading, size_t passage, struct str *out)
{
    const bool *on = reading->how->on;

    if (on[INSTRUCTION_DROP_NUMBERS])
        drop_numbers(out);
    if (on[INSTRUCTION_LOWER_CASE] || on[INSTRUCTION_UPPER_CASE])
        change_case(out, on[INSTRUCTION_UPPER_CASE]);
    if (reading->how->task != INSTRUCTION_ANSWER && reading->how->task != INSTRUCTION_VERIFY)
        return;
    if (on[INSTRUCTION_VERBOSE])
        wrap(out,
            "I looked for the sentence of the passages that shares most words with the question, "
            "and so the answer is ",
            ".");
    if (on[INSTRUCTION_HEDGE])
        wrap(out, "It is possibly ", "");
    if (on[INSTRUCTION_CITE_SOURCE])
        add_source(reading, passage, out);
}
