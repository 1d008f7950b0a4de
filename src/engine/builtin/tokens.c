#include "tokens.h"

#include <string.h>
#include <strings.h>

#include "array.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The mark that the bytes begin with and its length, or 0 where they begin a word, number or blank.
 * Typographic marks are read as their ASCII kin. */
static char mark_at(const char *at, size_t left, size_t *len)
{
    unsigned char c = (unsigned char)*at;
    unsigned char third = left > 2 ? (unsigned char)at[2] : 0;

    *len = 1;
    if (c == 0xE2 && left > 2 && (unsigned char)at[1] == 0x80) {
        *len = 3;
        if (third >= 0x90 && third <= 0x95)
            return '-';
        if (third == 0x9C || third == 0x9D || third == 0x9E)
            return '"';
        return third == 0x98 || third == 0x99 ? '\'' : ' ';
    }
    if (c == 0xC2 && left > 1) {
        *len = 2;
        return (unsigned char)at[1] == 0xA0 ? ' ' : '#';
    }
    if (c <= ' ' || c == 0x7F)
        return ' ';
    if (c >= 0x80 || is_letter(*at) || is_digit(*at))
        return 0;
    return *at;
}

static bool is_upper_at(const char *at, size_t left)
{
    unsigned char c = (unsigned char)*at;
    unsigned char d = left > 1 ? (unsigned char)at[1] : 0;

    if (*at >= 'A' && *at <= 'Z')
        return true;
    if (c == 0xC3)
        return d >= 0x80 && d <= 0x9E;
    if (c == 0xC4 || c == 0xC5)
        return d % 2 == 0;
    return (c == 0xD0 && d >= 0x90 && d <= 0xAF) || (c == 0xCE && d >= 0x91 && d <= 0xA9);
}

/* "U.S.", "D.C.": letters with a stop after each; 0 where it is none. */
static size_t dotted_len(const char *at, size_t left)
{
    size_t n = 0;

    while (n + 1 < left && is_letter(at[n]) && at[n + 1] == '.')
        n += 2;
    return n >= 4 ? n : 0;
}

static size_t word_len(const char *at, size_t left)
{
    size_t n = dotted_len(at, left);

    if (n > 0)
        return n;
    while (n < left) {
        size_t mark;
        char c = mark_at(at + n, left - n, &mark);
        bool inner =
            c == '\'' && n > 0 && n + mark < left && is_letter(at[n + mark]) &&
            !(at[n + mark] == 's' && (n + mark + 1 >= left || !is_letter(at[n + mark + 1])));

        if (c != 0 && !inner)
            break;
        n += inner ? mark : 1;
    }
    return n;
}

/* Digits with inner "," and ".", and small letters that follow at once ("1990s", "2nd"). */
static size_t number_len(const char *at, size_t left)
{
    size_t n = 0;

    while (n < left && (is_digit(at[n]) ||
                           ((at[n] == ',' || at[n] == '.') && n + 1 < left && is_digit(at[n + 1]))))
        n++;
    while (n < left && at[n] >= 'a' && at[n] <= 'z')
        n++;
    return n;
}

static void look_up(struct token *token, const struct lexicon *lexicon)
{
    const struct lexicon_word *word;

    token->plain = stem_of(token->at, token->len);
    token->stem = token->plain;
    word = lexicon_find(lexicon, token->plain);
    if (word == NULL)
        return;
    token->stem = word->stem;
    token->classes = word->classes;
    token->value = word->value;
}

static void make_nation(struct token *token, const char *nation)
{
    token->stem = stem_of(nation, strlen(nation));
    token->classes = (token->classes & ~(uint32_t)WORD_STOP) | WORD_NATION;
}

/* "US", "United States", "United Kingdom": the stem of the nation's group, so that they equal the
 * adjective. */
static void join_nation(struct tokens *tokens)
{
    struct token *last = &tokens->items[tokens->count - 1];
    struct token *before = tokens->count > 1 ? last - 1 : NULL;

    if (last->len == 2 && memcmp(last->at, "US", 2) == 0)
        make_nation(last, "usa");
    if (before == NULL || !token_is_word(before, "united"))
        return;
    if (token_is_word(last, "states"))
        make_nation(last, "usa");
    else if (token_is_word(last, "kingdom"))
        make_nation(last, "uk");
    else
        return;
    make_nation(before, token_is_word(last, "states") ? "usa" : "uk");
}

static bool is_abbreviation(const struct token *token)
{
    static const char *const known[] = { "mr", "mrs", "dr", "st", "jr", "sr", "vs", "v", "op",
        "vol", "inc", "ltd", "no", "lt", "col", "gen", "prof", "c" };

    if (token->kind != TOKEN_WORD || token->len > 4)
        return false;
    if (token->len == 1 && (token->flags & TOKEN_CAPITAL))
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (token_is_word(token, known[i]))
            return true;
    return false;
}

/* A full stop, "!" or "?" that a blank and no small letter follows, and that belongs to no
 * abbreviation. */
