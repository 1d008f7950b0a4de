#ifndef REPORT_H
#define REPORT_H

/* The bodies of the events that a run states itself ("type" first); the optimiser's are in
 * optimize/facts.h. The caller owns what is returned. */
#include <cjson/cJSON.h>

#include "call_log.h"
#include "client.h"
#include "conductor.h"
#include "estimate.h"
#include "optimize.h"
#include "snapshot.h"

cJSON *report_event(const char *type); /* { "type": … } */

/* run_started: task, metric, seed, models, sizes, optimizer, start workflow, estimate. Nothing that
 * a later sitting may change. */
cJSON *report_started(const struct snapshot *snapshot, const struct estimate *estimate);

/* Over all roles. */
uint64_t report_sum(const uint64_t counts[LLM_ROLES]);

/* calls: by role, in flight, waiting, paid, failed, retries, latencies; `calls_per_s` as measured
 * by the caller. */
cJSON *report_calls(
    const struct client_counts *counts, const struct latencies *latencies, double calls_per_s);

/* node: the passes under way, the oldest first, as [label, done, examples]; of the newest one its
 * workflow, its nodes' ids, and for each of them [waiting, queued, running, done, failed, skipped],
 * to which those of other passes of the same workflow are added. Queued: its call has no place in
 * flight yet. No pass: nothing but the type. */
cJSON *report_nodes(const struct conductor *conductor, const struct client *client);

/* node_calls: by id, [calls, p50_ms, p95_ms, done, failed] over the whole run. */
cJSON *report_node_calls(const struct call_log *calls);

/* sitting: what this sitting may spend, and who decides. */
cJSON *report_sitting(const struct task *task, enum review_mode review);

/* run_finished: scores (null where there is none), distinct calls, tokens, USD, by role, where the
 * best workflow was written. */
cJSON *report_finished(const struct client_counts *counts, const struct optimize_result *result,
    const char *reason, const char *workflow_path);
/* Of a run that a person stopped: what the passes that were cut short had cost by then depends on
 * the moment, so a later sitting has it from the stored fact, as it has a decision. */
void report_repeat_costs(cJSON *finished, const cJSON *expected);

#endif
