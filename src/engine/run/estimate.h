#ifndef ESTIMATE_H
#define ESTIMATE_H

/*
 * What a run will ask for, from the task's sizes alone: an upper bound on calls for workflows of a
 * stated number of nodes that call a model. The true number depends on what is discovered and on
 * what need not be asked twice.
 */
#include <cjson/cJSON.h>

#include "task.h"
#include "workflow.h"

struct estimate {
    uint64_t calls_executor[2],
        calls_meta[2]; /* [0]: the workflow keeps the start's size; [1]: it grows to `nodes` */
    unsigned nodes;
    uint64_t tokens[2]; /* four bytes a token: inputs of every call plus 200 tokens of reply */
    bool usd_known;     /* every model has a price */
    double usd[2];
    double seconds[2]; /* at `latency_s` a call and the task's concurrency */
    double latency_s;
};

struct estimate estimate_run(const struct task *task, const struct workflow *start);
cJSON *estimate_to_json(const struct estimate *estimate); /* for run_started */
char *estimate_to_text(
    const struct estimate *estimate); /* a few lines for a person; the caller's */

#endif
