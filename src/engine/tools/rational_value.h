#ifndef RATIONAL_VALUE_H
#define RATIONAL_VALUE_H

/* What is done with exact numbers, and how they are printed. Private to rational.c. */
#include <stdbool.h>

#include <gmp.h>

#include "err.h"

/* The names, for messages; rational_value.c has the table. */
#define RATIONAL_FUNCTIONS "abs, round, floor, ceil, min, max, mod, gcd, lcm, sqrt"

struct rational_function {
    const char *name;
    unsigned min, max; /* arguments */
    /* false and ERR_INPUT: not for these numbers */
    bool (*run)(mpq_t *arguments, unsigned count, mpq_t value, struct err *err);
};

const struct rational_function *rational_function_find(const char *name); /* NULL: none */

/* base = base ^ exponent; a whole exponent, and a size that can be borne. */
bool rational_power(mpq_t base, const mpq_t exponent, struct err *err);
/* a - floor(a / b) × b, b ≠ 0: of b's sign, as in Python. */
void rational_rest(mpq_t rest, const mpq_t a, const mpq_t b);

/* The caller's. */
char *rational_print(const mpq_t value);

#endif
