#include "sentences.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "utf8.h"
#include "word_lists.h"

/* A word or mark of the context of a possible end. */
struct token {
    struct excerpt text;
    bool ends, abbreviates, is_ellipsis;
};

struct tokens {
    struct token *items;
    size_t count, cap;
};

static uint32_t code_at(struct excerpt text, size_t at)
{
    uint32_t code = 0;

    if (at < text.len)
        (void)utf8_next(text.text + at, text.len - at, &code);
    return code;
}

static bool is_space_at(struct excerpt text, size_t at)
{
    return at < text.len && utf8_is_space(code_at(text, at));
}

static bool is_end_mark(char c)
{
    return c == '.' || c == '?' || c == '!';
}

/* What stands beside words and ends them. */
static bool is_beside(struct excerpt text, size_t at)
{
    return at < text.len && text.text[at] != '\0' &&
           strchr(")\";}]*:@'({[!?", text.text[at]) != NULL;
}

static bool begins_word(char c)
{
    return strchr("(\"`{[:;&#*@)}]-,", c) == NULL || c == '\0';
}

/* Bytes of "--…", "..…" or ". . …" at this place; 0: none. */
static size_t marks_at(struct excerpt text, size_t at)
{
    size_t end = at;
    size_t points = 0;
    uint32_t code;

    if (at >= text.len || (text.text[at] != '-' && text.text[at] != '.'))
        return 0;
    while (end < text.len && text.text[end] == text.text[at])
        end++;
    if (end - at >= 2)
        return end - at;
    if (text.text[at] == '-')
        return 0;
    for (end = at; end < text.len && text.text[end] == '.' && is_space_at(text, end + 1); points++)
        end += 1 + utf8_next(text.text + end + 1, text.len - end - 1, &code);
    return points >= 2 && end < text.len && text.text[end] == '.' ? end + 1 - at : 0;
}

static bool ends_word(struct excerpt text, size_t at)
{
    if (at >= text.len || is_space_at(text, at) || is_beside(text, at) || marks_at(text, at) > 0)
        return true;
    return text.text[at] == ',' && (at + 1 >= text.len || is_space_at(text, at + 1) ||
                                       is_beside(text, at + 1) || marks_at(text, at + 1) > 0);
}

static size_t token_length(struct excerpt text, size_t at)
{
    size_t len = marks_at(text, at);
    uint32_t code;
    size_t end = at;

    if (len > 0)
        return len;
    end += utf8_next(text.text + end, text.len - end, &code);
    if (!begins_word(text.text[at]))
        return end - at;
    while (!ends_word(text, end))
        end += utf8_next(text.text + end, text.len - end, &code);
    return end - at;
}

static struct tokens tokenize(struct excerpt text)
{
    struct tokens tokens = { NULL, 0, 0 };

    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t step = utf8_next(text.text + i, text.len - i, &code);

        if (!utf8_is_space(code)) {
            step = token_length(text, i);
            ARRAY_PUSH(&tokens, ((struct token){ .text = { text.text + i, step } }));
        }
        i += step;
    }
    return tokens;
}

static bool ends_in_point(struct excerpt token)
{
    return token.len > 0 && token.text[token.len - 1] == '.';
}

static bool is_abbreviation(struct excerpt word)
{
    struct str lower = STR_INIT;
    const char *last;
    bool known;

    add_lower(word, &lower);
    last = strrchr(str_text(&lower), '-');
    known = is_one_of(excerpt_of(str_text(&lower)), abbreviations) ||
            (last != NULL && is_one_of(excerpt_of(last + 1), abbreviations));
    str_free(&lower);
    return known;
}

static void annotate(struct token *token)
{
    struct excerpt text = token->text;

    if (text.len == 1 && is_end_mark(text.text[0])) {
        token->ends = true;
    } else if (excerpt_starts(text, "..")) {
        token->is_ellipsis = strspn(text.text, ".") >= text.len;
    } else if (ends_in_point(text) && !(text.len > 1 && text.text[text.len - 2] == '.')) {
        struct excerpt word = { text.text, text.len - 1 };

        token->abbreviates = is_abbreviation(word);
        token->ends = !token->abbreviates;
    }
}

