#include "math_answer.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static const char *find_last(const char *text, const char *what)
{
    const char *last = NULL;

    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        last = at;
    return last;
}

bool math_boxed(const char *text, struct str *out)
{
    static const char head[] = "\\boxed{";
    const char *start = find_last(text, "\\boxed");
    long depth = 0;

    if (start == NULL || !str_starts(start, head))
        return false; /* an \fbox is looked for, found, and refused */
    for (const char *c = start; *c != '\0'; c++) {
        depth += *c == '{';
        if (*c == '}' && --depth == 0) {
            str_add_n(out, start + strlen(head), (size_t)(c - start) - strlen(head));
            return true;
        }
    }
    return false;
}

/* Left to right, non-overlapping, in place. */
static void replace(struct str *text, const char *from, const char *to)
{
    struct str out = STR_INIT;
    const char *at = str_text(text);
    const char *found = strstr(at, from);

    if (found == NULL)
        return;
    for (; found != NULL; found = strstr(at, from)) {
        str_add_n(&out, at, (size_t)(found - at));
        str_add(&out, to);
        at = found + strlen(from);
    }
    str_add(&out, at);
    str_free(text);
    *text = out;
}

static size_t count_of(const struct str *text, const char *what)
{
    size_t count = 0;

    for (const char *at = strstr(str_text(text), what); at != NULL;
         at = strstr(at + strlen(what), what))
        count++;
    return count;
}

static size_t first_char(const char *text)
{
    uint32_t code;

    return *text == '\0' ? 0 : utf8_next(text, strlen(text), &code);
}

static size_t length_in_characters(const char *text, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; count++) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
    }
    return count;
}

/* "\text{ cm}" and what follows it goes. */
static bool cut_units(struct str *text)
{
    static const char mark[] = "\\text{ ";
    size_t count = count_of(text, mark);

    if (count == 1)
        str_truncate(text, (size_t)(strstr(text->data, mark) - text->data));
    return count <= 1;
}

/* "x = 5" → " 5" where at most two characters stand before the only "=". */
static void cut_left_side(struct str *text)
{
    const char *equals = strchr(str_text(text), '=');
    struct str right = STR_INIT;

    if (equals == NULL || strchr(equals + 1, '=') != NULL ||
        length_in_characters(text->data, (size_t)(equals - text->data)) > 2)
        return;
    str_add(&right, equals + 1);
    str_free(text);
    *text = right;
}

static bool wrap_roots(struct str *text)
{
    static const char root[] = "\\sqrt";
    struct str out = STR_INIT;
    const char *at = str_text(text);
    const char *found;
    bool ok = true;

    while (ok && (found = strstr(at, root)) != NULL) {
        size_t step;

        str_add_n(&out, at, (size_t)(found - at) + strlen(root));
        at = found + strlen(root);
        step = first_char(at);
        ok = step > 0 && !str_starts(at, root);
        if (ok && *at != '{') {
            str_add_char(&out, '{');
            str_add_n(&out, at, step);
            str_add_char(&out, '}');
            at += step;
        }
    }
    str_add(&out, at);
    str_free(text);
    *text = out;
    return ok;
}

enum fraction { FRACTION_FIXED, FRACTION_LEAVE_ALL, FRACTION_FAILS };

/* One piece between two \frac, appended with its arguments in braces. */
static enum fraction fix_fraction(const char *piece, size_t len, struct str *out)
{
    struct str text = STR_INIT;
    size_t a, b;

    if (len == 0)
        return FRACTION_FAILS;
    str_add_n(&text, piece, len);
    a = first_char(text.data);
    b = first_char(text.data + a);
    if (text.data[0] != '{' && b == 0) {
        str_free(&text);
        return FRACTION_LEAVE_ALL;
    }
    if (text.data[0] == '{') {
        str_add(out, text.data);
    } else {
        bool wrap = text.data[a] != '{';

        str_add_char(out, '{');
        str_add_n(out, text.data, a);
        str_add(out, wrap ? "}{" : "}");
        str_add_n(out, text.data + a, b);
        str_add(out, wrap ? "}" : "");
        str_add(out, text.data + a + b);
    }
    str_free(&text);
    return FRACTION_FIXED;
}

