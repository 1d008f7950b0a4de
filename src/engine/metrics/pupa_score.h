#ifndef PUPA_SCORE_H
#define PUPA_SCORE_H

/* PUPA's arithmetic, once the judge has spoken. Pure. */
#include <stdbool.h>
#include <stddef.h>

/* Distinct strings of a list joined by "||"; an empty string is one too, and blanks count. */
size_t pupa_units(const char *joined);
/* 1, or 0 where the answer is worse: `new_good` no and `old_good` yes. */
double pupa_quality(bool new_good, bool old_good);
/* The share of the units that leaked; a count beyond them is cut to 0 … units. */
double pupa_leakage(double leaked, size_t units);

#endif
