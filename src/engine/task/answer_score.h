#ifndef ANSWER_SCORE_H
#define ANSWER_SCORE_H

/* Exact match and token F1 of short answers, by any normaliser: the metrics of question answering
 * are these with different settings. Private to the metrics' files. */
#include <stdbool.h>

#include "metric.h"

typedef void normalize_fn(const char *text, struct str *out); /* normalize.h has them */

double answer_exact_match(
    const struct metric_case *metric_case, normalize_fn *normalize, struct str *words);

/* `closed`: yes, no and noanswer are right or wrong as a whole (HotpotQA's rule). */
double answer_f1(
    const struct metric_case *metric_case, normalize_fn *normalize, bool closed, struct str *words);

#endif
