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

/* How many characters from here on are ASCII and stand for themselves: nearly all of them. */
static size_t plain_run(const char *text, size_t len)
{
    size_t run = 0;

    while (
        run < len && text[run] >= ' ' && text[run] < 0x7f && text[run] != '"' && text[run] != '\\')
        run++;
    return run;
}

void json_print_string(const char *text, size_t len, struct str *out)
{
    str_add_char(out, '"');
    for (size_t i = 0; i < len;) {
        size_t run = plain_run(text + i, len - i);
        uint32_t code;

        str_add_n(out, text + i, run);
        i += run;
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
