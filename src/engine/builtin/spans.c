#include "spans.h"

#include <stdint.h>

#include "array.h"

enum { NAME_MAX_TOKENS = 14, QUOTE_MAX_TOKENS = 16, PHRASE_MAX_TOKENS = 5 };

static void add(
    struct spans *out, const struct span *like, enum span_type type, size_t from, size_t to)
{
    struct span span = *like;

    if (from >= to || out->count >= SPANS_MAX)
        return;
    span.type = type;
    span.from = from;
    span.to = to;
    ARRAY_PUSH(out, span);
}

/* --- dates and numbers --- */

static bool is_day(const struct token *token)
{
    double day = token->kind == TOKEN_NUMBER && token->len <= 4 ? token_number(token) : 0;

    return day >= 1 && day <= 31 && token_year(token) == 0;
}

static size_t skip_comma(const struct token *tokens, size_t i, size_t to)
{
    return i < to && token_is_mark(&tokens[i], ',') ? i + 1 : i;
}

/* A year at i (after a comma), and the era's letters after it. */
static size_t take_year(const struct token *tokens, size_t i, size_t to, unsigned *year)
{
    size_t at = skip_comma(tokens, i, to);

    if (at >= to || token_year(&tokens[at]) == 0)
        return i;
    *year = token_year(&tokens[at]);
    return at + 1;
}

size_t date_end(const struct token *tokens, size_t i, size_t to, unsigned *year)
{
    size_t end = i;

    *year = 0;
    if (is_day(&tokens[i]) && i + 1 < to && token_is_month(&tokens[i + 1]))
        return take_year(tokens, i + 2, to, year);
    if (token_is_month(&tokens[i])) {
        end = i + 1;
        if (end < to && is_day(&tokens[end]))
            end++;
        if (end + 1 < to && token_is_mark(&tokens[end], '-') && is_day(&tokens[end + 1]))
            end += 2;
        end = take_year(tokens, end, to, year);
        return end;
    }
    return i;
}

static size_t number_end(const struct token *tokens, size_t i, size_t to)
{
    size_t end = i;

    while (end < to && token_is_quantity(&tokens[end]) &&
           (end == i || tokens[end].classes & (WORD_NUMBER | WORD_MAGNITUDE)))
        end++;
    if (end < to && token_is_mark(&tokens[end], '%'))
        end++;
    return end;
}

/* A date, year or number at i; returns where it ends, or i. */
static size_t take_figure(
    const struct token *tokens, size_t i, size_t to, const struct span *like, struct spans *out)
{
    unsigned year;
    size_t end = date_end(tokens, i, to, &year);

    if (end > i) {
        add(out, like, SPAN_DATE, i, end);
        return end;
    }
    if (token_year(&tokens[i]) != 0) {
        bool range =
            i + 2 < to && token_is_mark(&tokens[i + 1], '-') && tokens[i + 2].kind == TOKEN_NUMBER;

        add(out, like, SPAN_YEAR, i, i + 1);
        if (range)
            add(out, like, SPAN_DATE, i, i + 3);
        return i + 1;
    }
    if (!token_is_quantity(&tokens[i]) || token_is_word(&tokens[i], "one"))
        return i;
    end = number_end(tokens, i, to);
    add(out, like, SPAN_NUMBER, i, end);
    return end;
}

/* --- names --- */

static bool is_link(const struct token *token)
{
    return (token->classes & WORD_LINK) && !token_is_word(token, "and") &&
           !token_is_word(token, "for") && !token_is_word(token, "on") &&
           !token_is_word(token, "to") && !token_is_word(token, "e") && !token_is_word(token, "y");
}

/* The next token of a name that goes on after token i, or i where it ends. */
static size_t name_next(const struct token *tokens, size_t i, size_t to)
{
    size_t next = i + 1;

    if (next >= to)
        return i;
    if (token_is_name(&tokens[next]))
        return next;
    if (token_is_mark(&tokens[next], '.') && tokens[i].len <= 2 &&
        !(tokens[next].flags & TOKEN_CLOSES))
        return next + 1 < to && token_is_name(&tokens[next + 1]) ? next + 1 : i;
    if ((token_is_mark(&tokens[next], '-') || token_is_mark(&tokens[next], '&') ||
            token_is_mark(&tokens[next], '\'')) &&
        next + 1 < to && token_is_name(&tokens[next + 1]))
        return next + 1;
    if (tokens[next].kind == TOKEN_NUMBER && !(next + 1 < to && token_is_month(&tokens[next + 1])))
        return next;
    for (size_t k = next; k < to && k < next + 3 && is_link(&tokens[k]); k++)
        if (k + 1 < to && token_is_name(&tokens[k + 1]))
            return k + 1;
    return i;
}

