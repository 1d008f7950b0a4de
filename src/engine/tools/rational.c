#include "rational.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include "mem.h"
#include "rational_value.h"
#include "str.h"
#include "utf8.h"

enum { DEPTH_MAX = 100, ARGUMENTS_MAX = 64 };

struct reader {
    const char *text, *at;
    unsigned depth;
    unsigned in_arguments; /* commas part arguments there */
    struct err *err;
};

static bool read_sum(struct reader *r, mpq_t value);
static bool read_power(struct reader *r, mpq_t value);

static bool fail(struct reader *r, const char *what)
{
    return err_set(r->err, ERR_INPUT, "at character %zu of the expression: %s",
        (size_t)(r->at - r->text) + 1, what);
}

static void skip_space(struct reader *r)
{
    while (*r->at != '\0' && strchr(" \t\r\n$", *r->at) != NULL)
        r->at++;
}

/* Takes the token if it is next. A word ends where letters end. */
static bool take(struct reader *r, const char *token)
{
    size_t len = strlen(token);

    skip_space(r);
    if (strncmp(r->at, token, len) != 0)
        return false;
    if (isalpha((unsigned char)token[0]) && isalpha((unsigned char)r->at[len]))
        return false;
    r->at += len;
    return true;
}

static bool fits(struct reader *r, const mpq_t value)
{
    if (mpz_sizeinbase(mpq_numref(value), 2) <= RATIONAL_BITS_MAX &&
        mpz_sizeinbase(mpq_denref(value), 2) <= RATIONAL_BITS_MAX)
        return true;
    return err_set(r->err, ERR_INPUT, "the numbers become too large (more than %d bits)",
        (int)RATIONAL_BITS_MAX);
}

/* ---- numbers ---- */

/* Digits, without the commas of groups: "1,234,567". */
static void read_whole(struct reader *r, struct str *digits)
{
    for (;;) {
        while (isdigit((unsigned char)*r->at))
            str_add_char(digits, *r->at++);
        if (r->in_arguments > 0 || *r->at != ',' || digits->len == 0 ||
            !isdigit((unsigned char)r->at[1]) || !isdigit((unsigned char)r->at[2]) ||
            !isdigit((unsigned char)r->at[3]) || isdigit((unsigned char)r->at[4]))
            return;
        r->at++;
    }
}

/* The exponent behind a number, where there is one ("e" alone is none). */
static bool read_exponent(struct reader *r, long *exponent)
{
    const char *at = r->at;
    char *end;

    if (*at != 'e' && *at != 'E')
        return true;
    at++;
    if (!isdigit((unsigned char)*at) &&
        !((*at == '+' || *at == '-') && isdigit((unsigned char)at[1])))
        return true;
    *exponent = strtol(at, &end, 10);
    if (*exponent > RATIONAL_BITS_MAX / 3 || *exponent < -RATIONAL_BITS_MAX / 3)
        return fail(r, "the exponent of this number is too large");
    r->at = end;
    return true;
}

/* digits × 10^exponent */
static void set_number(mpq_t value, const char *digits, long exponent)
{
    mpz_t power;

    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(exponent));
    (void)mpz_set_str(mpq_numref(value), digits, 10);
    mpz_set_ui(mpq_denref(value), 1);
    if (exponent >= 0)
        mpz_mul(mpq_numref(value), mpq_numref(value), power);
    else
        mpz_set(mpq_denref(value), power);
    mpq_canonicalize(value);
    mpz_clear(power);
}

static bool read_number(struct reader *r, mpq_t value)
{
    struct str digits = STR_INIT;
    long exponent = 0, places = 0;
    bool ok;

    read_whole(r, &digits);
    if (*r->at == '.') {
        for (r->at++; isdigit((unsigned char)*r->at); places++)
            str_add_char(&digits, *r->at++);
    }
    ok = digits.len > 0 || fail(r, "a number was expected here");
    ok = ok && read_exponent(r, &exponent);
    if (ok)
        set_number(value, digits.data, exponent - places);
    str_free(&digits);
    return ok && fits(r, value);
}

/* ---- functions ---- */

static bool call(struct reader *r, const struct rational_function *function, mpq_t value)
{
    mpq_t arguments[ARGUMENTS_MAX];
    unsigned count = 0;
    bool ok = true, more = true;

    r->in_arguments++;
    while (ok && more) {
        if (count == ARGUMENTS_MAX) {
            ok = fail(r, "too many arguments");
            break;
        }
        mpq_init(arguments[count++]);
        ok = read_sum(r, arguments[count - 1]);
        more = ok && take(r, ",");
    }
    r->in_arguments--;
    ok = ok && (take(r, ")") || fail(r, "\")\" was expected"));
    if (ok && (count < function->min || count > function->max))
        ok = err_set(r->err, ERR_INPUT, "%s takes %u to %u arguments, not %u", function->name,
            function->min, function->max, count);
    ok = ok && function->run(arguments, count, value, r->err) && fits(r, value);
    while (count > 0)
        mpq_clear(arguments[--count]);
    return ok;
}

static bool read_word(struct reader *r, mpq_t value)
{
    const struct rational_function *function;
    char name[16] = "";
    size_t len = 0;

    while (len + 1 < sizeof name && isalpha((unsigned char)r->at[len])) {
        name[len] = r->at[len];
        len++;
    }
    function = rational_function_find(name);
    if (function == NULL)
        return err_set(r->err, ERR_INPUT,
            "at character %zu of the expression: \"%s\" is not known; there "
            "is: " RATIONAL_FUNCTIONS,
            (size_t)(r->at - r->text) + 1, name);
    r->at += len;
    if (!take(r, "("))
        return fail(r, "\"(\" was expected after the name of a function");
    return call(r, function, value);
}

