#ifndef OVERLAP_H
#define OVERLAP_H

/* Words that two normalised answers share, each as often as both have it: what token F1 is made of.
 * Pure. */
#include <stddef.h>

#include "str.h"

struct overlap {
    size_t shared, predicted, expected; /* words */
};

/* Words are what single blanks part. Where `missing` is not NULL, the expected words that the
 * prediction lacks are appended to it in their order, parted by blanks. */
struct overlap overlap_of(const char *prediction, const char *expected, struct str *missing);

/* 2PR ÷ (P + R); 0 where nothing is shared. */
double overlap_f1(const struct overlap *overlap);

#endif