/* A single letter and its point. */
static bool is_initial(struct excerpt token)
{
    uint32_t code = first_of(token);

    return length_of(token) == 2 && ends_in_point(token) && utf8_is_word(code) &&
           !utf8_is_digit(code);
}

/* -?[.,]?\d[\d,.-]* */
static bool is_number(struct excerpt token)
{
    size_t i = token.len > 0 && token.text[0] == '-' ? 1 : 0;
    bool first = true;

    if (i < token.len && (token.text[i] == '.' || token.text[i] == ','))
        i++;
    for (; i < token.len; first = false) {
        uint32_t code;
        size_t step = utf8_next(token.text + i, token.len - i, &code);

        if (!utf8_is_digit(code) && (first || code > 0x7F || strchr(",.-", (int)code) == NULL))
            return false;
        i += step;
    }
    return !first;
}

enum answer { NO, YES, UNKNOWN };

/* Whether the word after it looks like the start of a sentence: a capitalised word that also stands
 * in small letters elsewhere, as common words and single letters do. */
static enum answer looks_like_start(const struct token *token)
{
    uint32_t first = first_of(token->text);
    struct str lower = STR_INIT;
    bool common;

    if (token->text.len == 1 && token->text.text[0] != '\0' &&
        strchr(";:,.!?", token->text.text[0]) != NULL)
        return NO;
    if (is_lower_letter(first))
        return NO;
    if (!is_upper_letter(first))
        return UNKNOWN;
    add_lower(token->ends ? strip_set(token->text, ".", RIGHT_END) : token->text, &lower);
    common = lower.len == 1 || is_one_of(excerpt_of(str_text(&lower)), stop_words) ||
             is_one_of(excerpt_of(str_text(&lower)), sentence_starters);
    str_free(&lower);
    return common ? YES : UNKNOWN;
}

/* A point that the first look took for an end, or for none, in the light of the next word. */
static void reconsider(struct token *token, const struct token *next)
{
    bool initial = is_initial(token->text);
    enum answer start;

    if (!ends_in_point(token->text))
        return;
    start = looks_like_start(next);
    if ((token->abbreviates || token->is_ellipsis) && !initial && start == YES)
        token->ends = true;
    if ((initial || is_number(token->text)) &&
        (start == NO || (start == UNKNOWN && initial && is_upper_letter(first_of(next->text)))))
        token->ends = false;
}

/* The context is a word, its mark, and what follows: does a sentence end before its last part? */
static bool holds_end(struct excerpt context)
{
    struct tokens tokens = tokenize(context);
    bool found = false;

    for (size_t i = 0; i < tokens.count; i++)
        annotate(&tokens.items[i]);
    for (size_t i = 0; i + 1 < tokens.count; i++) {
        reconsider(&tokens.items[i], &tokens.items[i + 1]);
        found = found || tokens.items[i].ends;
    }
    free(tokens.items);
    return found;
}

struct candidate {
    size_t word, mark; /* where the word before the mark begins, and the mark */
    size_t next;       /* where the next word begins; mark + 1: a sign follows at once */
    size_t end;        /* of the context */
};

/* A mark with a sign after it, or white space and another word. */
static bool read_candidate(struct excerpt text, size_t mark, struct candidate *out)
{
    size_t at = mark + 1;
    uint32_t code;

    if (is_beside(text, at)) {
        *out = (struct candidate){ 0, mark, at, at + 1 };
        return true;
    }
    while (is_space_at(text, at))
        at += utf8_next(text.text + at, text.len - at, &code);
    if (at == mark + 1 || at >= text.len)
        return false;
    *out = (struct candidate){ 0, mark, at, at };
    while (out->end < text.len && !is_space_at(text, out->end))
        out->end += utf8_next(text.text + out->end, text.len - out->end, &code);
    return true;
}

