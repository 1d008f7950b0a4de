#include "json.h"

#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "array.h"
#include "mem.h"
#include "utf8.h"

struct json_doc {
    char *title;
    struct arena arena;
    struct json root;
};

struct key {
    const char *text;
    struct json_place place;
};

struct parser {
    struct json_doc *doc;
    const char *at, *end;
    const char *line_start; /* of the current line, or where it would be for a part of a file */
    unsigned line, first_column;
    unsigned depth;
    size_t values;
    bool comments;
    locale_t c_locale; /* the decimal point is a point, whatever the terminal's language */
    struct {           /* members of the arrays and objects that are still open, innermost last */
        struct json *items;
        size_t count, cap;
    } open;
    struct { /* keys of the objects that are still open */
        struct key *items;
        size_t count, cap;
    } keys;
    struct str text; /* of the string that is being read */
    struct err *err;
};

static unsigned column_of(const struct parser *p, const char *at)
{
    size_t column = (size_t)(at - p->line_start) + p->first_column;

    return column < UINT_MAX ? (unsigned)column : UINT_MAX;
}

static bool fail_at(struct parser *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail_at(struct parser *p, const char *at, const char *format, ...)
{
    char message[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return err_set(
        p->err, ERR_INPUT, "%s:%u:%u: %s", p->doc->title, p->line, column_of(p, at), message);
}

/* "expected X, found Y": Y is the next byte, the end, or a byte that cannot be shown. */
static bool unexpected(struct parser *p, const char *expected)
{
    unsigned char c;

    if (p->at == p->end)
        return fail_at(p, p->at, "expected %s, found the end of the text", expected);
    c = (unsigned char)*p->at;
    if (c == '\'')
        return fail_at(
            p, p->at, "expected %s, found a single quote; JSON uses double quotes", expected);
    if (c == '/' && !p->comments)
        return fail_at(
            p, p->at, "expected %s, found \"/\"; comments are not allowed here", expected);
    if (c > ' ' && c < 0x7F)
        return fail_at(p, p->at, "expected %s, found \"%c\"", expected, c);
    return fail_at(p, p->at, "expected %s, found the byte 0x%02X", expected, c);
}

static void new_line(struct parser *p)
{
    if (p->line < UINT_MAX)
        p->line++;
    p->line_start = p->at;
    p->first_column = 1;
}

static bool skip_comment(struct parser *p)
{
    unsigned line = p->line;
    unsigned column = column_of(p, p->at);
    bool block = p->at[1] == '*';

    p->at += 2;
    while (p->at < p->end) {
        char c = *p->at++;

        if (c == '\n')
            new_line(p);
        if (c == '\n' && !block)
            return true;
        if (block && c == '*' && p->at < p->end && *p->at == '/') {
            p->at++;
            return true;
        }
    }
    if (!block)
        return true;
    return err_set(p->err, ERR_INPUT, "%s:%u:%u: this comment is never closed with */",
        p->doc->title, line, column);
}

static bool skip_space(struct parser *p)
{
    while (p->at < p->end) {
        char c = *p->at;

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            p->at++;
            if (c == '\n')
                new_line(p);
        } else if (p->comments && c == '/' && p->end - p->at > 1 &&
                   (p->at[1] == '/' || p->at[1] == '*')) {
            if (!skip_comment(p))
                return false;
        } else {
            return true;
        }
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits after \u, p->at on the first of them. */
static bool read_hex4(struct parser *p, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int value = p->at < p->end ? hex_value(*p->at) : -1;

        if (value < 0)
            return fail_at(p, p->at, "\\u needs four hexadecimal digits");
        *code = *code << 4 | (uint32_t)value;
        p->at++;
    }
    return true;
}

/* After "\u". A low surrogate is taken only where it completes a pair: a lone one becomes U+FFFD by
 * utf8_add. */
static bool read_unicode_escape(struct parser *p)
{
    uint32_t code, low;
    const char *after;

    if (!read_hex4(p, &code))
        return false;
    if (code >= 0xD800 && code < 0xDC00 && p->end - p->at >= 6 && p->at[0] == '\\' &&
        p->at[1] == 'u') {
        after = p->at;
        p->at += 2;
        if (!read_hex4(p, &low))
            return false;
        if (low >= 0xDC00 && low < 0xE000)
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        else
            p->at = after;
    }
    utf8_add(&p->text, code);
    return true;
}

static bool read_escape(struct parser *p)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const char *found;
    const char *start = p->at++;

    if (p->at == p->end)
        return fail_at(p, start, "this string is never closed");
    if (*p->at == 'u') {
        p->at++;
        return read_unicode_escape(p);
    }
    found = *p->at != '\0' ? strchr(names, *p->at) : NULL;
    if (found == NULL)
        return fail_at(
            p, start, "unknown escape in a string; a backslash itself is written as \\\\");
    str_add_char(&p->text, values[found - names]);
    p->at++;
    return true;
}

/* Reads a string into p->text, p->at on its opening quote. */
static bool read_string(struct parser *p)
{
    const char *quote = p->at++;
    const char *from = p->at;
    size_t bad;

    str_clear(&p->text);
    while (p->at < p->end && *p->at != '"') {
        unsigned char c = (unsigned char)*p->at;

        if (c == '\n' || c == '\r')
            return fail_at(
                p, quote, "this string is not closed on its line; write a line break as \\n");
        if (c < 0x20)
            return fail_at(p, p->at,
                "a string may not hold the control character 0x%02X; write \\u%04x", c, c);
        if (c != '\\') {
            p->at++;
            continue;
        }
        str_add_n(&p->text, from, (size_t)(p->at - from));
        if (!read_escape(p))
            return false;
        from = p->at;
    }
    if (p->at == p->end)
        return fail_at(p, quote, "this string is never closed");
    str_add_n(&p->text, from, (size_t)(p->at - from));
    if (!utf8_valid(quote, (size_t)(p->at - quote), &bad))
        return fail_at(p, quote + bad, "not UTF-8 (byte 0x%02X); convert the file to UTF-8",
            (unsigned char)quote[bad]);
    p->at++;
    return true;
}

static size_t skip_digits(struct parser *p)
{
    const char *from = p->at;

    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return (size_t)(p->at - from);
}

static bool scan_number(struct parser *p)
{
    const char *start = p->at;

    if (*p->at == '-')
        p->at++;
    if (p->at < p->end && *p->at == '0') {
        p->at++;
        if (p->at < p->end && *p->at >= '0' && *p->at <= '9')
            return fail_at(p, start, "a number may not begin with a needless 0");
    } else if (skip_digits(p) == 0) {
        return unexpected(p, "a digit");
    }
    if (p->at < p->end && *p->at == '.') {
        p->at++;
        if (skip_digits(p) == 0)
            return unexpected(p, "a digit after the decimal point");
    }
    if (p->at < p->end && (*p->at == 'e' || *p->at == 'E')) {
        p->at++;
        if (p->at < p->end && (*p->at == '+' || *p->at == '-'))
            p->at++;
        if (skip_digits(p) == 0)
            return unexpected(p, "a digit of the exponent");
    }
    return true;
}

static bool read_number(struct parser *p, struct json *out)
{
    const char *start = p->at;

    if (!scan_number(p))
        return false;
    out->type = JSON_NUMBER;
    out->len = (size_t)(p->at - start);
    out->text = arena_text(&p->doc->arena, start, out->len);
    out->number = strtod_l(out->text, NULL, p->c_locale);
    return true;
}

static bool read_word(struct parser *p, struct json *out)
{
    static const struct {
        const char *word;
        enum json_type type;
        bool boolean;
    } words[] = { { "true", JSON_BOOL, true }, { "false", JSON_BOOL, false },
        { "null", JSON_NULL, false } };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = strlen(words[i].word);

        if ((size_t)(p->end - p->at) < len || memcmp(p->at, words[i].word, len) != 0)
            continue;
        out->type = words[i].type;
        out->boolean = words[i].boolean;
        p->at += len;
        return true;
    }
    return unexpected(p, "a value");
}

