#ifndef DROP_ANSWER_H
#define DROP_ANSWER_H

/*
 * How DROP's official evaluation sees answers: a list of spans, each normalised (numbers written as
 * floats, "22-yard" → "22.0 yard") and taken as a set of words. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

void drop_normalize(const char *text, struct str *out); /* appends */

struct drop_answer {
    struct drop_span *spans;
    size_t count, cap;
};

void drop_answer_add(struct drop_answer *answer, const char *text);
void drop_answer_free(struct drop_answer *answer);

/* Equal sets of spans and equal counts. */
bool drop_exact(const struct drop_answer *prediction, const struct drop_answer *gold);
/* The best one-to-one assignment of spans by the F1 of their words, over the greater count, rounded
 * to two places. */
double drop_f1(const struct drop_answer *prediction, const struct drop_answer *gold);

#endif
