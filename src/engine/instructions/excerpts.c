#include "excerpts.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "array.h"
#include "utf8.h"

struct excerpt excerpt_of(const char *text)
{
    return (struct excerpt){ text, strlen(text) };
}

void excerpts_free(struct excerpts *excerpts)
{
    free(excerpts->items);
    *excerpts = (struct excerpts){ NULL, 0, 0 };
}

static bool is_no_space(uint32_t code)
{
    return !utf8_is_space(code);
}

/* Runs of characters of one kind. */
static struct excerpts split_runs(struct excerpt text, bool (*belongs)(uint32_t code))
{
    struct excerpts excerpts = { NULL, 0, 0 };
    size_t start = 0;
    bool inside = false;

    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t step = utf8_next(text.text + i, text.len - i, &code);
        bool is_part = belongs(code);

        if (is_part && !inside)
            start = i;
        if (!is_part && inside)
            ARRAY_PUSH(&excerpts, ((struct excerpt){ text.text + start, i - start }));
        inside = is_part;
        i += step;
    }
    if (inside)
        ARRAY_PUSH(&excerpts, ((struct excerpt){ text.text + start, text.len - start }));
    return excerpts;
}

struct excerpts split_words(struct excerpt text)
{
    return split_runs(text, is_no_space);
}

struct excerpts split_tokens(struct excerpt text)
{
    return split_runs(text, utf8_is_word);
}

/* The place of `part` at or after `from`; text.len where there is none. */
static size_t find_part(struct excerpt text, size_t from, const char *part)
{
    size_t len = strlen(part);
    const char *found =
        text.len - from < len ? NULL : memmem(text.text + from, text.len - from, part, len);

    return found == NULL ? text.len : (size_t)(found - text.text);
}

struct excerpts split_at(struct excerpt text, const char *separator)
{
    struct excerpts excerpts = { NULL, 0, 0 };

    for (size_t start = 0;;) {
        size_t end = find_part(text, start, separator);

        ARRAY_PUSH(&excerpts, ((struct excerpt){ text.text + start, end - start }));
        if (end == text.len)
            return excerpts;
        start = end + strlen(separator);
    }
}

size_t step_back(struct excerpt piece, size_t len, uint32_t *code)
{
    size_t step = 1;

    while (step < len && step < 4 && ((unsigned char)piece.text[len - step] & 0xC0) == 0x80)
        step++;
    if (utf8_next(piece.text + len - step, step, code) == step)
        return step;
    *code = 0xFFFD;
    return 1;
}

static struct excerpt strip(struct excerpt piece, bool (*goes)(uint32_t code), enum ends ends)
{
    uint32_t code;

    while (piece.len > 0 && ends != RIGHT_END) {
        size_t step = utf8_next(piece.text, piece.len, &code);

        if (!goes(code))
            break;
        piece.text += step;
        piece.len -= step;
    }
    while (piece.len > 0 && ends != LEFT_END) {
        size_t step = step_back(piece, piece.len, &code);

        if (!goes(code))
            break;
        piece.len -= step;
    }
    return piece;
}

struct excerpt trim(struct excerpt piece)
{
    return strip(piece, utf8_is_space, BOTH_ENDS);
}

bool is_mark(uint32_t code)
{
    return (code >= '!' && code <= '/') || (code >= ':' && code <= '@') ||
           (code >= '[' && code <= '`') || (code >= '{' && code <= '~');
}

static bool is_mark_or_blank(uint32_t code)
{
    return code == ' ' || is_mark(code);
}

struct excerpt strip_marks(struct excerpt piece, enum ends ends)
{
    return strip(piece, is_mark_or_blank, ends);
}

struct excerpt strip_set(struct excerpt piece, const char *set, enum ends ends)
{
    while (ends != RIGHT_END && piece.len > 0 && piece.text[0] != '\0' &&
           strchr(set, piece.text[0]) != NULL) {
        piece.text++;
        piece.len--;
    }
    while (ends != LEFT_END && piece.len > 0 && piece.text[piece.len - 1] != '\0' &&
           strchr(set, piece.text[piece.len - 1]) != NULL)
        piece.len--;
    return piece;
}

void add_without_marks(struct excerpt text, struct str *out)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_mark((unsigned char)text.text[i]))
            str_add_char(out, text.text[i]);
}

void add_lower(struct excerpt text, struct str *out)
{
    utf8_lower(text.text, text.len, out);
}

bool is_blank(struct excerpt piece)
{
    return trim(piece).len == 0;
}

bool excerpt_equal(struct excerpt a, struct excerpt b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

bool excerpt_is(struct excerpt piece, const char *text)
{
    return excerpt_equal(piece, excerpt_of(text));
}

bool excerpt_starts(struct excerpt piece, const char *prefix)
{
    size_t len = strlen(prefix);

    return piece.len >= len && memcmp(piece.text, prefix, len) == 0;
}

bool excerpt_contains(struct excerpt piece, const char *part)
{
    return *part == '\0' || find_part(piece, 0, part) < piece.len;
}

size_t count_occurrences(struct excerpt piece, const char *part)
{
    size_t count = 0;

    if (*part == '\0')
        return length_of(piece) + 1;
    for (size_t at = find_part(piece, 0, part); at < piece.len;
         at = find_part(piece, at + strlen(part), part))
        count++;
    return count;
}

bool is_one_of(struct excerpt piece, const char *const *words)
{
    for (; *words != NULL; words++)
        if (excerpt_is(piece, *words))
            return true;
    return false;
}

size_t length_of(struct excerpt piece)
{
    size_t count = 0;

    for (size_t i = 0; i < piece.len; count++) {
        uint32_t code;

        i += utf8_next(piece.text + i, piece.len - i, &code);
    }
    return count;
}

uint32_t first_of(struct excerpt piece)
{
    uint32_t code = 0;

    if (piece.len > 0)
        (void)utf8_next(piece.text, piece.len, &code);
    return code;
}

uint32_t last_of(struct excerpt piece)
{
    uint32_t code = 0;

    if (piece.len > 0)
        (void)step_back(piece, piece.len, &code);
    return code;
}

/* Letters by category; and those that have case by decree: ordinals, Roman numerals, circles. */
bool is_lower_letter(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_LL || code == 0xAA ||
           code == 0xBA || (code >= 0x2170 && code <= 0x217F) || (code >= 0x24D0 && code <= 0x24E9);
}

bool is_upper_letter(uint32_t code)
{
    return utf8_is_upper(code) || (code >= 0x2160 && code <= 0x216F) ||
           (code >= 0x24B6 && code <= 0x24CF);
}

static bool is_title_letter(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_LT;
}

static bool has_only(
    struct excerpt piece, bool (*wanted)(uint32_t code), bool (*refused)(uint32_t code))
{
    bool any = false;

    for (size_t i = 0; i < piece.len;) {
        uint32_t code;

        i += utf8_next(piece.text + i, piece.len - i, &code);
        if (refused(code) || is_title_letter(code))
            return false;
        any = any || wanted(code);
    }
    return any;
}

bool is_all_lower(struct excerpt piece)
{
    return has_only(piece, is_lower_letter, is_upper_letter);
}

bool is_all_upper(struct excerpt piece)
{
    return has_only(piece, is_upper_letter, is_lower_letter);
}
