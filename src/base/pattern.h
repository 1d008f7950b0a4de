#ifndef PATTERN_H
#define PATTERN_H

/* Regular expressions (PCRE2) with Unicode letters, digits and borders, as Python's re has them.
 * A match that would take too long counts as none: patterns and texts come from outside. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

enum pattern_flags {
    PATTERN_PLAIN = 0,
    PATTERN_IGNORE_CASE = 1,
    PATTERN_DOT_ALL = 2,
    PATTERN_LINES = 4, /* ^ and $ also at the lines' ends */
};

struct pattern;

struct pattern *pattern_new(const char *text, enum pattern_flags flags, struct err *err);
void pattern_free(struct pattern *pattern); /* NULL is nothing */

struct pattern_span {
    size_t start, end;
};

enum { PATTERN_SPANS = 4 }; /* the whole match and the first groups */

/* Finds the first match at or after `from`. spans[i] of a group that took no part is empty at 0.
 * Returns the number of groups and the whole match (≥ 1), at most PATTERN_SPANS; 0: no match. */
size_t pattern_find(const struct pattern *pattern, const char *text, size_t len, size_t from,
    struct pattern_span spans[PATTERN_SPANS]);
/* Replaces every match, as re.sub(): in `with`, $1 … are groups. False: it would take too long, and
 * the text is as it was. */
bool pattern_replace(const struct pattern *pattern, const char *with, struct str *text);
/* Non-overlapping matches, as len(re.findall()). */
size_t pattern_count(const struct pattern *pattern, const char *text, size_t len);

#endif
