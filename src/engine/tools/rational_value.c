#include "rational_value.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rational.h"
#include "str.h"

enum { PLACES_MAX = 4000, ABOUT_PLACES = 12 };

static bool is_whole(const mpq_t value)
{
    return mpz_cmp_ui(mpq_denref(value), 1) == 0;
}

static void set_whole(mpq_t value, const mpz_t whole)
{
    mpq_set_z(value, whole);
}

bool rational_power(mpq_t base, const mpq_t exponent, struct err *err)
{
    size_t bits = mpz_sizeinbase(mpq_numref(base), 2), below = mpz_sizeinbase(mpq_denref(base), 2);
    bool is_negative = mpq_sgn(exponent) < 0;
    unsigned long power;

    if (!is_whole(exponent))
        return err_set(err, ERR_INPUT, "only whole exponents can be calculated exactly");
    if (is_negative && mpq_sgn(base) == 0)
        return err_set(err, ERR_INPUT, "a division by zero (0 to a negative power)");
    bits = bits > below ? bits : below;
    /* 0, 1 and -1 stay small whatever the exponent is */
    if (bits <= 1) {
        if (mpz_sgn(mpq_numref(exponent)) == 0 || mpz_even_p(mpq_numref(exponent)))
            mpq_set_si(base, mpz_sgn(mpq_numref(exponent)) == 0 || mpq_sgn(base) != 0, 1);
        return true;
    }
    if (mpz_cmpabs_ui(mpq_numref(exponent), RATIONAL_BITS_MAX) > 0 ||
        (power = mpz_get_ui(mpq_numref(exponent))) * (bits - 1) > RATIONAL_BITS_MAX)
        return err_set(err, ERR_INPUT, "the numbers become too large (more than %d bits)",
            (int)RATIONAL_BITS_MAX);
    mpz_pow_ui(mpq_numref(base), mpq_numref(base), power);
    mpz_pow_ui(mpq_denref(base), mpq_denref(base), power);
    if (is_negative)
        mpq_inv(base, base);
    return true;
}

static void set_floor(mpz_t whole, const mpq_t value)
{
    mpz_fdiv_q(whole, mpq_numref(value), mpq_denref(value));
}

void rational_rest(mpq_t rest, const mpq_t a, const mpq_t b)
{
    mpq_t times;
    mpz_t whole;

    mpq_init(times);
    mpz_init(whole);
    mpq_div(times, a, b);
    set_floor(whole, times);
    mpq_set_z(times, whole);
    mpq_mul(times, times, b);
    mpq_sub(rest, a, times);
    mpz_clear(whole);
    mpq_clear(times);
}

/* ---- functions ---- */

static bool run_abs(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    (void)count;
    (void)err;
    mpq_abs(value, arguments[0]);
    return true;
}

static bool run_floor(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    mpz_t whole;

    (void)count;
    (void)err;
    mpz_init(whole);
    set_floor(whole, arguments[0]);
    set_whole(value, whole);
    mpz_clear(whole);
    return true;
}

static bool run_ceil(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    mpz_t whole;

    (void)count;
    (void)err;
    mpz_init(whole);
    mpz_cdiv_q(whole, mpq_numref(arguments[0]), mpq_denref(arguments[0]));
    set_whole(value, whole);
    mpz_clear(whole);
    return true;
}

/* To so many places behind the point (0), halves away from zero, as people round. */
static bool run_round(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    long places = 0;
    int sign = mpq_sgn(arguments[0]);
    mpq_t scale, half;

    if (count > 1) {
        if (!is_whole(arguments[1]) || mpz_cmpabs_ui(mpq_numref(arguments[1]), PLACES_MAX) > 0)
            return err_set(err, ERR_INPUT, "round: places: a whole number from -%d to %d",
                (int)PLACES_MAX, (int)PLACES_MAX);
        places = mpz_get_si(mpq_numref(arguments[1]));
    }
    mpq_init(scale);
    mpq_init(half);
    mpq_set_ui(half, 1, 2);
    mpz_ui_pow_ui(mpq_numref(scale), 10, (unsigned long)labs(places));
    mpz_set_ui(mpq_denref(scale), 1);
    if (places < 0)
        mpq_inv(scale, scale);
    mpq_abs(value, arguments[0]);
    mpq_mul(value, value, scale);
    mpq_add(value, value, half);
    mpz_fdiv_q(mpq_numref(value), mpq_numref(value), mpq_denref(value));
    mpz_set_ui(mpq_denref(value), 1);
    mpq_div(value, value, scale);
    if (sign < 0)
        mpq_neg(value, value);
    mpq_clear(scale);
    mpq_clear(half);
    return true;
}

static bool run_min(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    (void)err;
    mpq_set(value, arguments[0]);
    for (unsigned i = 1; i < count; i++)
        if (mpq_cmp(arguments[i], value) < 0)
            mpq_set(value, arguments[i]);
    return true;
}

static bool run_max(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    (void)err;
    mpq_set(value, arguments[0]);
    for (unsigned i = 1; i < count; i++)
        if (mpq_cmp(arguments[i], value) > 0)
            mpq_set(value, arguments[i]);
    return true;
}