static bool read_value(struct parser *p, struct json *out);

/* A comma or the closing mark. *more is true where another member follows. */
static bool read_separator(struct parser *p, char close, bool *more)
{
    if (!skip_space(p))
        return false;
    *more = p->at < p->end && *p->at == ',';
    if (*more) {
        p->at++;
        if (!skip_space(p))
            return false;
        if (p->at < p->end && *p->at == close && !p->comments)
            return fail_at(p, p->at, "a comma may not stand before \"%c\"", close);
        *more = p->at == p->end || *p->at != close;
    }
    if (*more)
        return true;
    if (p->at == p->end || *p->at != close)
        return unexpected(p, close == ']' ? "a comma or \"]\"" : "a comma or \"}\"");
    p->at++;
    return true;
}

/* Moves the members above `base` from the open list into the document. */
static void close_members(struct parser *p, size_t base, struct json *out)
{
    out->count = p->open.count - base;
    out->items = arena_take(&p->doc->arena, out->count * sizeof *out->items);
    if (out->count > 0)
        memcpy(out->items, p->open.items + base, out->count * sizeof *out->items);
    p->open.count = base;
}

static bool read_array(struct parser *p, struct json *out)
{
    size_t base = p->open.count;
    bool more;

    out->type = JSON_ARRAY;
    p->at++;
    if (!skip_space(p))
        return false;
    more = p->at == p->end || *p->at != ']';
    if (!more)
        p->at++;
    while (more) {
        struct json item;

        if (!read_value(p, &item))
            return false;
        ARRAY_PUSH(&p->open, item);
        if (!read_separator(p, ']', &more))
            return false;
    }
    close_members(p, base, out);
    return true;
}

