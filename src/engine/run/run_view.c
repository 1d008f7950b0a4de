#include "run_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "view_fold.h"

void run_view_init(struct run_view *view)
{
    *view = (struct run_view){ 0 };
    view->start_validation = view->last_validation = view->best_validation = NAN;
    view->batch_score = view->start_test = view->test = NAN;
    view->sitting_t = view->still_t = -1;
    view->current = view->best = VIEW_NONE;
    view->index = mem_zalloc(1, sizeof *view->index);
}

static void free_lists(struct run_view *view)
{
    for (size_t i = 0; i < view->workflows.count; i++)
        view_workflow_free(&view->workflows.items[i]);
    for (size_t i = 0; i < view->log.count; i++)
        free(view->log.items[i].text);
    for (size_t i = 0; i < view->proposal_list.count; i++) {
        free(view->proposal_list.items[i].reason);
        free(view->proposal_list.items[i].changes);
    }
    free(view->workflows.items);
    free(view->examples.items);
    free(view->rollouts.items);
    free(view->scores.items);
    free(view->gradient_list.items);
    free(view->froms.items);
    free(view->proposal_list.items);
    free(view->evidence.items);
    free(view->behind.items);
    free(view->log.items);
    free(view->rates.items);
    free(view->live.items);
    free(view->node_calls.items);
}

void run_view_free(struct run_view *view)
{
    free_lists(view);
    cJSON_Delete(view->pending);
    view_index_free(view->index);
    *view = (struct run_view){ 0 };
}

/* ---- members ---- */

const cJSON *view_member(const cJSON *event, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(event, name);
}

double view_number(const cJSON *event, const char *name, double fallback)
{
    const cJSON *item = view_member(event, name);

    return cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : fallback;
}

double view_score(const cJSON *item)
{
    return cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : NAN;
}

unsigned view_count(const cJSON *event, const char *name)
{
    double value = view_number(event, name, 0);

    return value > 0 && value < 4e9 ? (unsigned)value : 0;
}

uint64_t view_amount(const cJSON *event, const char *name)
{
    double value = view_number(event, name, 0);

    return value > 0 && value < 9e15 ? (uint64_t)value : 0;
}

const char *view_string(const cJSON *event, const char *name)
{
    return cJSON_GetStringValue(view_member(event, name));
}

