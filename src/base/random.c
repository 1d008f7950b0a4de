#include "random.h"

#include <assert.h>

void random_seed(struct random *random, uint64_t seed)
{
    random->state = seed;
}

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t random_below(struct random *random, size_t bound)
{
    uint64_t limit, value;

    assert(bound > 0);
    limit = UINT64_MAX - UINT64_MAX % bound;
    do
        value = random_next(random);
    while (value >= limit);
    return (size_t)(value % bound);
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1.0p-53;
}

void random_shuffle(struct random *random, size_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(random, i);
        size_t swap = items[i - 1];

        items[i - 1] = items[j];
        items[j] = swap;
    }
}
