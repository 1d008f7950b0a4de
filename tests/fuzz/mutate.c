#include "fuzz.h"

#include <string.h>

static const char *const awkward[] = { "\"", "\\", "{", "}", "[", "]", ",", "\n", "\r", "\t",
    "\\u0000", "\\ud800", "\xF0\x9F\x98\x80", "\xC3\xA9", "\xE2\x80\xA8", "\xFF", "\xC3", "1e400",
    "-", ".", "\\boxed{", "\\frac", "\\sqrt", "#### ", "|", " | ", "***", "******", "a", "the",
    "...", "?!", "U.S. ", "İ", "Σ", "٣", "\xCC\x81", "null", "%s%n", "<<", ">>", "```", "*",
    "\"\"\"", "Question 1)" };

static size_t pick(struct random *random, size_t count)
{
    return count == 0 ? 0 : (size_t)random_below(random, count);
}

static void put(struct str *text, size_t at, const char *bytes, size_t len)
{
    struct str out = STR_INIT;

    str_add_n(&out, str_text(text), at);
    str_add_n(&out, bytes, len);
    str_add_n(&out, str_text(text) + at, text->len - at);
    str_free(text);
    *text = out;
}

static void drop(struct str *text, size_t at, size_t len)
{
    memmove(text->data + at, text->data + at + len, text->len - at - len);
    str_truncate(text, text->len - len);
}

static void mutate_once(struct random *random, struct str *text)
{
    size_t at = pick(random, text->len + 1);
    size_t len = pick(random, text->len - at + 1);
    struct str part = STR_INIT;
    const char *what;

    switch (pick(random, 5)) {
    case 0:
        if (at < text->len)
            text->data[at] = (char)(1 + pick(random, 255));
        break;
    case 1:
        drop(text, at, len > 20 ? len % 20 : len);
        break;
    case 2:
        if (text->len > 20000)
            break;
        str_add_n(&part, str_text(text) + at, len);
        put(text, pick(random, text->len + 1), str_text(&part), part.len);
        break;
    default:
        what = awkward[pick(random, sizeof awkward / sizeof awkward[0])];
        put(text, at, what, strlen(what));
        break;
    }
    str_free(&part);
}

void mutate(struct random *random, struct str *text)
{
    for (size_t i = 1 + pick(random, 6); i > 0; i--) {
        if (text->len == 0)
            str_add_char(text, 'x');
        mutate_once(random, text);
    }
}
