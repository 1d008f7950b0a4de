#ifndef ESTIMATE_H
#define ESTIMATE_H

/*
 * What a run will ask for, before it is made: from the task's sizes and the models' prices alone.
 * Two columns throughout: [0] likely, [1] at most.
 *
 * At most: the workflow has `nodes` model steps from the first batch on (the start's, and at least
 * four where the structure may change), every prompt step of every batch is made, nothing is asked
 * twice. Calls cannot pass this but for an agent's further turns, retries, and structured replies
 * that are asked for again.
 * Likely: half of what the start's own size would need at most. Steps whose gradients ask for
 * nothing end a round, an unchanged workflow is not validated again, equal requests are one call;
 * growth works against it. With the builtin model `flowbot run
 * examples/atlas/task.json` makes 4441 of 9330 calls, examples/towns/towns.json 144 of 498.
 *
 * Tokens: four bytes each; a call has the mean input of the task's examples, the passages of a
 * search where there is one, a prompt and a reply of the sizes below. A reasoning model's replies
 * are longer than that: the estimate says what it assumes, and limits hold whatever it says.
 */
#include <cjson/cJSON.h>

#include "client.h"
#include "task.h"
#include "workflow.h"

enum { ESTIMATE_LIKELY, ESTIMATE_MOST, ESTIMATES };
enum { ESTIMATE_EXECUTOR, ESTIMATE_META, ESTIMATE_ROLES };

struct estimate_role {
    uint64_t calls[ESTIMATES];
    uint64_t in, out; /* tokens of one call */
    bool has_price;
    double usd[ESTIMATES]; /* at the model's price, nothing of the input cached */
};

struct estimate {
    struct estimate_role roles[ESTIMATE_ROLES];
    unsigned nodes;            /* model steps of "at most" */
    double seconds[ESTIMATES]; /* at `latency_s` a call and the task's concurrency */
    double latency_s;
};

/* `models`: opened, in the order of task.models. */
struct estimate estimate_run(
    const struct task *task, const struct workflow *start, const struct llm_model *const *models);
/* Of all roles. */
uint64_t estimate_calls(const struct estimate *estimate, int column);
uint64_t estimate_tokens(const struct estimate *estimate, int column);
bool estimate_has_usd(const struct estimate *estimate); /* every role's model has a price */
double estimate_usd(const struct estimate *estimate, int column);

/* For run_started and --dry-run --json: executor_calls, meta_calls, tokens, usd (null: a price is
 * missing), usd_executor, usd_meta, each [likely, at most]; nodes. */
cJSON *estimate_to_json(const struct estimate *estimate);
char *estimate_to_text(
    const struct estimate *estimate); /* a few lines for a person; the caller's */

#endif
