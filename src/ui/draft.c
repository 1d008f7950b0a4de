#include "draft.h"

#include <stdlib.h>
#include <string.h>

#include "json_pretty.h"
#include "mem.h"

static void drop_steps(struct draft *draft)
{
    for (size_t i = 0; i < draft->step_count; i++)
        free(draft->steps[i].text);
    free(draft->steps);
    draft->steps = NULL;
    draft->step_count = 0;
}

static void draft_free(struct draft *draft)
{
    free(draft->workflow);
    free(draft->reason);
    free(draft->takes);
    drop_steps(draft);
    *draft = (struct draft){ 0 };
}

void drafts_free(struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->count; i++)
        draft_free(&drafts->items[i]);
    drafts->count = drafts->at = 0;
    drafts->proposal = 0;
    drafts->version++;
}

void drafts_begin(struct drafts *drafts, unsigned proposal, size_t items)
{
    drafts_free(drafts);
    drafts->items[0] = (struct draft){ .count = items };
    drafts->items[0].takes = mem_zalloc(items + 1, sizeof *drafts->items[0].takes);
    drafts->count = 1;
    drafts->proposal = proposal;
}

struct draft *drafts_current(struct drafts *drafts)
{
    return drafts->count > 0 ? &drafts->items[drafts->at] : NULL;
}

static void add_step(struct draft *draft, enum draft_step_kind kind, size_t item, const char *text)
{
    draft->steps = mem_realloc(draft->steps, draft->step_count + 1, sizeof *draft->steps);
    draft->steps[draft->step_count++] = (struct draft_step){ kind, item, mem_strdup(text) };
}

static struct draft copy(const struct draft *draft)
{
    struct draft fresh = { mem_strdup(draft->workflow), mem_strdup(draft->reason),
        mem_zalloc(draft->count + 1, sizeof *fresh.takes), draft->count, NULL, 0 };

    memcpy(fresh.takes, draft->takes, draft->count * sizeof *fresh.takes);
    for (size_t i = 0; i < draft->step_count; i++)
        add_step(&fresh, draft->steps[i].kind, draft->steps[i].item, draft->steps[i].text);
    return fresh;
}

struct draft *drafts_push(struct drafts *drafts)
{
    struct draft fresh = copy(&drafts->items[drafts->at]);

    while (drafts->count > drafts->at + 1)
        draft_free(&drafts->items[--drafts->count]);
    if (drafts->count == DRAFTS) {
        draft_free(&drafts->items[0]);
        memmove(drafts->items, drafts->items + 1, --drafts->count * sizeof *drafts->items);
    }
    drafts->items[drafts->count++] = fresh;
    drafts->at = drafts->count - 1;
    drafts->version++;
    return &drafts->items[drafts->at];
}

bool drafts_undo(struct drafts *drafts)
{
    if (drafts->count == 0 || drafts->at == 0)
        return false;
    drafts->at--;
    drafts->version++;
    return true;
}

bool drafts_redo(struct drafts *drafts)
{
    if (drafts->at + 1 >= drafts->count)
        return false;
    drafts->at++;
    drafts->version++;
    return true;
}

void draft_split(struct draft *draft, size_t item, size_t more)
{
    draft->takes = mem_realloc(draft->takes, draft->count + more + 1, sizeof *draft->takes);
    memmove(draft->takes + item + more, draft->takes + item,
        (draft->count - item) * sizeof *draft->takes);
    for (size_t i = 0; i < more; i++)
        draft->takes[item + i] = draft->takes[item + more];
    draft->count += more;
    add_step(draft, STEP_SPLIT, item, NULL);
}

void draft_edit(struct draft *draft, enum draft_step_kind kind, size_t item, const char *text)
{
    add_step(draft, kind, item, text);
}

void draft_set_takes(struct draft *draft, enum take *take_takes, size_t count)
{
    free(draft->takes);
    draft->takes = take_takes;
    draft->count = count;
}

void draft_set_workflow(struct draft *draft, const char *workflow)
{
    char *copied = mem_strdup(workflow);

    free(draft->workflow);
    draft->workflow = copied;
    drop_steps(draft);
}

bool draft_is_edited(const struct draft *draft)
{
    bool edited = draft->workflow != NULL;

    for (size_t i = 0; i < draft->step_count; i++)
        edited |= draft->steps[i].kind != STEP_SPLIT;
    return edited;
}

void draft_replay(const struct draft *draft, struct delta *delta)
{
    for (size_t i = 0; i < draft->step_count; i++) {
        const struct draft_step *step = &draft->steps[i];

        if (step->kind == STEP_SPLIT)
            (void)delta_split(delta, step->item);
        else if (step->kind == STEP_HUNK)
            delta_set_hunk(delta, step->item, step->text);
        else
            delta_set_prompt(delta, step->item, step->text);
    }
}

void draft_set_reason(struct draft *draft, const char *reason)
{
    char *copied = mem_strdup(reason);

    free(draft->reason);
    draft->reason = copied;
}

void draft_write_decision(unsigned proposal, cJSON *take_workflow, struct str *out)
{
    cJSON *decision = cJSON_CreateObject();

    cJSON_AddNumberToObject(decision, "proposal", proposal);
    cJSON_AddStringToObject(decision, "decision", "edit");
    cJSON_AddItemToObject(decision, "workflow", take_workflow);
    json_pretty(decision, out);
    cJSON_Delete(decision);
}
