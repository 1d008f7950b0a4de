#include "node_state.h"

#include <math.h>
#include <stdio.h>
#include "str.h"

const struct view_workflow *view_current(const struct run_view *view)
{
    if (view->current < 0 || (size_t)view->current >= view->workflows.count)
        return NULL;
    return &view->workflows.items[view->current];
}

static const char *id_of(const struct run_view *view, int workflow, int node)
{
    const struct view_workflow *of = workflow >= 0 && (size_t)workflow < view->workflows.count
                                         ? &view->workflows.items[workflow]
                                         : NULL;

    return of != NULL && node >= 0 && (size_t)node < of->count ? of->nodes[node].id : NULL;
}

static const struct view_live *live_of(const struct run_view *view, const char *id)
{
    for (size_t i = 0; i < view->live.count; i++)
        if (view->live.items[i].id == id)
            return &view->live.items[i];
    return NULL;
}

static const struct view_node_calls *calls_of(const struct run_view *view, const char *id)
{
    for (size_t i = 0; i < view->node_calls.count; i++)
        if (view->node_calls.items[i].id == id)
            return &view->node_calls.items[i];
    return NULL;
}

/* The last rollout of a batch; VIEW_NONE: none yet. */
static int last_rollout(const struct run_view *view)
{
    for (size_t i = view->rollouts.count; i > 0; i--)
        if (!view->rollouts.items[i - 1].validation && !view->rollouts.items[i - 1].test &&
            run_view_is_of_schedule(&view->rollouts.items[i - 1]))
            return (int)i - 1;
    return VIEW_NONE;
}

/* Whether the last proposal came after gradient `at`. */
static bool is_used(const struct run_view *view, size_t at)
{
    const struct view_proposal *last;

    if (view->proposal_list.count == 0)
        return false;
    last = &view->proposal_list.items[view->proposal_list.count - 1];
    for (uint32_t i = 0; i < last->gradient_count; i++)
        if (view->behind.items[last->first_gradient + i] >= at)
            return true;
    return false;
}

static unsigned waiting_gradients(const struct run_view *view, const char *id)
{
    int rollout = last_rollout(view);
    unsigned count = 0;

    if (rollout == VIEW_NONE || view->finished ||
        view->rollouts.items[rollout].batch != view->batch)
        return 0; /* what a batch leaves over is not used later */
    for (size_t i = view->gradient_list.count; i > 0; i--) {
        const struct view_gradient *gradient = &view->gradient_list.items[i - 1];

        if (gradient->rollout != rollout)
            break;
        if (gradient->node != VIEW_NONE &&
            str_equal(id_of(view, view->rollouts.items[rollout].workflow, gradient->node), id) &&
            !is_used(view, i - 1))
            count++;
    }
    return count;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool same_tools(const cJSON *tools, const struct view_node *node)
{
    size_t count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, tools)
    {
        if (count >= node->tool_count || !str_equal(cJSON_GetStringValue(item), node->tools[count]))
            return false;
        count++;
    }
    return count == node->tool_count;
}

static bool same_inputs(const cJSON *inputs, const struct view_node *node)
{
    size_t count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, inputs)
    {
        if (count >= node->input_count ||
            !str_equal(cJSON_GetStringValue(item), node->inputs[count].name))
            return false;
        count++;
    }
    return count == node->input_count;
}

static bool has_name(const cJSON *names, const char *name)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, names)
    {
        if (str_equal(cJSON_GetStringValue(item), name))
            return true;
    }
    return false;
}

static bool is_known(const struct view_workflow *workflow, const char *id)
{
    for (size_t i = 0; i < workflow->count; i++)
        if (str_equal(workflow->nodes[i].id, id))
            return true;
    return false;
}

static bool is_changed(const cJSON *item, const struct view_node *node)
{
    const char *prompt = cJSON_GetStringValue(member(item, "prompt"));

    return !str_equal(prompt != NULL ? prompt : "", node->prompt) ||
           !same_inputs(member(item, "inputs"), node) || !same_tools(member(item, "tools"), node);
}

/* The node would be another one, be gone, or be read by one that is new. */
static bool is_proposed(
    const struct run_view *view, const struct view_workflow *workflow, const struct view_node *node)
{
    const cJSON *nodes = member(member(view->pending, "workflow"), "nodes");
    bool is_there = false;
    const cJSON *item;

    if (!cJSON_IsArray(nodes))
        return false;
    cJSON_ArrayForEach(item, nodes)
    {
        const char *id = cJSON_GetStringValue(member(item, "id"));
        bool is_same = str_equal(id, node->id);

        is_there = is_there || is_same;
        if (is_same ? is_changed(item, node)
                    : !is_known(workflow, id) && has_name(member(item, "inputs"), node->id))
            return true;
    }
    return !is_there;
}

/* Without a pass under way: what became of it so far. */
static enum node_work work_before(const struct view_node_calls *calls)
{
    if (calls->done == 0 && calls->failed > 0)
        return NODE_FAILED;
    return calls->done > 0 ? NODE_DONE : NODE_IDLE;
}

static enum node_work work_of(const struct run_view *view, const struct node_state *state)
{
    const struct view_live *live = &state->live;

