#include "python_number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

enum { SHORT_BYTES = 64 };

/* Digits of a script stand together in tens that begin with zero. */
static char digit_of(uint32_t code)
{
    uint32_t place = 0;

    while (place < code && utf8_is_digit(code - place - 1))
        place++;
    return (char)('0' + place % 10);
}

/* ASCII text of the same number: other digits become 0 … 9, other white space blanks. False where
 * something is left that no number has. */
static bool to_ascii(const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (code < 0x80)
            str_add_char(out, (char)code);
        else if (utf8_is_space(code))
            str_add_char(out, ' ');
        else if (utf8_is_digit(code))
            str_add_char(out, digit_of(code));
        else
            return false;
    }
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with single underscores between them, without the underscores to *out. Returns how many
 * bytes of text they take; 0 where there are none. */
static size_t read_digits(const char *text, struct str *out)
{
    size_t i = 0;

    while (is_digit(text[i]) || (i > 0 && text[i] == '_' && is_digit(text[i + 1]))) {
        if (text[i] != '_')
            str_add_char(out, text[i]);
        i++;
    }
    return i;
}

/* Sign, digits, point, digits, exponent, and nothing else; strtod then cannot go wrong. */
static bool read_decimal(const char *text, struct str *out)
{
    size_t whole, part = 0;

    if (*text == '+' || *text == '-')
        str_add_char(out, *text++);
    whole = read_digits(text, out);
    text += whole;
    if (*text == '.') {
        str_add_char(out, *text++);
        part = read_digits(text, out);
        text += part;
    }
    if (whole + part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        size_t digits;

        str_add_char(out, *text++);
        if (*text == '+' || *text == '-')
            str_add_char(out, *text++);
        digits = read_digits(text, out);
        if (digits == 0)
            return false;
        text += digits;
    }
    return *text == '\0';
}

static bool read_named(const char *text, double *out)
{
    bool negative = *text == '-';

    if (*text == '+' || *text == '-')
        text++;
    if (strcasecmp(text, "inf") == 0 || strcasecmp(text, "infinity") == 0)
        *out = (double)INFINITY;
    else if (strcasecmp(text, "nan") == 0)
        *out = (double)NAN;
    else
        return false;
    if (negative)
        *out = -*out;
    return true;
}

/* strtod of the C locale, whatever the program's is. */
static double parse_c(const char *text)
{
    static _Thread_local locale_t c_locale; /* one a thread, until the program ends */

    if (c_locale == (locale_t)0)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0)
        abort();
    return strtod_l(text, NULL, c_locale);
}

static bool may_begin_number(const char *text, size_t len)
{
    size_t i = strspn(text, " \t\n\v\f\r");

    return i < len &&
           ((unsigned char)text[i] >= 0x80 || strchr("+-.0123456789iInN", text[i]) != NULL);
}

bool python_float(const char *text, size_t len, double *out)
{
    static const char blanks[] = " \t\n\v\f\r";
    struct str ascii = STR_INIT;
    struct str plain = STR_INIT;
    bool is_number = false;
    const char *start;

    if (!may_begin_number(text, len))
        return false;
    if (to_ascii(text, len, &ascii) && strlen(str_text(&ascii)) == ascii.len) {
        while (ascii.len > 0 && strchr(blanks, ascii.data[ascii.len - 1]) != NULL)
            str_truncate(&ascii, ascii.len - 1);
        start = str_text(&ascii) + strspn(str_text(&ascii), blanks);
        if (read_decimal(start, &plain)) {
            *out = parse_c(str_text(&plain));
            is_number = true;
        } else {
            is_number = read_named(start, out);
        }
    }
    str_free(&ascii);
    str_free(&plain);
    return is_number;
}

/* Below 10^15 a whole number is its own digits: by far the most of them. */
static bool is_plain_whole(double number)
{
    return number < 1e15 && number == floor(number);
}

/* The digits and the decimal exponent of d.ddde±xx, by the fewest digits that read back equal. */
static int shortest_digits(double number, char digits[SHORT_BYTES])
{
    char text[SHORT_BYTES] = "e0";
    size_t count = 0;

    for (int precision = 0; precision < 17; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision, number);
        if (precision > 0)
            text[1] = '.'; /* whatever the locale writes there */
        if (parse_c(text) == number)
            break;
    }
    for (const char *c = text; *c != 'e'; c++)
        if (is_digit(*c))
            digits[count++] = *c;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

static void print_plain(const char *digits, int exponent, struct str *out)
{
    int count = (int)strlen(digits);

    if (exponent < 0) {
        str_add(out, "0.");
        for (int i = -1; i > exponent; i--)
            str_add_char(out, '0');
        str_add(out, digits);
        return;
    }
    for (int i = 0; i <= exponent || i < count; i++) {
        if (i == exponent + 1)
            str_add_char(out, '.');
        str_add_char(out, i < count ? digits[i] : '0');
    }
    if (count <= exponent + 1)
        str_add(out, ".0");
}

void python_float_print(double number, struct str *out)
{
    char digits[SHORT_BYTES] = "";
    int exponent;

    if (isnan(number)) {
        str_add(out, "nan");
        return;
    }
    if (signbit(number))
        str_add_char(out, '-');
    number = fabs(number);
    if (isinf(number)) {
        str_add(out, "inf");
        return;
    }
    if (is_plain_whole(number)) {
        str_addf(out, "%lld.0", (long long)number);
        return;
    }
    exponent = shortest_digits(number, digits);
    if (exponent >= -4 && exponent < 16) {
        print_plain(digits, exponent, out);
        return;
    }
    str_add_n(out, digits, 1);
    if (digits[1] != '\0')
        str_addf(out, ".%s", digits + 1);
    str_addf(out, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}
