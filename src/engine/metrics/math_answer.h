#ifndef MATH_ANSWER_H
#define MATH_ANSWER_H

/* Answers of the MATH data set, as its official grader sees them. Source: is_equiv and
 * last_boxed_only_string of the data set's repository, in own words in docs/METRICS.md. Pure. */
#include <stdbool.h>

#include "str.h"

/* Appends what stands in the last \boxed{…}; false: there is none that is closed. */
bool math_boxed(const char *text, struct str *out);
/* Appends the normalised answer; false where the official code raises (then raw texts compare). */
bool math_normalize(const char *answer, struct str *out);
/* NULL: no answer, which equals no answer. */
bool math_equal(const char *a, const char *b);

#endif
