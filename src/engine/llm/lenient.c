#include "lenient.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"
#include "structured.h"
#include "utf8.h"

static cJSON *read_value(struct lenient *r, struct err *err);

static bool refuse(const struct lenient *r, struct err *err, const char *what)
{
    int shown = 0;

    while (shown < 24 && r->at + shown < r->end && r->at[shown] != '\n')
        shown++;
    return err_set(err, ERR_INPUT, "%s at character %zu, near \"%.*s\"", what,
        (size_t)(r->at - r->text) + 1, shown, r->at);
}

static bool at_end(const struct lenient *r)
{
    return r->at >= r->end;
}

static bool looking_at(const struct lenient *r, const char *token)
{
    size_t len = strlen(token);

    return (size_t)(r->end - r->at) >= len && memcmp(r->at, token, len) == 0;
}

/* Past a comment; false where there is none. An unclosed one reaches to the end. */
static bool skip_comment(struct lenient *r)
{
    const char *close = looking_at(r, "//") ? "\n" : "*/";

    if (!looking_at(r, "//") && !looking_at(r, "/*"))
        return false;
    r->repaired = true;
    for (r->at += 2; !at_end(r) && !looking_at(r, close); r->at++)
        continue;
    r->at = at_end(r) ? r->end : r->at + strlen(close);
    return true;
}

void lenient_skip_space(struct lenient *r)
{
    do {
        while (!at_end(r) && strchr(" \t\r\n", *r->at) != NULL && *r->at != '\0')
            r->at++;
    } while (skip_comment(r));
}

/* The closing mark of a string whose opening mark stands here, and the length of the opening; NULL
 * where none does. */
static const char *closing_quote(const struct lenient *r, size_t *open_len)
{
    static const struct {
        const char *open, *close;
    } quotes[] = { { "\"", "\"" }, { "'", "'" }, { "\u201c", "\u201d" }, { "\u2018", "\u2019" } };

    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (looking_at(r, quotes[i].open)) {
            *open_len = strlen(quotes[i].open);
            return quotes[i].close;
        }
    return NULL;
}

/* Four hexadecimal digits: 1; cut by the end: 0; none: -1. */
static int read_hex4(const struct lenient *r, const char *from, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit;

        if (from + i >= r->end)
            return 0;
        digit = from[i] != '\0'
                    ? strchr(digits, from[i] | (from[i] >= 'A' && from[i] <= 'F' ? 0x20 : 0))
                    : NULL;
        if (digit == NULL)
            return -1;
        *code = *code * 16 + (uint32_t)(digit - digits);
    }
    return 1;
}

/* A \u escape, `at` behind the u. A half one at the end of the text is dropped. */
static bool read_unicode(struct lenient *r, struct str *out, struct err *err)
{
    uint32_t code, low;
    int found = read_hex4(r, r->at, &code);

    if (found < 0)
        return refuse(r, err, "a \\u escape without four hexadecimal digits");
    if (found > 0 && code >= 0xd800 && code < 0xdc00) {
        bool paired = r->at + 5 < r->end && r->at[4] == '\\' && r->at[5] == 'u';

        found = paired ? read_hex4(r, r->at + 6, &low) : (r->at + 6 > r->end ? 0 : -1);
        if (found > 0 && low >= 0xdc00 && low < 0xe000) {
            utf8_add(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
            r->at += 10;
            return true;
        }
        if (found != 0)
            return refuse(r, err, "half a surrogate pair");
    }
    if (found == 0) {
        r->truncated = true;
        r->at = r->end;
        return true;
    }
    if (code == 0 || (code >= 0xdc00 && code < 0xe000))
        return refuse(r, err, code == 0 ? "a NUL character" : "half a surrogate pair");
    utf8_add(out, code);
    r->at += 4;
    return true;
}

/* `at` behind the backslash. */
static bool read_escape(struct lenient *r, struct str *out, struct err *err)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *known;

    if (at_end(r)) {
        r->truncated = true;
        return true;
    }
    if (*r->at == 'u') {
        r->at++;
        return read_unicode(r, out, err);
    }
    known = *r->at != '\0' ? strchr(from, *r->at) : NULL;
    if (known != NULL) {
        str_add_char(out, to[known - from]);
    } else {
        r->repaired = true;
        if (*r->at != '\'') /* an unknown escape keeps its backslash */
            str_add_char(out, '\\');
        str_add_char(out, *r->at);
    }
    r->at++;
    return true;
}