/* The whole name, and the parts of it that a link word or a trailing number joins. */
static size_t take_name(
    const struct token *tokens, size_t i, size_t to, const struct span *like, struct spans *out)
{
    size_t last = i;
    size_t part = i;
    size_t next;

    if (!token_is_name(&tokens[i]) || (tokens[i].classes & (WORD_STOP | WORD_LINK)))
        return i;
    while ((next = name_next(tokens, last, to)) != last && next - i < NAME_MAX_TOKENS) {
        if (next > last + 1 && is_link(&tokens[last + 1])) {
            add(out, like, SPAN_NAME, part, last + 1);
            part = next;
        } else if (tokens[next].kind == TOKEN_NUMBER) {
            add(out, like, SPAN_NAME, part, last + 1);
        }
        last = next;
    }
    if (part > i)
        add(out, like, SPAN_NAME, part, last + 1);
    add(out, like, SPAN_NAME, i, last + 1);
    return last + 1;
}

static size_t take_quote(
    const struct token *tokens, size_t i, size_t to, const struct span *like, struct spans *out)
{
    if (!token_is_mark(&tokens[i], '"'))
        return i;
    for (size_t k = i + 1; k < to && k < i + QUOTE_MAX_TOKENS; k++)
        if (token_is_mark(&tokens[k], '"')) {
            add(out, like, SPAN_QUOTED, i + 1, k);
            return k + 1;
        }
    return i;
}

static bool in_phrase(const struct token *token)
{
    return token_is_mark(token, '-') ||
           (token->kind == TOKEN_WORD && !(token->classes & WORD_STOP) &&
               (!(token->flags & TOKEN_CAPITAL) || (token->classes & WORD_NATION)));
}

/* A run of words in small letters, whole and without its first words. */
static size_t take_phrase(
    const struct token *tokens, size_t i, size_t to, const struct span *like, struct spans *out)
{
    size_t end = i;

    while (end < to && in_phrase(&tokens[end]))
        end++;
    while (end > i && token_is_mark(&tokens[end - 1], '-'))
        end--;
    for (size_t from = i; from < end; from++)
        if (end - from <= PHRASE_MAX_TOKENS && !token_is_mark(&tokens[from], '-') &&
            (from == i || !token_is_mark(&tokens[from - 1], '-')))
            add(out, like, SPAN_PHRASE, from, end);
    return end > i ? end : i;
}

void spans_find(const struct reading *reading, size_t index, bool phrases, struct spans *out)
{
    const struct sentence *sentence = &reading->sentences[index];
    const struct token *tokens = reading->tokens.items;
    struct span like = { .passage = sentence->passage, .sentence = index };
    size_t quoted = 0;

    for (size_t i = sentence->from; i < sentence->to;) {
        size_t end;

        if (i >= quoted && (end = take_quote(tokens, i, sentence->to, &like, out)) > i) {
            quoted = end; /* names inside are candidates too */
            i++;
            continue;
        }
        end = take_figure(tokens, i, sentence->to, &like, out);
        if (end == i)
            end = take_name(tokens, i, sentence->to, &like, out);
        i = end > i ? end : i + 1;
    }
    for (size_t i = sentence->from; phrases && i < sentence->to;) {
        size_t end = take_phrase(tokens, i, sentence->to, &like, out);

        i = end > i ? end : i + 1;
    }
}

void spans_add_title(const struct reading *reading, size_t index, struct spans *out)
{
    const struct passage *passage = &reading->passages[index];
    struct span like = { .passage = index, .sentence = passage->first };

    if (passage->count > 0)
        add(out, &like, SPAN_TITLE, passage->title_from, passage->title_to);
}

struct slice span_text(const struct reading *reading, const struct span *span)
{
    return tokens_slice(reading->tokens.items, span->from, span->to);
}

/* --- types --- */

static uint32_t classes_in(const struct reading *reading, const struct span *span)
{
    uint32_t classes = 0;

    for (size_t i = span->from; i < span->to; i++)
        classes |= reading->tokens.items[i].classes;
    return classes;
}

static bool follows(
    const struct reading *reading, const struct span *span, const char *const *words)
{
    size_t i = span->from;

    if (span->type == SPAN_TITLE || i == 0 || i <= reading->sentences[span->sentence].from)
        return false;
    if (token_is_word(&reading->tokens.items[i - 1], "the") &&
        i - 1 > reading->sentences[span->sentence].from)
        i--;
    for (; *words != NULL; words++)
        if (token_is_word(&reading->tokens.items[i - 1], *words))
            return true;
    return false;
}

