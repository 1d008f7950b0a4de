/* The fold of progress: what is shown while it happens and is no part of the run's result. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "view_fold.h"

enum { RATES_MAX = 600 };

void view_read_costs(struct run_view *view, const cJSON *event)
{
    static const char *const roles[VIEW_ROLES] = { "executor", "meta", "judge", "tool" };

    for (int i = 0; i < VIEW_ROLES; i++) {
        const cJSON *role = view_member(event, roles[i]);

        view->cost[i].calls = view_amount(role, "calls");
        view->cost[i].requests = view_amount(role, "requests");
        view->cost[i].tokens = view_amount(role, "tokens");
        view->cost[i].usd = view_number(role, "usd", 0);
    }
}

static void keep_rate(struct run_view *view)
{
    if (view->rates.count == RATES_MAX) {
        memmove(view->rates.items, view->rates.items + 1, (RATES_MAX - 1) * sizeof(float));
        view->rates.count--;
    }
    ARRAY_PUSH(&view->rates, (float)view->calls_per_s);
    view->rates_told++;
}

void view_on_calls(struct run_view *view, const cJSON *event)
{
    view_read_costs(view, event);
    view->in_flight = view_count(event, "in_flight");
    view->waiting = view_count(event, "waiting");
    view->calls_per_s = view_number(event, "calls_per_s", 0);
    view->p50_ms = view_count(event, "p50_ms");
    view->p95_ms = view_count(event, "p95_ms");
    view->paid = view_amount(event, "paid");
    view->failed = view_amount(event, "failed");
    view->retries = view_amount(event, "retries");
    keep_rate(view);
    if (view->paid > 0 && view->sitting_t < 0) {
        view->sitting_t = view->t;
        view->sitting_share = run_view_share_done(view);
    }
}

/* [waiting, running, done, failed, calls, p50_ms, p95_ms] */
static struct view_live read_live(const cJSON *row)
{
    double numbers[7] = { 0 };
    const cJSON *item = cJSON_IsArray(row) ? row->child : NULL;

    for (int i = 0; i < 7 && item != NULL; i++, item = item->next)
        if (cJSON_IsNumber(item) && item->valuedouble > 0 && item->valuedouble < 4e9)
            numbers[i] = item->valuedouble;
    return (struct view_live){ (unsigned)numbers[0], (unsigned)numbers[1], (unsigned)numbers[2],
        (unsigned)numbers[3], (uint64_t)numbers[4], (unsigned)numbers[5], (unsigned)numbers[6] };
}

static bool is_stated(const struct run_view *view, unsigned pass)
{
    for (size_t i = view->rollouts.count; i-- > 0;)
        if (view->rollouts.items[i].pass == pass)
            return true;
    return false;
}

/* The traces of its examples are in the file as these end: it is a pass like the others. */
static void show_under_way(struct run_view *view, const cJSON *event)
{
    struct view_rollout pass = {
        .t = view->t,
        .epoch = view->epoch,
        .batch = view->batch,
        .under_way = true,
        .validation = strcmp(view->live_label, "validation") == 0,
        .test = strncmp(view->live_label, "test", 4) == 0,
        .workflow = view->live_workflow,
        .pass = view_count(event, "pass"),
        .score = NAN,
    };

    view_drop_under_way(view);
    if (cJSON_IsNumber(view_member(event, "pass")) && pass.workflow != VIEW_NONE &&
        !is_stated(view, pass.pass))
        view_add_pass(view, &pass);
}

void view_on_node(struct run_view *view, const cJSON *event)
{
    const cJSON *rows = view_member(event, "nodes");
    int workflow = view_workflow_of(view, event, "workflow");
    const cJSON *row = cJSON_IsArray(rows) ? rows->child : NULL;
    size_t count = workflow != VIEW_NONE ? view->workflows.items[workflow].count : 0;

    free(view->live);
    view->live = NULL;
    view->live_count = count;
    view->live_workflow = workflow;
    view->live_label[0] = '\0';
    view_copy(view->live_label, sizeof view->live_label, event, "label");
    view->live_done = view_count(event, "done");
    view->live_examples = view_count(event, "examples");
    if (count > 0)
        view->live = mem_zalloc(count, sizeof *view->live);
    for (size_t i = 0; i < count && row != NULL; i++, row = row->next)
        view->live[i] = read_live(row);
    show_under_way(view, event);
}

void view_on_phase(struct run_view *view, const cJSON *event)
{
    view_copy(view->phase, sizeof view->phase, event, "phase");
}

/* What this sitting may spend; how it decides. */
void view_on_sitting(struct run_view *view, const cJSON *event)
{
    const cJSON *limits = view_member(event, "limits");

    view->limit_calls = view_amount(limits, "calls");
    view->limit_tokens = view_amount(limits, "tokens");
    view->limit_usd = view_number(limits, "usd", 0);
    view->limit_wall_s = view_number(limits, "wall_s", 0);
    view_copy(view->review, sizeof view->review, event, "review");
}

static void keep_pending(struct run_view *view, const cJSON *event)
{
    const cJSON *pending = view_member(event, "pending");

    cJSON_Delete(view->pending);
    view->pending = cJSON_IsObject(pending) ? cJSON_Duplicate(pending, true) : NULL;
}

void view_on_waiting(struct run_view *view, const cJSON *event)
{
    keep_pending(view, event);
    if (view->pending != NULL)
        view_log(view, TONE_WARNING,
            (struct view_about){ VIEW_NONE, (int)view->proposal_list.count - 1, VIEW_NONE },
            "proposal %u waits for your decision", view_count(view->pending, "proposal"));
}

void view_on_paused(struct run_view *view, const cJSON *event)
{
    view->paused = cJSON_IsTrue(view_member(event, "paused"));
    view_log(view, TONE_INFO, ABOUT_NOTHING, view->paused ? "paused" : "goes on");
}

void view_on_stopped(struct run_view *view, const cJSON *event)
{
    view->stopped = true;
    view_copy(view->why, sizeof view->why, event, "why");
    keep_pending(view, event);
    view_log(view, TONE_WARNING, ABOUT_NOTHING, "stopped: %s", view->why);
}