static bool read_key(struct parser *p)
{
    struct key key = { .place = { p->line, column_of(p, p->at) } };

    if (p->at == p->end || *p->at != '"')
        return unexpected(p, "a key in double quotes");
    if (!read_string(p))
        return false;
    if (p->text.len > 0 && memchr(p->text.data, '\0', p->text.len) != NULL)
        return err_set(p->err, ERR_INPUT, "%s:%u:%u: a key may not hold the character NUL",
            p->doc->title, key.place.line, key.place.column);
    key.text = arena_text(&p->doc->arena, str_text(&p->text), p->text.len);
    ARRAY_PUSH(&p->keys, key);
    if (!skip_space(p))
        return false;
    if (p->at == p->end || *p->at != ':')
        return unexpected(p, "a colon after the key");
    p->at++;
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = *(const struct key *const *)a;
    const struct key *y = *(const struct key *const *)b;
    int order = strcmp(x->text, y->text);

    if (order != 0)
        return order;
    return x < y ? -1 : x > y;
}

/* No key twice; sorted, so that a hostile object costs no quadratic time. */
static bool check_doubles(struct parser *p, const struct key *keys, size_t count)
{
    const struct key **sorted = mem_alloc(count * sizeof(struct key *));
    const struct key *second = NULL;

    for (size_t i = 0; i < count; i++)
        sorted[i] = &keys[i];
    if (count > 1)
        qsort(sorted, count, sizeof(struct key *), compare_keys);
    for (size_t i = 1; i < count && second == NULL; i++)
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
            second = sorted[i];
    free(sorted);
    if (second == NULL)
        return true;
    return err_set(p->err, ERR_INPUT, "%s:%u:%u: the key \"%.100s\" stands twice in this object",
        p->doc->title, second->place.line, second->place.column, second->text);
}

static bool close_object(struct parser *p, size_t base, size_t key_base, struct json *out)
{
    const struct key *keys = p->keys.items + key_base;
    size_t count = p->keys.count - key_base;
    struct json_place *places;

    if (count > 1 && !check_doubles(p, keys, count))
        return false;
    out->keys = arena_take(&p->doc->arena, count * sizeof(char *));
    out->key_places = places = arena_take(&p->doc->arena, count * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        out->keys[i] = keys[i].text;
        places[i] = keys[i].place;
    }
    p->keys.count = key_base;
    close_members(p, base, out);
    return true;
}