static bool read_atom(struct reader *r, mpq_t value)
{
    skip_space(r);
    if (take(r, "(")) {
        unsigned outer = r->in_arguments;
        bool ok;

        r->in_arguments = 0;
        ok = read_sum(r, value);
        r->in_arguments = outer;
        return ok && (take(r, ")") || fail(r, "\")\" was expected"));
    }
    if (isdigit((unsigned char)*r->at) || *r->at == '.')
        return read_number(r, value);
    if (isalpha((unsigned char)*r->at))
        return read_word(r, value);
    return fail(r, *r->at == '\0' ? "the expression ends too early"
                                  : "a number, \"(\" or a function was expected here");
}

/* ---- operators ---- */

/* Whether an operand begins behind the "%": it is the rest of a division then, else a percentage.
 */
static bool operand_follows(const struct reader *r)
{
    struct reader ahead = *r;

    ahead.at++;
    skip_space(&ahead);
    if (strncmp(ahead.at, "of", 2) == 0 || strncmp(ahead.at, "mod", 3) == 0)
        return false;
    return isalnum((unsigned char)*ahead.at) || *ahead.at == '(' || *ahead.at == '.';
}

static bool read_postfix(struct reader *r, mpq_t value)
{
    mpq_t hundred;
    bool ok = read_atom(r, value);

    mpq_init(hundred);
    mpq_set_ui(hundred, 100, 1);
    for (skip_space(r); ok && *r->at == '%' && !operand_follows(r); skip_space(r)) {
        r->at++;
        mpq_div(value, value, hundred);
        ok = fits(r, value);
    }
    mpq_clear(hundred);
    return ok;
}

static bool read_raised(struct reader *r, mpq_t value)
{
    mpq_t exponent;
    bool ok;

    if (!read_postfix(r, value))
        return false;
    if (!take(r, "**") && !take(r, "^"))
        return true;
    mpq_init(exponent);
    ok = read_power(r, exponent) && rational_power(value, exponent, r->err) && fits(r, value);
    mpq_clear(exponent);
    return ok;
}

static bool take_minus(struct reader *r)
{
    return take(r, "-") || take(r, "\xE2\x88\x92");
}

static bool read_power(struct reader *r, mpq_t value)
{
    bool ok;

    if (++r->depth > DEPTH_MAX)
        return fail(r, "the expression is nested too deeply");
    if (take_minus(r)) {
        ok = read_power(r, value);
        mpq_neg(value, value);
    } else {
        (void)take(r, "+");
        ok = read_raised(r, value);
    }
    r->depth--;
    return ok;
}

enum operator{ MULTIPLY, DIVIDE, REST, NONE };

static enum operator take_operator(struct reader *r)
{
    skip_space(r);
    if (strncmp(r->at, "**", 2) == 0)
        return NONE;
    if (take(r, "*") || take(r, "\xC3\x97") || take(r, "\xC2\xB7") || take(r, "of"))
        return MULTIPLY;
    if (take(r, "/") || take(r, "\xC3\xB7"))
        return DIVIDE;
    if (take(r, "mod") || take(r, "%"))
        return REST;
    return NONE;
}

static bool read_product(struct reader *r, mpq_t value)
{
    mpq_t right;
    enum operator operator;
    bool ok = read_power(r, value);

    mpq_init(right);
    while (ok && (operator= take_operator(r)) != NONE) {
        ok = read_power(r, right);
        if (ok && operator== MULTIPLY)
            mpq_mul(value, value, right);
        else if (ok && mpq_sgn(right) == 0)
            ok = err_set(r->err, ERR_INPUT, "a division by zero");
        else if (ok && operator== DIVIDE)
            mpq_div(value, value, right);
        else if (ok)
            rational_rest(value, value, right);
        ok = ok && fits(r, value);
    }
    mpq_clear(right);
    return ok;
}

static bool read_sum(struct reader *r, mpq_t value)
{
    mpq_t right;
    bool ok, minus = false;

    if (++r->depth > DEPTH_MAX)
        return fail(r, "the expression is nested too deeply");
    ok = read_product(r, value);
    mpq_init(right);
    while (ok && (take(r, "+") || (minus = take_minus(r)))) {
        ok = read_product(r, right);
        if (ok && minus)
            mpq_sub(value, value, right);
        else if (ok)
            mpq_add(value, value, right);
        ok = ok && fits(r, value);
        minus = false;
    }
    mpq_clear(right);
    r->depth--;
    return ok;
}

static bool read_all(struct reader *r, mpq_t value)
{
    if (!read_sum(r, value))
        return false;
    (void)take(r, "=");
    skip_space(r);
    return *r->at == '\0' || fail(r, "an operator was expected here");
}

char *rational_evaluate(const char *expression, struct err *err)
{
    struct reader reader = { .text = expression, .at = expression, .err = err };
    size_t len = strlen(expression);
    char *printed = NULL;
    mpq_t value;

    if (len > RATIONAL_TEXT_MAX) {
        (void)err_set(err, ERR_INPUT, "the expression has %zu bytes; at most %d are allowed", len,
            (int)RATIONAL_TEXT_MAX);
        return NULL;
    }
    mpq_init(value);
    if (read_all(&reader, value))
        printed = rational_print(value);
    mpq_clear(value);
    return printed;
}
