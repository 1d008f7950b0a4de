#ifndef FUZZ_H
#define FUZZ_H

/* One round of each fuzzer, from the random stream. They end the program where something is wrong.
 */
#include "random.h"
#include "str.h"

void fuzz_metrics(struct random *random); /* a case, mutated, through every pure metric */
void fuzz_loaders(struct random *random); /* a data file, mutated, through its format */
void fuzz_loaders_close(void);

/* Changes bytes, drops, doubles and swaps parts, puts in what parsers trip over. */
void mutate(struct random *random, struct str *text);

#endif
