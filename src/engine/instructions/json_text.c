#include "json_text.h"

#include <string.h>

enum { DEPTH_MAX = 900 }; /* Python's own limit is near 1000 */

struct scan {
    const char *at, *end;
};

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && *scan->at != '\0' && strchr(" \t\n\r", *scan->at) != NULL)
        scan->at++;
}

static bool take(struct scan *scan, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0)
        return false;
    scan->at += len;
    return true;
}

static size_t take_digits(struct scan *scan)
{
    const char *start = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    return (size_t)(scan->at - start);
}

static bool take_number(struct scan *scan)
{
    const char *before;

    (void)take(scan, "-");
    if (!take(scan, "0") && take_digits(scan) == 0)
        return false;
    before = scan->at;
    if (take(scan, ".") && take_digits(scan) == 0)
        scan->at = before; /* what follows is then found to be too much */
    before = scan->at;
    if (take(scan, "e") || take(scan, "E")) {
        if (!take(scan, "+"))
            (void)take(scan, "-");
        if (take_digits(scan) == 0)
            scan->at = before;
    }
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool take_escape(struct scan *scan)
{
    if (scan->at >= scan->end)
        return false;
    if (*scan->at != 'u')
        return *scan->at != '\0' && strchr("\"\\/bfnrt", *scan->at++) != NULL;
    scan->at++;
    for (int i = 0; i < 4; i++)
        if (scan->at >= scan->end || !is_hex(*scan->at++))
            return false;
    return true;
}

static bool take_string(struct scan *scan)
{
    if (!take(scan, "\""))
        return false;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at++;

        if (c == '"')
            return true;
        if (c < 0x20 || (c == '\\' && !take_escape(scan)))
            return false;
    }
    return false;
}

static bool take_value(struct scan *scan, int depth);

static bool take_member(struct scan *scan, bool is_object, int depth)
{
    skip_blanks(scan);
    if (is_object) {
        if (!take_string(scan))
            return false;
        skip_blanks(scan);
        if (!take(scan, ":"))
            return false;
    }
    return take_value(scan, depth);
}

static bool take_members(struct scan *scan, const char *close, int depth)
{
    bool is_object = *close == '}';

    skip_blanks(scan);
    if (take(scan, close))
        return true;
    for (;;) {
        if (!take_member(scan, is_object, depth))
            return false;
        skip_blanks(scan);
        if (take(scan, close))
            return true;
        if (!take(scan, ","))
            return false;
    }
}

// NOLINTNEXTLINE(misc-no-recursion): the depth is bounded
static bool take_value(struct scan *scan, int depth)
{
    static const char *const words[] = { "null", "true", "false", "NaN", "Infinity", "-Infinity" };

    if (depth > DEPTH_MAX)
        return false;
    skip_blanks(scan);
    if (take(scan, "{"))
        return take_members(scan, "}", depth + 1);
    if (take(scan, "["))
        return take_members(scan, "]", depth + 1);
    if (scan->at < scan->end && *scan->at == '"')
        return take_string(scan);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (take(scan, words[i]))
            return true;
    return take_number(scan);
}

bool is_json_text(struct excerpt text)
{
    struct scan scan = { text.text, text.text + text.len };

    if (!take_value(&scan, 0))
        return false;
    skip_blanks(&scan);
    return scan.at == scan.end;
}
