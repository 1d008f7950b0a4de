#ifndef METRIC_PLAN_H
#define METRIC_PLAN_H

/*
 * A metric with its settings, as a task file has it: "f1", or { "name": "regex", "pattern": … }.
 * A weighted sum has further ones as its parts.
 */
#include "metric.h"

enum { METRIC_PARTS_MAX = 16 };

struct metric_plan {
    const struct metric *metric;
    char *text;                  /* the same as compact JSON, paths absolute */
    struct json_doc *doc;        /* of `text` */
    const struct json *settings; /* the object; NULL where it is a name alone */
    struct metric_plan *parts;   /* METRIC_SUM */
    double *weights;             /* of the parts, > 0 together */
    size_t part_count;
};

/* Checks everything but what only the start of a scorer can tell. `folder`: what a command's path
 * starts from. NULL and ERR_INPUT. */
struct metric_plan *metric_plan_new(const struct json *value, const char *folder, struct err *err);
void metric_plan_free(struct metric_plan *plan); /* NULL is nothing */

/* metric_check with the settings, of all parts. */
enum metric_end metric_plan_check(
    const struct metric_plan *plan, const struct metric_case *one, struct err *err);

/* A string of the settings; NULL: not there or no string. */
const char *metric_plan_text(const struct metric_plan *plan, const char *name);
/* A number of the settings, else `otherwise`. */
double metric_plan_number(const struct metric_plan *plan, const char *name, double otherwise);
bool metric_plan_flag(const struct metric_plan *plan, const char *name);

#endif
