#ifndef METRICS_H
#define METRICS_H

/* Every metric's table. A new one: its file, a line here, a line in metric.c. Private to this
 * folder. */
#include "metric.h"

extern const struct metric metric_exact_match;
extern const struct metric metric_f1;
extern const struct metric metric_dspy_em;
extern const struct metric metric_dspy_f1;
extern const struct metric metric_aflow_hotpot_f1;

#endif
