/* fuzz SECONDS [SEED]: mutated cases and data files through metrics and loaders, the same for the
 * same seed; each round is seeded by its number, so that one that fails can be had again alone
 * (fuzz 0 SEED runs just that round). A round that takes long is a failure too. */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "fuzz.h"

enum { SLOW_US = 5000000 };

static void run_round(unsigned long long seed)
{
    struct random random;
    int64_t start = clock_us();

    random_seed(&random, seed);
    if (seed % 2 == 0)
        fuzz_loaders(&random);
    else
        fuzz_metrics(&random);
    if (clock_us() - start > SLOW_US) {
        (void)fprintf(
            stderr, "fuzz: round %llu took %.1f s\n", seed, (double)(clock_us() - start) / 1e6);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 10;
    unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int64_t start = clock_us();
    unsigned long long rounds = 0;

    do {
        if (getenv("FUZZ_TRACE") != NULL)
            (void)fprintf(stderr, "round %llu\n", seed + rounds);
        run_round(seed + rounds++);
    } while ((double)(clock_us() - start) < seconds * 1e6);
    fuzz_loaders_close();
    printf(
        "%llu rounds from seed %llu in %.1f s\n", rounds, seed, (double)(clock_us() - start) / 1e6);
    return 0;
}
