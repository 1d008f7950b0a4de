/* The fold of proposals and of what was decided. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"
#include "view_fold.h"

enum { CHANGES_MAX = 16384 }; /* bytes of a proposal's changes that are kept */

static char *read_changes(const cJSON *changes)
{
    struct str lines = STR_INIT;
    const cJSON *change;

    if (!cJSON_IsArray(changes))
        return NULL;
    cJSON_ArrayForEach(change, changes)
    {
        if (!cJSON_IsString(change) || lines.len + strlen(change->valuestring) > CHANGES_MAX)
            continue;
        str_add(&lines, lines.len > 0 ? "\n" : "");
        str_add(&lines, change->valuestring);
    }
    return lines.len > 0 ? str_take(&lines) : NULL;
}

static void read_evidence(
    struct run_view *view, struct view_proposal *proposal, const cJSON *evidence)
{
    const cJSON *rows = view_member(evidence, "examples");
    const cJSON *row;

    proposal->first_evidence = (uint32_t)view->evidence.count;
    proposal->has_evidence = cJSON_IsObject(evidence);
    proposal->fixed = view_count(evidence, "fixed");
    proposal->broken = view_count(evidence, "broken");
    proposal->same = view_count(evidence, "same");
    proposal->missing = view_count(evidence, "missing");
    proposal->score_before = view_score(view_member(evidence, "before"));
    proposal->score_after = view_score(view_member(evidence, "after"));
    proposal->evidence_pass = view_count(evidence, "pass");
    if (!cJSON_IsArray(rows))
        return;
    cJSON_ArrayForEach(row, rows)
    {
        struct view_evidence item = {
            .example = view_example_of(view, cJSON_GetStringValue(row->child)),
            .before = view_score(cJSON_GetArrayItem(row, 1)),
            .after = view_score(cJSON_GetArrayItem(row, 2)),
        };

        ARRAY_PUSH(&view->evidence, item);
        proposal->evidence_count++;
    }
}

static void read_gradients(
    struct run_view *view, struct view_proposal *proposal, const cJSON *gradients)
{
    const cJSON *item;

    proposal->first_gradient = (uint32_t)view->behind.count;
    if (!cJSON_IsArray(gradients))
        return;
    cJSON_ArrayForEach(item, gradients)
    {
        const char *id = view_string(item, "id");
        int example = view_example_of(view, view_string(item, "example"));
        struct hash text;
        int at;

        if (id == NULL || !hash_from_hex(id, &text) ||
            (at = view_gradient_of(view, example, text)) == VIEW_NONE)
            continue;
        ARRAY_PUSH(&view->behind, (uint32_t)at);
        proposal->gradient_count++;
    }
}

static void say_proposal(struct run_view *view, const struct view_proposal *proposal)
{
    struct view_about about = { VIEW_NONE, (int)view->proposal_list.count - 1, proposal->before };
    char before[8], after[8];

    if (proposal->has_evidence)
        view_log(view, TONE_DECISION, about, "proposal %u (%s) %s -> %s: %u fixed, %u broken",
            proposal->ordinal, proposal->sketch ? "structure" : "prompts",
            run_view_score(proposal->score_before, before),
            run_view_score(proposal->score_after, after), proposal->fixed, proposal->broken);
    else
        view_log(view, TONE_DECISION, about, "proposal %u (%s), without evidence",
            proposal->ordinal, proposal->sketch ? "structure" : "prompts");
}

void view_on_proposal(struct run_view *view, const cJSON *event)
{
    const char *kind = view_string(event, "kind");
    struct view_proposal proposal = {
        .t = view->t,
        .ordinal = view_count(event, "ordinal"),
        .batch = view_count(event, "batch"),
        .round = view_count(event, "round"),
        .step = view_count(event, "step"),
        .sketch = kind != NULL && strcmp(kind, "sketch") == 0,
        .before = view_workflow_of(view, event, "before"),
        .after = VIEW_NONE,
        .seq = view_count(event, "seq"),
    };

    view->proposals++;
    proposal.changes = read_changes(view_member(event, "changes"));
    read_evidence(view, &proposal, view_member(event, "evidence"));
    read_gradients(view, &proposal, view_member(event, "gradients"));
    ARRAY_PUSH(&view->proposal_list, proposal);
    view_add_candidate(view, event, &proposal);
    say_proposal(view, &proposal);
}

static int find_proposal(const struct run_view *view, unsigned ordinal)
{
    for (size_t i = view->proposal_list.count; i-- > 0;)
        if (view->proposal_list.items[i].ordinal == ordinal)
            return (int)i;
    return VIEW_NONE;
}

static enum view_verdict verdict_of(const char *what)
{
    if (what != NULL && strcmp(what, "reject") == 0)
        return VIEW_REJECTED;
    return what != NULL && strcmp(what, "edit") == 0 ? VIEW_EDITED : VIEW_ACCEPTED;
}

static void say_decision(struct run_view *view, int at)
{
    static const char *const words[] = { "waits", "accepted", "declined", "accepted as edited" };
    const struct view_proposal *proposal = &view->proposal_list.items[at];

    if (strcmp(proposal->who, "person") == 0)
        view_log(view, TONE_DECISION, (struct view_about){ VIEW_NONE, at, VIEW_NONE },
            "proposal %u %s%s%s", proposal->ordinal, words[proposal->verdict],
            proposal->reason != NULL ? ": " : "", proposal->reason != NULL ? proposal->reason : "");
    else
        view_log_amend(view, at, proposal->verdict == VIEW_REJECTED ? ", declined" : ", taken");
}

void view_on_decision(struct run_view *view, const cJSON *event)
{
    const char *what = view_string(event, "what");
    int at = find_proposal(view, view_count(event, "proposal"));
    enum view_verdict verdict = verdict_of(what);

    cJSON_Delete(view->pending);
    view->pending = NULL;
    if (what != NULL && strcmp(what, "revert") == 0) {
        view->going_back[0] = '\0';
        view_log(view, TONE_DECISION, ABOUT_NOTHING, "went back to a former workflow");
    } else if (at != VIEW_NONE) {
        struct view_proposal *proposal = &view->proposal_list.items[at];

        *(verdict == VIEW_REJECTED ? &view->rejected : &view->accepted) += 1;
        proposal->verdict = verdict;
        if (str_equal(view_string(event, "who"), "schedule"))
            view_drop_candidate(view, proposal->ordinal);
        view_copy(proposal->who, sizeof proposal->who, event, "who");
        free(proposal->reason);
        proposal->reason = mem_strdup(view_string(event, "reason"));
        say_decision(view, at);
    }
}
