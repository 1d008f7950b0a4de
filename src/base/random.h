#ifndef RANDOM_H
#define RANDOM_H

/* A seeded random stream (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same
 * numbers everywhere. */
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
size_t random_below(
    struct random *random, size_t bound);  /* uniform in [0, bound), bound > 0, no modulo bias */
double random_unit(struct random *random); /* [0, 1) */
void random_shuffle(struct random *random, size_t *items, size_t count); /* Fisher–Yates */

#endif