static bool asks_for_country(const struct question *question)
{
    const struct token *head =
        question->head != SIZE_MAX ? &question->tokens.items[question->head] : NULL;

    return head != NULL && (token_is_word(head, "country") || token_is_word(head, "nation"));
}

/* A noun is asked for that is none for persons. */
static bool is_person_by_mistake(const struct reading *reading, const struct span *span)
{
    const struct question *question = &reading->question;
    size_t own;

    if ((question->wanted != WANTED_ANY && question->wanted != WANTED_PHRASE) ||
        question->head == SIZE_MAX)
        return false;
    own = span->type == SPAN_TITLE
              ? span->passage
              : reading_passage_of(reading, reading->tokens.items, span->from, span->to);
    return own != SIZE_MAX && (reading->passages[own].classes & WORD_PERSON);
}

static double name_fit(const struct reading *reading, const struct span *span, uint32_t class)
{
    static const char *const at[] = { "in", "at", "near", "from", "to", NULL };
    static const char *const by[] = { "by", "with", "and", "actor", "actress", "singer", "director",
        "author", NULL };
    size_t own = span->type == SPAN_TITLE
                     ? span->passage
                     : reading_passage_of(reading, reading->tokens.items, span->from, span->to);
    uint32_t inside = classes_in(reading, span);
    uint32_t others = (WORD_PERSON | WORD_PLACE | WORD_ORG | WORD_WORK) & ~class;
    size_t len = span->to - span->from;

    if (own != SIZE_MAX && reading->passages[own].classes & (others | class))
        return reading->passages[own].classes & class ? 1 : 0.15;
    if (class == WORD_PLACE && asks_for_country(&reading->question))
        return inside & WORD_NATION ? 1 : 0.3;
    if (inside & WORD_NATION && class != WORD_PLACE)
        return 0.2;
    if (class == WORD_PERSON)
        return (inside & others) || len > 5 ? 0.2
               : follows(reading, span, by) ? 0.95
               : len >= 2                   ? 0.8
                                            : 0.5;
    if (inside & class)
        return 0.95;
    if (class == WORD_PLACE)
        return follows(reading, span, at) || inside & WORD_NATION ? 0.9 : 0.4;
    return inside & others ? 0.3 : 0.5;
}

static bool has_year(const struct reading *reading, const struct span *span)
{
    for (size_t i = span->from; i < span->to; i++)
        if (token_year(&reading->tokens.items[i]) != 0)
            return true;
    return false;
}

static double fit_of_figure(const struct reading *reading, const struct span *span)
{
    enum wanted wanted = reading->question.wanted;
    enum span_type type = span->type;
    bool dated = type == SPAN_DATE || type == SPAN_YEAR;

    if (wanted == WANTED_DATE)
        return type == SPAN_DATE ? 1 : type == SPAN_YEAR ? 0.6 : 0;
    if (wanted == WANTED_YEAR)
        return dated && has_year(reading, span) ? 1 : 0;
    if (wanted == WANTED_NUMBER)
        return type == SPAN_NUMBER ? 1 : type == SPAN_YEAR ? 0.1 : 0;
    return wanted == WANTED_ANY ? 0.2 : 0;
}

double span_fit(const struct reading *reading, const struct span *span)
{
    enum wanted wanted = reading->question.wanted;
    bool figure = span->type == SPAN_DATE || span->type == SPAN_YEAR || span->type == SPAN_NUMBER;

    if (figure || wanted == WANTED_DATE || wanted == WANTED_YEAR || wanted == WANTED_NUMBER)
        return figure ? fit_of_figure(reading, span) : 0;
    if (span->type == SPAN_PHRASE)
        return wanted == WANTED_PHRASE   ? 1
               : wanted == WANTED_ANY    ? 0.5
               : wanted == WANTED_NATION ? 0.1
                                         : 0.05;
    if (wanted == WANTED_NATION)
        return classes_in(reading, span) & WORD_NATION ? 1 : 0.1;
    if (wanted == WANTED_PERSON)
        return span->type == SPAN_QUOTED ? 0.1 : name_fit(reading, span, WORD_PERSON);
    if (wanted == WANTED_PLACE)
        return span->type == SPAN_QUOTED ? 0.1 : name_fit(reading, span, WORD_PLACE);
    if (wanted == WANTED_ORG)
        return span->type == SPAN_QUOTED ? 0.3 : name_fit(reading, span, WORD_ORG);
    if (wanted == WANTED_WORK)
        return span->type == SPAN_QUOTED ? 0.95 : name_fit(reading, span, WORD_WORK);
    if (is_person_by_mistake(reading, span))
        return 0.1;
    return wanted == WANTED_PHRASE ? 0.4 : 0.7;
}