static size_t last_blank(struct excerpt text, size_t from, size_t to)
{
    for (size_t i = to; i > from; i--)
        if (strchr(" \t\n\r\v\f", text.text[i - 1]) != NULL && text.text[i - 1] != '\0')
            return i - 1 - from;
    return 0;
}

struct cuts {
    struct excerpts sentences;
    struct excerpt text;
    size_t start;
};

static void take(struct cuts *cuts, const struct candidate *at)
{
    struct excerpt context = { cuts->text.text + at->word, at->end - at->word };

    if (!holds_end(context))
        return;
    ARRAY_PUSH(&cuts->sentences,
        ((struct excerpt){ cuts->text.text + cuts->start, at->mark + 1 - cuts->start }));
    cuts->start = at->next;
}

/* Of several marks in one word only the last one is asked. */
static void cut(struct cuts *cuts)
{
    struct candidate last = { 0, 0, 0, 0 };
    size_t word_start = 0, word_end = 0;
    bool pending = false;

    for (size_t i = 0; i < cuts->text.len; i++) {
        struct candidate next;
        size_t blank;

        if (!is_end_mark(cuts->text.text[i]) || !read_candidate(cuts->text, i, &next))
            continue;
        blank = last_blank(cuts->text, word_end, i);
        next.word = blank > 0 ? blank + word_end + 1 : word_start;
        if (pending && word_end <= next.word)
            take(cuts, &last);
        last = next;
        pending = true;
        word_start = next.word;
        word_end = i;
    }
    if (pending)
        take(cuts, &last);
    if (cuts->start <= cuts->text.len) {
        struct excerpt rest = { cuts->text.text + cuts->start, cuts->text.len - cuts->start };

        while (rest.len > 0) {
            uint32_t code;
            size_t step = step_back(rest, rest.len, &code);

            if (!utf8_is_space(code))
                break;
            rest.len -= step;
        }
        ARRAY_PUSH(&cuts->sentences, rest);
    }
}

/* Closing quotes and brackets at the start of a sentence, before white space or its end: bytes; the
 * white space counts in *skip. */
static size_t closing_at(struct excerpt sentence, size_t *skip)
{
    size_t len = 0;
    uint32_t code;

    while (len < sentence.len && sentence.text[len] != '\0' &&
           strchr("\"')]}", sentence.text[len]) != NULL) {
        len++;
        *skip = len;
        while (is_space_at(sentence, *skip))
            *skip += utf8_next(sentence.text + *skip, sentence.len - *skip, &code);
        if (*skip > len || len == sentence.len ||
            (len + 1 < sentence.len && memcmp(sentence.text + len, "--", 2) == 0))
            return len;
    }
    *skip = 0;
    return 0;
}

/* Closing marks go to the sentence before them. */
static void realign(struct excerpts *sentences)
{
    size_t kept = 0, skip = 0;

    for (size_t i = 0; i < sentences->count; i++) {
        struct excerpt sentence = sentences->items[i];
        size_t closing = 0, next_skip = 0;

        sentence.text += skip < sentence.len ? skip : sentence.len;
        sentence.len -= skip < sentence.len ? skip : sentence.len;
        if (i + 1 < sentences->count) {
            closing = closing_at(sentences->items[i + 1], &next_skip);
            if (closing > 0)
                sentence.len = (size_t)(sentences->items[i + 1].text + closing - sentence.text);
        }
        skip = next_skip;
        if (sentence.len > 0)
            sentences->items[kept++] = sentence;
    }
    sentences->count = kept;
}

struct excerpts split_sentences(struct excerpt text)
{
    struct cuts cuts = { .text = text };

    cut(&cuts);
    realign(&cuts.sentences);
    return cuts.sentences;
}
