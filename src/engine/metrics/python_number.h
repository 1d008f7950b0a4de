#ifndef PYTHON_NUMBER_H
#define PYTHON_NUMBER_H

/* Numbers as Python's float() and str() have them: what official scorers take for a number, and how
 * they write it. Independent of the locale. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

/* True where float(text) would succeed: white space around, a sign, digits of any script with
 * single underscores between them, point, exponent; inf, infinity, nan. *out may be ±inf. */
bool python_float(const char *text, size_t len, double *out);
/* str(float): the shortest digits that read back equal, "5.0", "1e-05", "inf". Appends. */
void python_float_print(double number, struct str *out);

#endif
