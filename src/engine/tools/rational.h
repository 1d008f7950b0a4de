#ifndef RATIONAL_H
#define RATIONAL_H

/*
 * Exact arithmetic on fractions of whole numbers of any size (GMP), up to limits that keep an
 * expression to milliseconds.
 *
 *     sum     = product (("+" | "-") product)*
 *     product = power (("*" | "/" | "of" | "mod" | "%" before an operand) power)*
 *     power   = "-" power | postfix (("^" | "**") power)?        right to left; -2^2 is -4
 *     postfix = atom "%"*                                        15% is 15/100
 *     atom    = number | "(" sum ")" | function "(" sum ("," sum)* ")"
 *
 * A number has digits with a "." and an exponent (1.5e3); commas between groups of three are
 * skipped outside a function's arguments (1,234), so is a "$" before it. × · ÷ − and ≤ one "=" at
 * the very end are understood. 100 + 10% is 100.1: a percentage is a number, of nothing in
 * particular.
 */
#include "err.h"

enum {
    RATIONAL_TEXT_MAX = 4096,  /* bytes of an expression */
    RATIONAL_BITS_MAX = 16384, /* of numerator and of denominator: some 4900 digits */
};

/* The value: a whole number or a finite decimal as it is, any other as "22/7 (about 3.14…)". The
 * caller's; NULL and ERR_INPUT: what is wrong, and where. Any thread. */
char *rational_evaluate(const char *expression, struct err *err);

#endif
