#ifndef METRIC_LINE_H
#define METRIC_LINE_H

/* A case as a line of JSON has it: { "prediction", "target", "found", … }; what else stands there
 * are the case's settings. The form of `flowbot score` and of the golden cases. */
#include "metric.h"

struct metric_line {
    struct metric_case one; /* borrows from the line and from here */
    struct str prediction, target;
    const char **found;
};

/* ERR_INPUT: no object, or no "prediction". A NUL in a text becomes U+FFFD. Free it in any case. */
bool metric_line_read(const struct json *line, struct metric_line *out, struct err *err);
void metric_line_free(struct metric_line *line);

#endif