void view_copy(char *to, size_t size, const cJSON *event, const char *name)
{
    const char *text = view_string(event, name);
    size_t len;

    if (text == NULL)
        return;
    len = strnlen(text, size);
    if (len == size) /* not within a character */
        for (len = size - 1; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
            len--;
    memcpy(to, text, len);
    to[len] = '\0';
}

/* ---- the fold ---- */

/* The frequent ones first. */
static const struct {
    const char *type;
    view_reducer *apply;
} reducers[] = {
    { "gradient", view_on_gradient },
    { "calls", view_on_calls },
    { "node", view_on_node },
    { "node_calls", view_on_node_calls },
    { "phase", view_on_phase },
    { "workflow_gradient", view_on_workflow_gradient },
    { "rollout", view_on_rollout },
    { "workflow", view_on_workflow },
    { "proposal", view_on_proposal },
    { "decision", view_on_decision },
    { "batch_started", view_on_batch_started },
    { "validation", view_on_validation },
    { "run_started", view_on_run_started },
    { "baseline", view_on_baseline },
    { "test", view_on_test },
    { "warning", view_on_warning },
    { "sitting", view_on_sitting },
    { "waiting", view_on_waiting },
    { "wishes", view_on_wishes },
    { "paused", view_on_paused },
    { "stopped", view_on_stopped },
    { "run_finished", view_on_run_finished },
};

/* One walk over the head: "t" and "type" stand at the front of an event. */
static const char *read_head(struct run_view *view, const cJSON *event)
{
    const char *type = NULL;
    bool has_time = false;
    const cJSON *item;

    cJSON_ArrayForEach(item, event)
    {
        const char *name = item->string != NULL ? item->string : "";

        if (strcmp(name, "seq") == 0) {
            view->facts++;
        } else if (strcmp(name, "t") == 0) {
            has_time = true;
            if (item->valuedouble >= 0 && item->valuedouble < 9e15)
                view->t = (int64_t)item->valuedouble;
        } else if (strcmp(name, "type") == 0) {
            type = cJSON_GetStringValue(item);
        }
        if (type != NULL && has_time)
            break;
    }
    return type;
}

void run_view_apply(struct run_view *view, const cJSON *event)
{
    const char *type = read_head(view, event);

    for (size_t i = 0; type != NULL && i < sizeof reducers / sizeof reducers[0]; i++)
        if (strcmp(type, reducers[i].type) == 0) {
            reducers[i].apply(view, event);
            view_note_standstill(view);
            return;
        }
}

/* ---- what follows from it ---- */

bool run_view_has_progress(const struct run_view *view)
{
    return (view->batch == 0 && !view->is_past) || run_view_total(view).requests > 0;
}

bool run_view_has_costs(const struct run_view *view)
{
    return view->is_derived || run_view_has_progress(view);
}

struct view_cost run_view_total(const struct run_view *view)
{
    struct view_cost total = { 0 };

    for (int i = 0; i < VIEW_ROLES; i++) {
        total.calls += view->cost[i].calls;
        total.requests += view->cost[i].requests;
        total.tokens += view->cost[i].tokens;
        total.usd += view->cost[i].usd;
    }
    return total;
}

double run_view_cached_share(const struct run_view *view)
{
    struct view_cost total = run_view_total(view);

    if (total.requests <= total.calls)
        return 0;
    return (double)(total.requests - total.calls) / (double)total.requests;
}

static double share_at(const struct run_view *view, unsigned batch, unsigned round, unsigned step)
{
    double steps = view->inner_steps + (view->outer ? 1 : 0);
    double rounds = view->rounds;
    double of_batch;

    if (view->batches == 0 || batch == 0 || steps < 1 || rounds < 1)
        return 0;
    of_batch = round > 0 ? ((round - 1) * steps + step) / (rounds * steps) : 0;
    return (batch - 1 + (of_batch < 1 ? of_batch : 1)) / view->batches;
}

double run_view_share_done(const struct run_view *view)
{
    return view->finished ? 1 : share_at(view, view->batch, view->round, view->step);
}

double run_view_share_by(const struct run_view *view, int64_t t)
{
    for (size_t i = view->rollouts.count; i-- > 0;) {
        const struct view_rollout *pass = &view->rollouts.items[i];

        if (pass->t <= t && !pass->validation && !pass->test && run_view_is_of_schedule(pass))
            return share_at(view, pass->batch, pass->round, pass->step);
    }
    return 0;
}

double run_view_seconds_left(const struct run_view *view)
{
    double share = run_view_share_done(view);
    double gained = share - view->sitting_share;
    int64_t now = view->still_t >= 0 ? view->still_t : view->t;

    if (view->sitting_t < 0 || gained <= 0.01 || now < view->sitting_t)
        return NAN;
    return (double)(now - view->sitting_t) / 1000 * (1 - share) / gained;
}

bool run_view_is_of_schedule(const struct view_rollout *pass)
{
    return pass->proposal == 0 && !pass->under_way;
}

/* The first of the gradients that do not belong to an earlier rollout. */
static size_t first_of_rollout(const struct run_view *view, int rollout)
{
    size_t low = 0, high = view->gradient_list.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (view->gradient_list.items[middle].rollout < rollout)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void run_view_gradients_of(
    const struct run_view *view, int rollout, int example, uint32_t *first, uint32_t *count)
{
    const struct view_gradient *items = view->gradient_list.items;
    size_t total = view->gradient_list.count;
    size_t at = first_of_rollout(view, rollout);

    while (at < total && items[at].rollout == rollout && items[at].example != example)
        at++;
    *first = (uint32_t)at;
    while (at < total && items[at].rollout == rollout && items[at].example == example)
        at++;
    *count = (uint32_t)at - *first;
}

double run_view_score_of(const struct run_view *view, int rollout, int example)
{
    const struct view_rollout *at;

    if (rollout < 0 || (size_t)rollout >= view->rollouts.count)
        return NAN;
    at = &view->rollouts.items[rollout];
    for (uint32_t i = 0; i < at->score_count; i++)
        if (view->scores.items[at->first_score + i].example == example)
            return view->scores.items[at->first_score + i].score;
    return NAN;
}