static bool closes_sentence(const struct tokens *tokens, char mark, const char *after, size_t left)
{
    const struct token *before = tokens->count > 0 ? &tokens->items[tokens->count - 1] : NULL;
    size_t blanks = 0;

    if (mark != '.' && mark != '!' && mark != '?')
        return false;
    if (mark == '.' && before != NULL && is_abbreviation(before))
        return false;
    while (blanks < left && (unsigned char)after[blanks] <= ' ')
        blanks++;
    if (blanks == left)
        return true;
    return blanks > 0 && !(after[blanks] >= 'a' && after[blanks] <= 'z');
}

static const char *add_mark(
    struct tokens *tokens, const char *at, const char *end, char mark, size_t len, bool glued)
{
    struct token token = { .at = at, .len = (uint32_t)len, .kind = TOKEN_MARK, .mark = mark };

    if (mark == '\'' && at + len < end && at[len] == 's') {
        token.mark = 's';
        token.len++;
    }
    token.flags = glued ? TOKEN_GLUED : 0;
    if (closes_sentence(tokens, mark, at + token.len, (size_t)(end - at) - token.len))
        token.flags |= TOKEN_CLOSES;
    ARRAY_PUSH(tokens, token);
    return at + token.len;
}

static const char *add_word(struct tokens *tokens, const struct lexicon *lexicon, const char *at,
    const char *end, bool glued)
{
    size_t left = (size_t)(end - at);
    bool number = is_digit(*at);
    size_t len = number ? number_len(at, left) : word_len(at, left);
    struct token token = { .at = at, .kind = number ? TOKEN_NUMBER : TOKEN_WORD };

    token.len = (uint32_t)(len > 0 ? len : 1);
    if (glued)
        token.flags |= TOKEN_GLUED;
    if (is_upper_at(at, left))
        token.flags |= TOKEN_CAPITAL;
    look_up(&token, lexicon);
    ARRAY_PUSH(tokens, token);
    join_nation(tokens);
    return at + token.len;
}

void tokens_add(struct tokens *tokens, const struct lexicon *lexicon, struct slice text, size_t max)
{
    const char *at = text.at;
    const char *end = text.at + text.len;
    size_t limit = tokens->count + max;
    bool glued = false;

    while (at < end && tokens->count < limit) {
        size_t len;
        char mark = mark_at(at, (size_t)(end - at), &len);

        if (mark == ' ') {
            at += len;
            glued = false;
            continue;
        }
        at = mark != 0 ? add_mark(tokens, at, end, mark, len, glued)
                       : add_word(tokens, lexicon, at, end, glued);
        glued = true;
    }
}

bool token_is_mark(const struct token *token, char mark)
{
    return token->kind == TOKEN_MARK && token->mark == mark;
}

bool token_is_month(const struct token *token)
{
    return (token->classes & WORD_MONTH) != 0 && (token->flags & TOKEN_CAPITAL) != 0;
}

bool token_is_name(const struct token *token)
{
    return token->kind == TOKEN_WORD && (token->flags & TOKEN_CAPITAL) != 0 &&
           !token_is_month(token);
}

bool token_is_content(const struct token *token)
{
    return token->kind != TOKEN_MARK &&
           ((token->classes & WORD_STOP) == 0 || token_is_month(token));
}

bool token_is_word(const struct token *token, const char *word)
{
    return strlen(word) == token->len && strncasecmp(token->at, word, token->len) == 0;
}

unsigned token_year(const struct token *token)
{
    unsigned year = 0;

    if (token->kind != TOKEN_NUMBER || token->len < 4)
        return 0;
    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(token->at[i]))
            return 0;
        year = year * 10 + (unsigned)(token->at[i] - '0');
    }
    /* more digits come of two dates that run into each other; letters of a decade */
    if (token->len > 4 && !is_digit(token->at[4]) && token->at[4] != 's')
        return 0;
    return (token->len <= 6 && year >= 1000 && year < 2200) ? year : 0;
}

bool token_is_quantity(const struct token *token)
{
    return token->kind == TOKEN_NUMBER || (token->classes & (WORD_NUMBER | WORD_MAGNITUDE)) != 0;
}

double token_number(const struct token *token)
{
    double value = 0;
    double scale = 0;

    if (token->kind != TOKEN_NUMBER)
        return (double)token->value;
    for (size_t i = 0; i < token->len; i++) {
        if (token->at[i] == '.')
            scale = 1;
        if (!is_digit(token->at[i]))
            continue;
        value = value * 10 + (token->at[i] - '0');
        scale *= 10;
    }
    return scale > 0 ? value / scale : value;
}

struct slice tokens_slice(const struct token *tokens, size_t from, size_t to)
{
    const char *start = tokens[from].at;
    const char *end = tokens[to - 1].at + tokens[to - 1].len;

    return (struct slice){ start, (size_t)(end - start) };
}

struct slice slice_of(const char *text)
{
    return (struct slice){ text, strlen(text) };
}

struct slice slice_trim(struct slice slice)
{
    while (slice.len > 0 && (unsigned char)slice.at[0] <= ' ') {
        slice.at++;
        slice.len--;
    }
    while (slice.len > 0 && (unsigned char)slice.at[slice.len - 1] <= ' ')
        slice.len--;
    return slice;
}

bool slice_is(struct slice slice, const char *text)
{
    return strlen(text) == slice.len &&
           (slice.len == 0 || strncasecmp(slice.at, text, slice.len) == 0);
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.at, b.at, a.len) == 0);
}