static bool fix_fractions(struct str *text)
{
    static const char mark[] = "\\frac";
    struct str out = STR_INIT;
    const char *at = str_text(text);
    const char *found = strstr(at, mark);
    enum fraction fraction = FRACTION_FIXED;

    if (found == NULL)
        return true;
    str_add_n(&out, at, (size_t)(found - at));
    while (fraction == FRACTION_FIXED && found != NULL) {
        const char *piece = found + strlen(mark);

        found = strstr(piece, mark);
        str_add(&out, mark);
        fraction =
            fix_fraction(piece, found == NULL ? strlen(piece) : (size_t)(found - piece), &out);
    }
    if (fraction == FRACTION_FIXED) {
        str_free(text);
        *text = out;
    } else {
        str_free(&out);
    }
    return fraction != FRACTION_FAILS;
}

static bool is_canonical_integer(const char *text, size_t len)
{
    size_t sign = len > 1 && text[0] == '-' ? 1 : 0;

    if (len == 1 && text[0] == '0')
        return true;
    if (len == sign || text[sign] < '1' || text[sign] > '9')
        return false;
    for (size_t i = sign; i < len; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* "a/b" of integers → \frac{a}{b}. */
static void fix_slash(struct str *text)
{
    const char *a = str_text(text);
    const char *slash = strchr(a, '/');
    struct str out = STR_INIT;

    if (slash == NULL || strchr(slash + 1, '/') != NULL ||
        !is_canonical_integer(a, (size_t)(slash - a)) ||
        !is_canonical_integer(slash + 1, strlen(slash + 1)))
        return;
    str_addf(&out, "\\frac{%.*s}{%s}", (int)(slash - a), a, slash + 1);
    str_free(text);
    *text = out;
}

static bool normalize(struct str *text)
{
    static const char *const first[][2] = { { "\n", "" }, { "\\!", "" }, { "\\\\", "\\" },
        { "tfrac", "frac" }, { "dfrac", "frac" }, { "\\left", "" }, { "\\right", "" },
        { "^{\\circ}", "" }, { "^\\circ", "" }, { "\\$", "" } };

    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        replace(text, first[i][0], first[i][1]);
    if (!cut_units(text))
        return false;
    replace(text, "\\%", "");
    replace(text, " .", " 0.");
    replace(text, "{.", "{0.");
    if (text->len == 0)
        return true;
    if (text->data[0] == '.') {
        struct str zero = STR_INIT;

        str_addf(&zero, "0%s", text->data);
        str_free(text);
        *text = zero;
    }
    cut_left_side(text);
    if (!wrap_roots(text))
        return false;
    replace(text, " ", "");
    if (!fix_fractions(text))
        return false;
    if (str_equal(str_text(text), "0.5")) {
        str_clear(text);
        str_add(text, "\\frac{1}{2}");
    }
    fix_slash(text);
    return true;
}

bool math_normalize(const char *answer, struct str *out)
{
    struct str text = STR_INIT;
    bool ok;

    str_add(&text, answer);
    ok = normalize(&text);
    if (ok)
        str_add_n(out, str_text(&text), text.len);
    str_free(&text);
    return ok;
}

bool math_equal(const char *a, const char *b)
{
    struct str x = STR_INIT;
    struct str y = STR_INIT;
    bool equal;

    if (a == NULL || b == NULL)
        return a == b;
    if (math_normalize(a, &x) && math_normalize(b, &y))
        equal = str_equal(str_text(&x), str_text(&y));
    else
        equal = str_equal(a, b);
    str_free(&x);
    str_free(&y);
    return equal;
}