    if (live->running > 0)
        return NODE_RUNNING;
    if (live->waiting + live->queued > 0 && (view->paused || view->pending != NULL))
        return NODE_HELD;
    if (live->waiting + live->queued > 0)
        return NODE_WAITING;
    if (live->failed > 0)
        return NODE_FAILED;
    return live->done > 0 ? NODE_DONE : work_before(&state->calls);
}

static double failed_share(const struct run_view *view, const struct node_state *state)
{
    double failed = (double)state->calls.failed + state->live.failed;
    double through = failed + (double)state->calls.done + state->live.done;

    return view->has_node_calls && through > 0 ? failed / through : NAN;
}

struct node_state node_state_of(const struct run_view *view, int node)
{
    const struct view_workflow *workflow = view_current(view);
    struct node_state state = { .failed_share = NAN };
    const struct view_node *of;
    const struct view_live *live;
    const struct view_node_calls *calls;

    if (workflow == NULL || node < 0 || (size_t)node >= workflow->count)
        return state;
    of = &workflow->nodes[node];
    if ((calls = calls_of(view, of->id)) != NULL)
        state.calls = *calls;
    /* the last progress may be from before the end */
    if (!view->finished && !view->stopped && (live = live_of(view, of->id)) != NULL)
        state.live = *live;
    state.examples = state.live.waiting + state.live.queued + state.live.running + state.live.done +
                     state.live.failed + state.live.skipped;
    state.work = work_of(view, &state);
    state.failed_share = failed_share(view, &state);
    state.gradients = waiting_gradients(view, of->id);
    state.proposed = is_proposed(view, workflow, of);
    return state;
}

struct graph_glyph node_state_glyph(const struct node_state *state, unsigned frame)
{
    static const uint16_t spinner[] = { 0x280B, 0x2819, 0x2839, 0x2838, 0x283C, 0x2834, 0x2826,
        0x2827, 0x2807, 0x280F };
    static const struct graph_glyph glyphs[] = {
        [NODE_IDLE] = { 0x00B7, '.', ROLE_DIM },
        [NODE_WAITING] = { 0x25CB, 'o', ROLE_DIM },
        [NODE_RUNNING] = { 0, '>',
            ROLE_RUNNING }, /* a spinner; in ASCII it could be read as an edge */
        [NODE_DONE] = { 0x2713, '*', ROLE_OK },
        [NODE_FAILED] = { 0x2717, 'x', ROLE_ERROR },
        [NODE_HELD] = { 0x2016, '=', ROLE_WARNING },
    };
    struct graph_glyph glyph = glyphs[state->work];

    if (state->work == NODE_RUNNING)
        glyph.code = spinner[frame % 10];
    return glyph;
}

const char *node_state_word(const struct node_state *state)
{
    static const char *const words[] = { [NODE_IDLE] = "idle",
        [NODE_WAITING] = "waiting",
        [NODE_RUNNING] = "running",
        [NODE_DONE] = "done",
        [NODE_FAILED] = "done, some failed",
        [NODE_HELD] = "held" };

    return words[state->work];
}

/* ---- failed examples ---- */

static bool is_failed(double score)
{
    return isnan(score) || score < 0.5;
}

static int node_named(const struct run_view *view, int workflow, const char *id)
{
    for (int i = 0; id_of(view, workflow, i) != NULL; i++)
        if (str_equal(id_of(view, workflow, i), id))
            return i;
    return VIEW_NONE;
}

static bool last_failed_at(
    const struct run_view *view, const char *id, struct node_failure *failure)
{
    for (size_t i = view->gradient_list.count; i > 0; i--) {
        const struct view_gradient *gradient = &view->gradient_list.items[i - 1];
        int workflow =
            gradient->rollout >= 0 ? view->rollouts.items[gradient->rollout].workflow : VIEW_NONE;

        if (gradient->node == VIEW_NONE || !str_equal(id_of(view, workflow, gradient->node), id) ||
            !is_failed(run_view_score_of(view, gradient->rollout, gradient->example)))
            continue;
        *failure = (struct node_failure){ gradient->rollout, gradient->example, gradient->node };
        return true;
    }
    return false;
}

bool node_last_failed(const struct run_view *view, int node, struct node_failure *failure)
{
    const char *id = id_of(view, view->current, node);

    if (id != NULL && last_failed_at(view, id, failure))
        return true;
    for (size_t i = view->rollouts.count; i > 0; i--) {
        const struct view_rollout *of = &view->rollouts.items[i - 1];

        for (uint32_t j = of->proposal > 0 ? 0 : of->score_count; j > 0; j--) {
            const struct view_score *score = &view->scores.items[of->first_score + j - 1];

            if (!is_failed(score->score))
                continue;
            *failure = (struct node_failure){ (int)i - 1, score->example,
                id != NULL ? node_named(view, of->workflow, id) : VIEW_NONE };
            return true;
        }
    }
    return false;
}

const char *duration_text(double ms, char text[16])
{
    if (!(ms > 0))
        (void)snprintf(text, 16, "-");
    else if (ms < 1000)
        (void)snprintf(text, 16, "%.0f ms", ms);
    else if (ms < 90e3)
        (void)snprintf(text, 16, "%.1f s", ms / 1e3);
    else if (ms < 5400e3)
        (void)snprintf(text, 16, "%.0f min", ms / 60e3);
    else
        (void)snprintf(text, 16, "%.1f h", ms / 3600e3);
    return text;
}
