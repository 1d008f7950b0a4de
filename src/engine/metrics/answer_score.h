#ifndef ANSWER_SCORE_H
#define ANSWER_SCORE_H

/* Exact match and token F1 of short answers, by any normaliser: the metrics of question answering
 * are these with different settings. A target that came as a list of strings has several right
 * answers: the best one counts. Private to the metrics' files. */
#include <stdbool.h>

#include "metric.h"

typedef void normalize_fn(const char *text, struct str *out); /* normalize.h has them */

struct answer_rule {
    normalize_fn *normalize;
    bool exact;  /* 1 or 0; else F1 */
    bool closed; /* yes, no and noanswer are right or wrong as a whole (HotpotQA's rule) */
};

enum metric_end answer_score(const struct answer_rule *rule, const struct metric_case *one,
    double *score, struct str *words, struct err *err);

/* Precision and recall of the answer's words, both 0 where F1 is 0 by the closed rule. */
void answer_precision_recall(const struct answer_rule *rule, const char *prediction,
    const char *target, double *precision, double *recall);

#endif