static bool read_string(struct lenient *r, struct str *out, struct err *err)
{
    size_t open_len = 0;
    const char *close = closing_quote(r, &open_len);

    r->repaired = r->repaired || *r->at != '"';
    r->at += open_len;
    while (!at_end(r) && !looking_at(r, close)) {
        unsigned char c = (unsigned char)*r->at++;

        if (c == '\0')
            return refuse(r, err, "a NUL character");
        if (c == '\\') {
            if (!read_escape(r, out, err))
                return false;
            continue;
        }
        r->repaired = r->repaired || c < 0x20;
        str_add_char(out, (char)c);
    }
    if (at_end(r))
        r->truncated = true;
    else
        r->at += strlen(close);
    return true;
}

static cJSON *read_text(struct lenient *r, struct err *err)
{
    struct str text = STR_INIT;
    cJSON *value = NULL;

    if (read_string(r, &text, err))
        value = cJSON_CreateString(str_text(&text));
    str_free(&text);
    return value;
}

static size_t digits(const struct lenient *r, const char *from)
{
    size_t count = 0;

    while (from + count < r->end && from[count] >= '0' && from[count] <= '9')
        count++;
    return count;
}

/* The length of a number by the grammar of JSON; 0 where there is none. *cut: the text ends before
 * it can be one. */
static size_t number_length(const struct lenient *r, bool *cut)
{
    const char *p = r->at + (*r->at == '-');
    size_t count = digits(r, p);

    *cut = p >= r->end;
    if (count == 0 || (count > 1 && *p == '0'))
        return 0;
    p += count;
    if (p < r->end && *p == '.') {
        count = digits(r, p + 1);
        *cut = p + 1 >= r->end;
        if (count == 0)
            return 0;
        p += count + 1;
    }
    if (p < r->end && (*p == 'e' || *p == 'E')) {
        const char *exponent = p + 1;

        if (exponent < r->end && (*exponent == '+' || *exponent == '-'))
            exponent++;
        count = digits(r, exponent);
        *cut = exponent >= r->end;
        if (count == 0)
            return 0;
        p = exponent + count;
    }
    return (size_t)(p - r->at);
}

static cJSON *read_number(struct lenient *r, struct err *err)
{
    bool cut = false;
    size_t len = number_length(r, &cut);
    struct str literal = STR_INIT;
    double number;

    if (len == 0 && cut) {
        r->truncated = true;
        r->at = r->end;
        return NULL;
    }
    if (len == 0) {
        refuse(r, err, "this is no number of JSON");
        return NULL;
    }
    str_add_n(&literal, r->at, len);
    number = strtod(literal.data, NULL);
    str_free(&literal);
    if (!isfinite(number)) {
        refuse(r, err, "this number is too large");
        return NULL;
    }
    r->at += len;
    return cJSON_CreateNumber(number);
}

static cJSON *read_literal(struct lenient *r, struct err *err)
{
    static const char *const names[] = { "true", "false", "null" };
    size_t left = (size_t)(r->end - r->at);

    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(names[i]);

        if (looking_at(r, names[i])) {
            r->at += len;
            return i == 2 ? cJSON_CreateNull() : cJSON_CreateBool(i == 0);
        }
        if (left < len && memcmp(r->at, names[i], left) == 0) { /* a half literal is dropped */
            r->truncated = true;
            r->at = r->end;
            return NULL;
        }
    }
    refuse(r, err, "no JSON value");
    return NULL;
}

/* After a member: past the comma. True where another member may follow, false at the closing mark
 * or at an error. */
static bool next_member(struct lenient *r, char close, bool *failed, struct err *err)
{
    const char *before = r->at;
    size_t open_len;

    *failed = false;
    lenient_skip_space(r);
    if (at_end(r)) {
        r->truncated = true;
        return false;
    }
    if (*r->at == close)
        return false;
    if (*r->at == ',') {
        r->at++;
        lenient_skip_space(r);
        if (at_end(r))
            r->truncated = true;
        else if (*r->at == close)
            r->repaired = true; /* a trailing comma */
        return !at_end(r) && *r->at != close;
    }
    if (r->at > before && (closing_quote(r, &open_len) != NULL ||
                              (close == ']' && strchr("{[-0123456789", *r->at)))) {
        r->repaired = true; /* a missing comma */
        return true;
    }
    *failed = true;
    return refuse(
        r, err, close == '}' ? "expected , or } after a member" : "expected , or ] after an item");
}

