#ifndef METRIC_H
#define METRIC_H

/*
 * A metric scores one prediction against one target, and says in words what was expected, what came
 * and what is wrong: the loss that the method needs. One file a metric, one table each, one line in
 * metric.c's list. Pure functions, called on worker threads.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

enum { METRIC_WORDS_MAX = 400 };

struct metric_case {
    const char *prediction;
    const char *target;
};

struct metric {
    const char *name;
    const char
        *alias; /* another name that metric_find knows, as scorers elsewhere call it; NULL: none */
    const char *summary; /* one line for help */
    /* Returns the score in [0, 1]; appends the words (one to three sentences, at most
     * METRIC_WORDS_MAX bytes, without the score itself) to *words when it is not NULL. */
    double (*score)(const struct metric_case *metric_case, struct str *words);
};

const struct metric *metric_find(
    const char *name, struct err *err); /* ERR_INPUT names the nearest known one */
const struct metric *const *metric_list(size_t *count);

#endif