static bool read_object(struct parser *p, struct json *out)
{
    size_t base = p->open.count;
    size_t key_base = p->keys.count;
    bool more;

    out->type = JSON_OBJECT;
    p->at++;
    if (!skip_space(p))
        return false;
    more = p->at == p->end || *p->at != '}';
    if (!more)
        p->at++;
    while (more) {
        struct json item;

        if (!read_key(p) || !read_value(p, &item))
            return false;
        ARRAY_PUSH(&p->open, item);
        if (!read_separator(p, '}', &more))
            return false;
    }
    return close_object(p, base, key_base, out);
}

static bool read_nested(struct parser *p, struct json *out)
{
    bool ok;

    if (p->depth == JSON_MAX_DEPTH)
        return fail_at(p, p->at, "nested deeper than %d levels", JSON_MAX_DEPTH);
    p->depth++;
    ok = *p->at == '[' ? read_array(p, out) : read_object(p, out);
    p->depth--;
    return ok;
}

static bool read_value(struct parser *p, struct json *out)
{
    if (!skip_space(p))
        return false;
    if (p->at == p->end)
        return unexpected(p, "a value");
    if (++p->values > JSON_MAX_VALUES)
        return fail_at(p, p->at, "more than %d values", JSON_MAX_VALUES);
    *out = (struct json){ .line = p->line, .column = column_of(p, p->at) };
    if (*p->at == '[' || *p->at == '{')
        return read_nested(p, out);
    if (*p->at == '-' || (*p->at >= '0' && *p->at <= '9'))
        return read_number(p, out);
    if (*p->at != '"')
        return read_word(p, out);
    if (!read_string(p))
        return false;
    out->type = JSON_STRING;
    out->len = p->text.len;
    out->text = arena_text(&p->doc->arena, str_text(&p->text), p->text.len);
    return true;
}

static bool read_document(struct parser *p)
{
    if ((size_t)(p->end - p->at) > JSON_MAX_BYTES)
        return err_set(
            p->err, ERR_INPUT, "%s: larger than %d MiB", p->doc->title, JSON_MAX_BYTES >> 20);
    if (!read_value(p, &p->doc->root) || !skip_space(p))
        return false;
    return p->at == p->end || unexpected(p, "the end of the text after the value");
}

struct json_doc *json_parse_at(const char *title, unsigned line, unsigned column, const char *bytes,
    size_t len, enum json_flags flags, struct err *err)
{
    struct json_doc *doc = mem_zalloc(1, sizeof *doc);
    bool mark = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 && line == 1 && column == 1;
    const char *start = len == 0 ? "" : bytes + (mark ? 3 : 0);
    struct parser p = { .doc = doc, .at = start, .end = start + len - (mark ? 3 : 0), .err = err };

    doc->title = mem_strdup(title);
    p.line = line;
    p.first_column = column;
    p.line_start = start;
    p.comments = (flags & JSON_COMMENTS) != 0;
    p.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!read_document(&p)) {
        json_free(doc);
        doc = NULL;
    }
    freelocale(p.c_locale);
    free(p.open.items);
    free(p.keys.items);
    str_free(&p.text);
    return doc;
}

struct json_doc *json_parse(const char *title, unsigned first_line, const char *bytes, size_t len,
    enum json_flags flags, struct err *err)
{
    return json_parse_at(title, first_line, 1, bytes, len, flags, err);
}

const struct json *json_root(const struct json_doc *doc)
{
    return &doc->root;
}

const char *json_title(const struct json_doc *doc)
{
    return doc->title;
}

void json_free(struct json_doc *doc)
{
    if (doc == NULL)
        return;
    arena_free(&doc->arena);
    free(doc->title);
    free(doc);
}