static cJSON *read_array(struct lenient *r, struct err *err)
{
    cJSON *array = cJSON_CreateArray();
    bool failed = false;

    r->at++;
    lenient_skip_space(r);
    r->truncated = r->truncated || at_end(r);
    if (at_end(r) || *r->at == ']') {
        r->at += !at_end(r);
        return array;
    }
    do {
        cJSON *item = read_value(r, err);

        if (item == NULL && !r->truncated) {
            failed = true;
            break;
        }
        if (item != NULL)
            (void)cJSON_AddItemToArray(array, item);
    } while (!r->truncated && next_member(r, ']', &failed, err));
    if (failed) {
        cJSON_Delete(array);
        return NULL;
    }
    r->at += !at_end(r) && !r->truncated;
    return array;
}

static bool is_key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

static bool read_key(struct lenient *r, struct str *key, struct err *err)
{
    size_t open_len;

    if (closing_quote(r, &open_len) != NULL)
        return read_string(r, key, err);
    if (!is_key_char(*r->at) || (*r->at >= '0' && *r->at <= '9'))
        return refuse(r, err, "expected a key in quotes");
    r->repaired = true;
    while (!at_end(r) && is_key_char(*r->at))
        str_add_char(key, *r->at++);
    return true;
}

/* Key, colon, value. False on an error; where the text ends early nothing or what came of the value
 * is added. */
static bool read_member(struct lenient *r, cJSON *object, struct err *err)
{
    struct str key = STR_INIT;
    cJSON *value = NULL;
    bool ok = read_key(r, &key, err);

    if (ok)
        lenient_skip_space(r);
    if (ok && at_end(r)) {
        r->truncated = true;
    } else if (ok && *r->at != ':') {
        ok = refuse(r, err, "expected : after a key");
    } else if (ok && cJSON_GetObjectItemCaseSensitive(object, str_text(&key)) != NULL) {
        ok = err_set(err, ERR_INPUT, "the key \"%s\" stands twice in one object", str_text(&key));
    } else if (ok) {
        r->at++;
        lenient_skip_space(r);
        if (at_end(r))
            r->truncated = true;
        else
            value = read_value(r, err);
        ok = value != NULL || r->truncated;
    }
    if (ok && value != NULL)
        (void)cJSON_AddItemToObject(object, str_text(&key), value);
    else
        cJSON_Delete(value);
    str_free(&key);
    return ok;
}

static cJSON *read_object(struct lenient *r, struct err *err)
{
    cJSON *object = cJSON_CreateObject();
    bool failed = false;
    unsigned members = 0;

    r->at++;
    lenient_skip_space(r);
    r->truncated = r->truncated || at_end(r);
    if (at_end(r) || *r->at == '}') {
        r->at += !at_end(r);
        return object;
    }
    do {
        if (++members > STRUCTURED_MAX_MEMBERS) {
            refuse(r, err, "too many members in one object");
            failed = true;
        } else {
            failed = !read_member(r, object, err);
        }
    } while (!failed && !r->truncated && next_member(r, '}', &failed, err));
    if (failed) {
        cJSON_Delete(object);
        return NULL;
    }
    r->at += !at_end(r) && !r->truncated;
    return object;
}

static cJSON *read_value(struct lenient *r, struct err *err)
{
    cJSON *value;
    size_t open_len;

    if (r->depth >= STRUCTURED_MAX_DEPTH) {
        refuse(r, err, "nested too deeply");
        return NULL;
    }
    lenient_skip_space(r);
    if (at_end(r)) {
        r->truncated = true;
        return NULL;
    }
    r->depth++;
    if (*r->at == '{')
        value = read_object(r, err);
    else if (*r->at == '[')
        value = read_array(r, err);
    else if (closing_quote(r, &open_len) != NULL)
        value = read_text(r, err);
    else if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
        value = read_number(r, err);
    else
        value = read_literal(r, err);
    r->depth--;
    return value;
}

cJSON *lenient_read(struct lenient *reader, struct err *err)
{
    return read_value(reader, err);
}
