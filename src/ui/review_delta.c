/* What a proposal changes, and what was done to that so far. */
#include "review_state.h"

#include <string.h>

static struct delta *edited_delta(const cJSON *pending, const char *workflow)
{
    struct delta *delta = delta_of_pending(pending);
    cJSON *json = cJSON_Parse(workflow);
    cJSON *nodes = cJSON_DetachItemFromObjectCaseSensitive(json, "nodes");
    struct delta *edited = NULL;

    if (delta != NULL && nodes != NULL)
        edited = delta_new(cJSON_Duplicate(delta->before, true), nodes);
    delta_free(delta);
    cJSON_Delete(json);
    return edited;
}

struct delta *review_make_delta(struct review *review)
{
    const struct draft *draft = drafts_current(&review->drafts);
    struct delta *delta = draft->workflow != NULL ? edited_delta(review->drafted, draft->workflow)
                                                  : delta_of_pending(review->drafted);

    if (delta != NULL)
        draft_replay(draft, delta);
    return delta;
}

struct delta *review_waiting_delta(struct review *review)
{
    struct delta *delta;

    if (review->drafts.proposal == review_waiting(review))
        return review_make_delta(review);
    delta = delta_of_pending(ui_view(review->ui)->pending);
    if (delta == NULL)
        return NULL;
    review_keep_edits(review);
    cJSON_Delete(review->drafted);
    review->drafted = cJSON_Duplicate(ui_view(review->ui)->pending, true);
    drafts_begin(&review->drafts, review_waiting(review), delta->count);
    return delta;
}

struct delta *review_decided_delta(
    struct review *review, const struct view_proposal *proposal, bool *waits)
{
    const struct run_view *view = ui_view(review->ui);
    struct reader *reader = ui_reader(review->ui);
    const struct view_workflow *workflows = view->workflows.items;
    const struct text *fact;
    struct delta *delta = NULL;
    cJSON *json;

    if (proposal->before == VIEW_NONE || reader == NULL)
        return NULL;
    if (proposal->verdict == VIEW_EDITED && proposal->after != VIEW_NONE)
        return delta_between(&workflows[proposal->before], &workflows[proposal->after]);
    fact = reader_fact(reader, proposal->seq);
    *waits = fact == NULL;
    if (fact == NULL)
        return NULL;
    json = cJSON_ParseWithLength(fact->data, fact->len);
    if (json != NULL)
        delta = delta_of_diff(
            &workflows[proposal->before], cJSON_GetObjectItemCaseSensitive(json, "diff"));
    cJSON_Delete(json);
    return delta;
}

const enum take *review_takes(struct review *review)
{
    const struct draft *draft = drafts_current(&review->drafts);

    if (!review_shows_waiting(review) || draft == NULL || review->delta == NULL ||
        draft->count != review->delta->count)
        return NULL;
    return draft->takes;
}

bool review_is_edited(struct review *review)
{
    const struct view_proposal *proposal = review_shown(review);
    const struct draft *draft = drafts_current(&review->drafts);

    if (review_shows_waiting(review))
        return draft != NULL && review->drafts.proposal == proposal->ordinal &&
               draft_is_edited(draft);
    return proposal != NULL && proposal->verdict == VIEW_EDITED;
}
