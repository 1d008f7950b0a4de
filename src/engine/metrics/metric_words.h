#ifndef METRIC_WORDS_H
#define METRIC_WORDS_H

/* What is wrong with a short answer, in words: the loss in a form that a model can act upon. */
#include "str.h"

/* Appends what was expected, what came, and what is wrong: too long by so many words, missing
 * words, another type, a yes or no expected. `prediction` and `target` are the texts `got` and
 * `expected` as the metric normalises them. */
void metric_describe_answer(const char *got, const char *expected, const char *prediction,
    const char *target, struct str *words);

#endif
