/* The fold of progress: what is shown while it happens and is no part of the run's result. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "llm.h"
#include "mem.h"
#include "view_fold.h"

enum { RATES_MAX = 600 };

_Static_assert((int)VIEW_ROLES == (int)LLM_ROLES, "a view has the costs of each role");

void view_read_costs(struct run_view *view, const cJSON *event)
{
    for (int i = 0; i < VIEW_ROLES; i++) {
        const cJSON *role = view_member(event, llm_role_name((enum llm_role)i));

        view->cost[i].calls = view_amount(role, "calls");
        view->cost[i].requests = view_amount(role, "requests");
        view->cost[i].tokens = view_amount(role, "tokens");
        view->cost[i].usd = view_number(role, "usd", 0);
    }
}

static void keep_rate(struct run_view *view)
{
    if (view->rates.count == RATES_MAX) {
        memmove(
            view->rates.items, view->rates.items + 1, (RATES_MAX - 1) * sizeof *view->rates.items);
        view->rates.count--;
    }
    ARRAY_PUSH(&view->rates, ((struct view_rate){ view->t, view->calls_per_s }));
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
    view->cut = view_amount(event, "cut");
    view->odd = view_amount(event, "odd");
    keep_rate(view);
    if (view->paid > 0 && view->sitting_t < 0) {
        /* whoever watches comes later, and reckons from the same place */
        bool is_told = view_member(event, "since") != NULL;

        view->sitting_t = (int64_t)view_number(event, "since", (double)view->t);
        view->sitting_share =
            is_told ? run_view_share_by(view, view->sitting_t) : run_view_share_done(view);
    }
}

/* The first `count` numbers of an array; what is none is 0. */
static void read_numbers(const cJSON *array, uint64_t *numbers, int count)
{
    const cJSON *item = cJSON_IsArray(array) ? array->child : NULL;

    for (int i = 0; i < count; i++, item = item != NULL ? item->next : NULL) {
        double number = cJSON_GetNumberValue(item); /* NAN where it is none */

        numbers[i] = number > 0 && number < 4e9 ? (uint64_t)number : 0;
    }
}

static bool is_stated(const struct run_view *view, unsigned pass)
{
    for (size_t i = view->rollouts.count; i-- > 0;)
        if (view->rollouts.items[i].pass == pass && !view->rollouts.items[i].under_way)
            return true;
    return false;
}

/* [label, done, examples] */
static void add_pass(struct run_view *view, const cJSON *row)
{
    const char *label = cJSON_GetStringValue(cJSON_IsArray(row) ? row->child : NULL);
    struct view_pass *pass = &view->passes[view->pass_count];
    uint64_t numbers[3];

    if (view->pass_count == VIEW_PASSES || label == NULL)
        return;
    read_numbers(row, numbers, 3);
    *pass = (struct view_pass){ .done = (unsigned)numbers[1], .examples = (unsigned)numbers[2] };
    (void)snprintf(pass->label, sizeof pass->label, "%s", label);
    view->pass_count++;
}

/* [waiting, queued, running, done, failed, skipped] */
static void add_live(struct run_view *view, const char *id, const cJSON *row)
{
    uint64_t numbers[6];

    read_numbers(row, numbers, 6);
    ARRAY_PUSH(
        &view->live, ((struct view_live){ view_index_keep(view->index, id), (unsigned)numbers[0],
                         (unsigned)numbers[1], (unsigned)numbers[2], (unsigned)numbers[3],
                         (unsigned)numbers[4], (unsigned)numbers[5] }));
}

/* Where nothing is under way, one that never was stated is one that was cut: its traces can still
 * be read. */
static void settle_under_way(struct run_view *view)
{
    const struct view_rollout *last =
        view->rollouts.count > 0 ? &view->rollouts.items[view->rollouts.count - 1] : NULL;

    if (last != NULL && last->under_way && is_stated(view, last->pass))
        view_drop_under_way(view);
}

/* The traces of its examples are in the file as these end: it is a pass like the others. */
static void show_under_way(struct run_view *view, const cJSON *event)
{
    const char *label = view->passes[view->pass_count - 1].label; /* the newest */
    struct view_rollout pass = {
        .t = view->t,
        .epoch = view->epoch,
        .batch = view->batch,
        .under_way = true,
        .validation = strcmp(label, "validation") == 0,
        .test = strncmp(label, "test", 4) == 0,
        .workflow = view_workflow_of(view, event, "workflow"),
        .pass = view_count(event, "pass"),
        .score = NAN,
    };

    (void)sscanf(label, "b%u r%u s%u", &pass.batch, &pass.round, &pass.step);
    view_drop_under_way(view);
    if (cJSON_IsNumber(view_member(event, "pass")) && pass.workflow != VIEW_NONE &&
        !is_stated(view, pass.pass))
        view_add_pass(view, &pass);
}