static bool run_mod(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    (void)count;
    if (mpq_sgn(arguments[1]) == 0)
        return err_set(err, ERR_INPUT, "a division by zero");
    rational_rest(value, arguments[0], arguments[1]);
    return true;
}

static bool fold_whole(mpq_t *arguments, unsigned count, mpq_t value,
    void (*fold)(mpz_t, const mpz_t, const mpz_t), struct err *err)
{
    mpz_t whole;

    for (unsigned i = 0; i < count; i++)
        if (!is_whole(arguments[i]))
            return err_set(err, ERR_INPUT, "gcd and lcm are of whole numbers");
    mpz_init_set(whole, mpq_numref(arguments[0]));
    mpz_abs(whole, whole);
    for (unsigned i = 1; i < count && mpz_sizeinbase(whole, 2) <= RATIONAL_BITS_MAX; i++)
        fold(whole, whole, mpq_numref(arguments[i]));
    set_whole(value, whole);
    mpz_clear(whole);
    return true;
}

static bool run_gcd(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    return fold_whole(arguments, count, value, mpz_gcd, err);
}

static bool run_lcm(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    return fold_whole(arguments, count, value, mpz_lcm, err);
}

static bool run_sqrt(mpq_t *arguments, unsigned count, mpq_t value, struct err *err)
{
    (void)count;
    if (mpq_sgn(arguments[0]) < 0)
        return err_set(err, ERR_INPUT, "sqrt: of a negative number");
    if (mpz_perfect_square_p(mpq_numref(arguments[0])) == 0 ||
        mpz_perfect_square_p(mpq_denref(arguments[0])) == 0)
        return err_set(
            err, ERR_INPUT, "sqrt: the root is no fraction, and only exact values are given");
    mpz_sqrt(mpq_numref(value), mpq_numref(arguments[0]));
    mpz_sqrt(mpq_denref(value), mpq_denref(arguments[0]));
    return true;
}

const struct rational_function *rational_function_find(const char *name)
{
    static const struct rational_function functions[] = {
        { "abs", 1, 1, run_abs },
        { "round", 1, 2, run_round },
        { "floor", 1, 1, run_floor },
        { "ceil", 1, 1, run_ceil },
        { "min", 1, 64, run_min },
        { "max", 1, 64, run_max },
        { "mod", 2, 2, run_mod },
        { "gcd", 1, 64, run_gcd },
        { "lcm", 1, 64, run_lcm },
        { "sqrt", 1, 1, run_sqrt },
    };

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

/* ---- printing ---- */

static char *print_whole(const mpz_t whole)
{
    char *text = mem_alloc(mpz_sizeinbase(whole, 10) + 2);

    (void)mpz_get_str(text, 10, whole);
    return text;
}

/* The places behind the point of a finite decimal; -1: it is none. */
static long places_of(const mpq_t value)
{
    mpz_t rest, factor;
    unsigned long twos, fives;
    bool is_finite;

    mpz_init(rest);
    mpz_init_set_ui(factor, 2);
    twos = mpz_remove(rest, mpq_denref(value), factor);
    mpz_set_ui(factor, 5);
    fives = mpz_remove(rest, rest, factor);
    is_finite = mpz_cmp_ui(rest, 1) == 0;
    mpz_clear(rest);
    mpz_clear(factor);
    if (!is_finite)
        return -1;
    return (long)(twos > fives ? twos : fives);
}

/* Cut (towards zero) to so many places behind the point. */
static char *print_decimal(const mpq_t value, unsigned long places)
{
    struct str out = STR_INIT;
    char *digits;
    mpz_t scaled;
    size_t len;

    mpz_init(scaled);
    mpz_ui_pow_ui(scaled, 10, places);
    mpz_mul(scaled, scaled, mpq_numref(value));
    mpz_tdiv_q(scaled, scaled, mpq_denref(value));
    mpz_abs(scaled, scaled);
    digits = print_whole(scaled);
    mpz_clear(scaled);
    len = strlen(digits);
    str_add(&out, mpq_sgn(value) < 0 ? "-" : "");
    str_add_n(&out, len > places ? digits : "0", len > places ? len - places : 1);
    str_add_char(&out, '.');
    for (size_t i = len; i < places; i++)
        str_add_char(&out, '0');
    str_add(&out, len > places ? digits + (len - places) : digits);
    free(digits);
    return str_take(&out);
}

/* Enough places for some that say something, however small the number is. */
static unsigned long about_places(const mpq_t value)
{
    size_t above = mpz_sizeinbase(mpq_numref(value), 10);
    size_t below = mpz_sizeinbase(mpq_denref(value), 10);

    return ABOUT_PLACES + (below > above ? below - above : 0);
}

char *rational_print(const mpq_t value)
{
    long places = is_whole(value) ? 0 : places_of(value);
    char *above, *below, *about, *printed;

    if (is_whole(value))
        return print_whole(mpq_numref(value));
    if (places >= 0)
        return print_decimal(value, (unsigned long)places);
    above = print_whole(mpq_numref(value));
    below = print_whole(mpq_denref(value));
    about = print_decimal(value, about_places(value));
    printed = mem_printf("%s/%s (about %s)", above, below, about);
    free(above);
    free(below);
    free(about);
    return printed;
}
