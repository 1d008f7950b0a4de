#include "json_tree.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The text's copy in the arena is read where it lies: keys and strings are parts of it, ended by a
 * NUL in the place of their quote. */
struct reading {
    struct arena *arena;
    char *at; /* the text ends with a NUL, where nothing matches */
    int depth;
};

static void skip_space(struct reading *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n')
        r->at++;
}

/* ---- strings ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits behind "\u". */
static bool read_hex4(struct reading *r, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int value = hex_value(*r->at);

        if (value < 0)
            return false;
        *code = *code << 4 | (uint32_t)value;
        r->at++;
    }
    return true;
}

/* At most as long as its escape was. */
static char *put_utf8(char *to, uint32_t code)
{
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char heads[] = { 0, 0xC0, 0xE0, 0xF0 };

    *to++ = (char)(heads[more] | code >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return to;
}

/* A lone surrogate is U+FFFD. */
static char *read_unicode(struct reading *r, char *to)
{
    uint32_t code, low = 0;
    char *behind;

    if (!read_hex4(r, &code))
        return NULL;
    behind = r->at;
    if (code >= 0xD800 && code < 0xDC00 && r->at[0] == '\\' && r->at[1] == 'u') {
        r->at += 2;
        if (!read_hex4(r, &low))
            return NULL;
    }
    if (low >= 0xDC00 && low < 0xE000)
        return put_utf8(to, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
    r->at = behind;
    return put_utf8(to, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
}

/* Behind the backslash; the end of what is written, NULL: it is no escape. */
static char *read_escape(struct reading *r, char *to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *name = *r->at != '\0' ? strchr(names, *r->at) : NULL;

    r->at++;
    if (name == NULL)
        return r->at[-1] == 'u' ? read_unicode(r, to) : NULL;
    *to = values[name - names];
    return to + 1;
}

static char *skip_plain(char *at)
{
    return at + strcspn(at, "\"\\");
}

/* The text of a string; NULL: it is none. */
static char *read_string(struct reading *r)
{
    char *text = r->at + 1, *to;

    if (*r->at != '"')
        return NULL;
    to = r->at = skip_plain(text);
    while (*r->at == '\\') {
        char *from;

        r->at++;
        to = read_escape(r, to);
        if (to == NULL)
            return NULL;
        from = r->at;
        r->at = skip_plain(from);
        memmove(to, from, (size_t)(r->at - from));
        to += r->at - from;
    }
    if (*r->at++ != '"')
        return NULL;
    *to = '\0';
    return text;
}

/* ---- numbers ---- */

/* Up to 15 digits and these powers are exact, and so is what one division makes of them. */
static bool read_exact(struct reading *r, double *number)
{
    static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15 };
    char *at = r->at + (*r->at == '-');
    int digits = 0, behind_point = -1;
    int64_t whole = 0;

    for (; (*at >= '0' && *at <= '9') || (*at == '.' && behind_point < 0 && digits > 0); at++) {
        behind_point += *at == '.' || behind_point >= 0;
        if (*at == '.')
            continue;
        if (++digits > 15)
            return false;
        whole = whole * 10 + (*at - '0');
    }
    if (digits == 0 || behind_point == 0 || *at == 'e' || *at == 'E')
        return false;
    *number = (double)whole / powers[behind_point > 0 ? behind_point : 0];
    *number = *r->at == '-' ? -*number : *number;
    r->at = at;
    return true;
}

static bool read_number(struct reading *r, cJSON *out)
{
    const char *digit = r->at + (*r->at == '-');
    char *end;

    out->type = cJSON_Number;
    if (*digit < '0' || *digit > '9') /* nor the "-nan" that strtod knows */
        return false;
    if (!read_exact(r, &out->valuedouble)) {
        out->valuedouble = strtod(r->at, &end);
        if (end == r->at)
            return false;
        r->at = end;
    }
    out->valueint = out->valuedouble >= INT_MAX   ? INT_MAX
                    : out->valuedouble <= INT_MIN ? INT_MIN
                                                  : (int)out->valuedouble;
    return true;
}

/* ---- values ---- */

static bool read_value(struct reading *r, cJSON *out);

static bool read_word(struct reading *r, cJSON *out)
{
    static const struct {
        const char *word;
        size_t len;
        int type;
    } words[] = { { "true", 4, cJSON_True }, { "false", 5, cJSON_False },
        { "null", 4, cJSON_NULL } };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(r->at, words[i].word, words[i].len) == 0) {
            out->type = words[i].type;
            out->valueint = out->type == cJSON_True;
            r->at += words[i].len;
            return true;
        }
    return read_number(r, out);
}

/* As cJSON links them: the first one's `prev` is the last one. */
static void append(cJSON *parent, cJSON *item)
{
    if (parent->child == NULL) {
        parent->child = item->prev = item;
        return;
    }
    item->prev = parent->child->prev;
    item->prev->next = item;
    parent->child->prev = item;
}

static bool read_key(struct reading *r, cJSON *item)
{
    item->string = read_string(r);
    skip_space(r);
    return item->string != NULL && *r->at++ == ':';
}

static bool read_members(struct reading *r, cJSON *out, char close)
{
    r->at++;
    skip_space(r);
    if (*r->at == close) {
        r->at++;
        return true;
    }
    for (;;) {
        cJSON *item = arena_take(r->arena, sizeof *item);

        memset(item, 0, sizeof *item);
        skip_space(r);
        if (out->type == cJSON_Object && !read_key(r, item))
            return false;
        if (!read_value(r, item))
            return false;
        append(out, item);
        skip_space(r);
        if (*r->at == close)
            break;
        if (*r->at++ != ',')
            return false;
    }
    r->at++;
    return true;
}

static bool read_nested(struct reading *r, cJSON *out)
{
    bool is_array = *r->at == '[', ok;

    out->type = is_array ? cJSON_Array : cJSON_Object;
    ok = ++r->depth <= JSON_TREE_DEPTH && read_members(r, out, is_array ? ']' : '}');
    r->depth--;
    return ok;
}

static bool read_value(struct reading *r, cJSON *out)
{
    skip_space(r);
    if (*r->at == '{' || *r->at == '[')
        return read_nested(r, out);
    if (*r->at != '"')
        return read_word(r, out);
    out->type = cJSON_String;
    out->valuestring = read_string(r);
    return out->valuestring != NULL;
}

const cJSON *json_tree(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_text(arena, text, len);
    struct reading r = { .arena = arena, .at = copy };
    cJSON *root = arena_take(arena, sizeof *root);

    memset(root, 0, sizeof *root);
    if (!read_value(&r, root))
        return NULL;
    skip_space(&r);
    return r.at == copy + len ? root : NULL;
}