/* Its workflow need not have been stated: the one that a proposal makes runs before it is. */
void view_on_node(struct run_view *view, const cJSON *event)
{
    const cJSON *passes = view_member(event, "passes"), *item;
    const cJSON *ids = view_member(event, "ids"), *nodes = view_member(event, "nodes");
    const cJSON *id = cJSON_IsArray(ids) ? ids->child : NULL;
    const cJSON *row = cJSON_IsArray(nodes) ? nodes->child : NULL;

    view->pass_count = 0;
    view->live.count = 0;
    if (cJSON_IsArray(passes))
        cJSON_ArrayForEach(item, passes) add_pass(view, item);
    for (; id != NULL && row != NULL; id = id->next, row = row->next)
        if (cJSON_IsString(id))
            add_live(view, id->valuestring, row);
    if (view->pass_count > 0)
        show_under_way(view, event);
    else
        settle_under_way(view);
}

/* [calls, p50_ms, p95_ms, done, failed] */
void view_on_node_calls(struct run_view *view, const cJSON *event)
{
    const cJSON *nodes = view_member(event, "nodes"), *row;

    view->node_calls.count = 0;
    view->has_node_calls = true;
    if (!cJSON_IsObject(nodes))
        return;
    cJSON_ArrayForEach(row, nodes)
    {
        uint64_t numbers[5];

        read_numbers(row, numbers, 5);
        ARRAY_PUSH(&view->node_calls,
            ((struct view_node_calls){ view_index_keep(view->index, row->string), numbers[0],
                numbers[3], numbers[4], (unsigned)numbers[1], (unsigned)numbers[2] }));
    }
}

/* What a person wants that has not come true yet. */
void view_on_wishes(struct run_view *view, const cJSON *event)
{
    bool stop = cJSON_IsTrue(view_member(event, "stop"));
    const char *id = view_string(event, "revert");

    if (view->finished) /* the last progress is from before the end */
        return;
    if (stop && !view->stopping)
        view_log(view, TONE_DECISION, ABOUT_NOTHING,
            "stopping: the search ends here, the best so far is tested and kept");
    view->stopping = stop;
    if (id == NULL || strcmp(id, view->going_back) == 0)
        return;
    if (id[0] != '\0')
        view_log(view, TONE_DECISION,
            (struct view_about){ VIEW_NONE, VIEW_NONE, view_workflow_of(view, event, "revert") },
            "workflow %.8s becomes the current one at the next batch%s", id,
            view->going_back[0] != '\0' ? ", in place of the one chosen before" : "");
    view_copy(view->going_back, sizeof view->going_back, event, "revert");
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
    unsigned before = view_count(view->pending, "proposal");

    keep_pending(view, event);
    if (view->pending != NULL && view_count(view->pending, "proposal") != before)
        view_log(view, TONE_WARNING,
            (struct view_about){ VIEW_NONE, (int)view->proposal_list.count - 1, VIEW_NONE },
            "proposal %u waits for your decision", view_count(view->pending, "proposal"));
}

void view_on_paused(struct run_view *view, const cJSON *event)
{
    bool paused = cJSON_IsTrue(view_member(event, "paused"));

    if (paused == view->paused)
        return;
    view->paused = paused;
    view_log(view, TONE_INFO, ABOUT_NOTHING, view->paused ? "paused" : "goes on");
}

void view_note_standstill(struct run_view *view)
{
    bool stands = view->paused || view->pending != NULL;
    int64_t from = view->still_t > view->sitting_t ? view->still_t : view->sitting_t;

    if (stands && view->still_t < 0) {
        view->still_t = view->t;
    } else if (!stands && view->still_t >= 0) {
        view->sitting_t += view->sitting_t >= 0 ? view->t - from : 0;
        view->still_t = -1;
    }
}

void run_view_go_on(struct run_view *view)
{
    if (!view->stopped)
        return;
    view->stopped = false;
    view->why[0] = '\0';
    cJSON_Delete(view->pending);
    view->pending = NULL;
    view_log(view, TONE_INFO, ABOUT_NOTHING, "another process goes on with it");
}

void view_on_stopped(struct run_view *view, const cJSON *event)
{
    view->stopped = true;
    view_copy(view->why, sizeof view->why, event, "why");
    keep_pending(view, event);
    view_log(view, TONE_WARNING, ABOUT_NOTHING, "stopped: %s", view->why);
}
