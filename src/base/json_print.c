#include "json.h"

#include <string.h>

#include "utf8.h"

static void print_code(uint32_t code, struct str *out)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = code != 0 && code < 0x80 ? strchr(plain, (int)code) : NULL;

    if (found != NULL) {
        str_add_char(out, '\\');
        str_add_char(out, names[found - plain]);
    } else if (code < 0x20) {
        str_addf(out, "\\u%04x", (unsigned)code);
    } else {
        utf8_add(out, code);
    }
}

/* Whether one of eight characters is a control character, a quote or a backslash: in the highest
 * bit of its byte. Of a byte beyond ASCII that bit says nothing; it is masked. */
static bool has_escape(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\';
    uint64_t found = (eight - ones * ' ') | (quote - ones) | (slash - ones);

    return (found & ~eight & ones * 0x80) != 0;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* How many bytes from here on stand for themselves if they are UTF-8: nearly all of them. */
static size_t plain_run(const char *text, size_t len)
{
    size_t run = 0;
    uint64_t eight;

    for (; len - run >= sizeof eight; run += sizeof eight) {
        memcpy(&eight, text + run, sizeof eight);
        if (has_escape(eight))
            break;
    }
    while (run < len && is_plain(text[run]))
        run++;
    return run;
}

void json_print_string(const char *text, size_t len, struct str *out)
{
    str_reserve(out, len + 2);
    str_add_char(out, '"');
    for (size_t i = 0; i < len;) {
        size_t run = plain_run(text + i, len - i);
        size_t good = run;
        uint32_t code;

        (void)utf8_valid(text + i, run, &good);
        str_add_n(out, text + i, good);
        i += good;
        if (i == len)
            break;
        i += utf8_next(text + i, len - i, &code);
        print_code(code, out);
    }
    str_add_char(out, '"');
}

static void print_members(const struct json *value, struct str *out)
{
    for (size_t i = 0; i < value->count; i++) {
        if (i > 0)
            str_add_char(out, ',');
        if (value->type == JSON_OBJECT) {
            json_print_string(value->keys[i], strlen(value->keys[i]), out);
            str_add_char(out, ':');
        }
        json_print(&value->items[i], out);
    }
}

void json_print(const struct json *value, struct str *out)
{
    switch (value->type) {
    case JSON_NULL:
        str_add(out, "null");
        break;
    case JSON_BOOL:
        str_add(out, value->boolean ? "true" : "false");
        break;
    case JSON_NUMBER:
        str_add_n(out, value->text, value->len);
        break;
    case JSON_STRING:
        json_print_string(value->text, value->len, out);
        break;
    case JSON_ARRAY:
        str_add_char(out, '[');
        print_members(value, out);
        str_add_char(out, ']');
        break;
    case JSON_OBJECT:
        str_add_char(out, '{');
        print_members(value, out);
        str_add_char(out, '}');
        break;
    }
}
