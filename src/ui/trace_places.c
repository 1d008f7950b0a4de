#include "trace_places.h"

#include <ctype.h>
#include <string.h>

/* ---- passes ---- */

int newest_pass(const struct run_view *view)
{
    for (size_t i = view->rollouts.count; i-- > 0;) {
        const struct view_rollout *pass = &view->rollouts.items[i];

        if (!pass->validation && !pass->test && run_view_is_of_schedule(pass))
            return (int)i;
    }
    return (int)view->rollouts.count - 1;
}

static bool has_example(const struct run_view *view, const struct view_rollout *pass, int example)
{
    for (uint32_t i = 0; i < pass->score_count; i++)
        if (view->scores.items[pass->first_score + i].example == example)
            return true;
    return false;
}

int newest_pass_with(const struct run_view *view, int example)
{
    for (size_t i = view->rollouts.count; i-- > 0;) {
        const struct view_rollout *pass = &view->rollouts.items[i];

        if (run_view_is_of_schedule(pass) && has_example(view, pass, example))
            return (int)i;
    }
    return VIEW_NONE;
}

/* Events tell nothing of the examples of a validation: each is of the whole split. */
int pass_before(const struct run_view *view, int rollout, int example)
{
    const struct view_rollout *now = &view->rollouts.items[rollout];

    for (int i = rollout - 1; i >= 0; i--) {
        const struct view_rollout *pass = &view->rollouts.items[i];

        if (pass->test == now->test && pass->validation == now->validation &&
            run_view_is_of_schedule(pass) && pass->pass != now->pass &&
            (now->validation || has_example(view, pass, example)))
            return i;
    }
    return VIEW_NONE;
}

/* ---- examples ---- */

/* How well an id fits what was typed; 0: not at all. */
static int fit_of(const char *id, const char *typed)
{
    size_t len = strlen(id), end = strlen(typed);

    if (strcmp(id, typed) == 0)
        return 3;
    if (len > end && strcmp(id + len - end, typed) == 0 &&
        !isalnum((unsigned char)id[len - end - 1]))
        return 2;
    return strstr(id, typed) != NULL;
}

int example_like(const struct run_view *view, const char *typed)
{
    int best = 0, found = VIEW_NONE;

    for (size_t i = 0; i < view->examples.count; i++) {
        int fit = fit_of(view->examples.items[i].id, typed);

        if (fit > best && newest_pass_with(view, (int)i) >= 0) {
            best = fit;
            found = (int)i;
        }
    }
    return found;
}

/* ---- links ---- */

struct place resolve_place(const struct run_view *view, const struct place *place)
{
    struct place at = *place;

    if (at.gradient >= (int)view->gradient_list.count)
        at.gradient = VIEW_NONE;
    if (at.gradient >= 0) {
        at.rollout = view->gradient_list.items[at.gradient].rollout;
        at.example = view->gradient_list.items[at.gradient].example;
        at.node = view->gradient_list.items[at.gradient].node;
    }
    if (at.example >= (int)view->examples.count)
        at.example = VIEW_NONE;
    if (at.rollout < 0 && at.example >= 0)
        at.rollout = newest_pass_with(view, at.example);
    if (at.rollout >= (int)view->rollouts.count)
        at.rollout = VIEW_NONE;
    return at;
}
