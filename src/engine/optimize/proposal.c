#include "proposal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "mem.h"
#include "question.h"

cJSON *changes_new(void)
{
    return cJSON_CreateArray();
}

void changes_add(cJSON *changes, const char *node, const cJSON *from)
{
    const cJSON *change;

    cJSON_ArrayForEach(change, from)
    {
        const char *text = cJSON_GetStringValue(change);
        char *line;

        if (text == NULL)
            continue;
        line = node != NULL ? mem_printf("%s: %s", node, text) : mem_strdup(text);
        cJSON_AddItemToArray(changes, cJSON_CreateString(line));
        free(line);
    }
}

void change_free(struct change *change)
{
    workflow_unref(change->after);
    cJSON_Delete(change->changes);
    cJSON_Delete(change->gradients);
    free(change->messages.items);
    *change = (struct change){ 0 };
}

/* ---- proposal and evidence ---- */

static struct hash proposal_key(
    enum proposal_kind kind, const struct workflow *before, const struct workflow *after)
{
    struct hash of_kind = hash_text(kind == PROPOSAL_SKETCH ? "sketch" : "prompts");

    return hash_join(of_kind, hash_join(before->hash, after->hash));
}

/* Moves changes, gradients and the workflow out of the change. */
static void proposal_init(struct optimizer *o, struct change *change, struct proposal *proposal)
{
    *proposal = (struct proposal){
        .ordinal = ++o->proposals,
        .kind = change->kind,
        .batch = o->batch,
        .round = o->round,
        .step = o->step,
        .before = workflow_ref(o->current),
        .after = change->after,
        .key = proposal_key(change->kind, o->current, change->after),
        .changes = change->changes,
        .gradients = change->gradients,
        .examples = o->examples,
        .example_count = o->example_count,
    };
    change->after = NULL;
    change->changes = NULL;
    change->gradients = NULL;
}

static void proposal_free(struct proposal *proposal)
{
    workflow_unref(proposal->before);
    workflow_unref(proposal->after);
    cJSON_Delete(proposal->changes);
    cJSON_Delete(proposal->gradients);
}

static struct evidence weigh(const double *before, const double *after, size_t count)
{
    struct evidence e = { .run = true };
    size_t pairs;

    for (size_t i = 0; i < count; i++) {
        if (isnan(before[i]) || isnan(after[i])) {
            e.missing++;
            continue;
        }
        e.fixed += after[i] > before[i];
        e.broken += after[i] < before[i];
        e.before += before[i];
        e.after += after[i];
    }
    pairs = count - e.missing;
    e.same = pairs - e.fixed - e.broken;
    e.before = pairs > 0 ? e.before / (double)pairs : NAN;
    e.after = pairs > 0 ? e.after / (double)pairs : NAN;
    return e;
}

/* Puts in what `after` shows; returns its scores, which the proposal borrows. */
static double *add_evidence(
    struct proposal *proposal, const double *before, const struct rollout *after)
{
    double *scores_after = scores_of(after);

    proposal->scores_before = before;
    proposal->scores_after = scores_after;
    proposal->evidence = weigh(before, scores_after, proposal->example_count);
    proposal->evidence.pass = after->pass;
    return scores_after;
}

/* ---- reviewed ---- */

static char *rejection_words(const cJSON *changes, const char *reason)
{
    struct str words = STR_INIT;
    const cJSON *change;

    cJSON_ArrayForEach(change, changes)
    {
        str_add(&words, words.len > 0 ? "; " : "");
        str_add(&words, change->valuestring);
    }
    if (words.len == 0)
        str_add(&words, "a change without a description");
    str_add(&words, " (turned down: ");
    str_add(&words, reason != NULL && *reason != '\0' ? reason : "no reason was given");
    str_add(&words, ")");
    return str_take(&words);
}

/* Remembers the last DECLINED_MAX rejections of the kind. */
static void decline(struct optimizer *o, enum proposal_kind kind, char *take_words)
{
    char **list = o->declined[kind];
    size_t count = 0;

    while (count < DECLINED_MAX && list[count] != NULL)
        count++;
    if (count == DECLINED_MAX) {
        free(list[0]);
        memmove(list, list + 1, --count * sizeof *list);
    }
    list[count] = take_words;
    o->rejections[kind]++;
}

static bool go_on(struct optimizer *o, const struct proposal *proposal,
    const struct decision *decision, const char *what, const struct workflow *workflow)
{
    optimizer_go_on_with(o, workflow);
    return facts_decision(o, proposal->ordinal, what, decision->who, decision->reason) &&
           facts_workflow(o, workflow);
}

static bool turn_down(struct optimizer *o, const struct proposal *proposal,
    const struct decision *decision, const struct change *change)
{
    decline(o, proposal->kind, rejection_words(proposal->changes, decision->reason));
    for (size_t i = 0; i < change->messages.count; i++)
        question_turn_down(o, change->messages.items[i]);
    return facts_decision(o, proposal->ordinal, "reject", decision->who, decision->reason);
}

static bool carry_out(struct optimizer *o, const struct proposal *proposal,
    const struct decision *decision, const struct change *change)
{
    switch (decision->verdict) {
    case VERDICT_ACCEPT:
        return go_on(o, proposal, decision, "accept", proposal->after);
    case VERDICT_EDIT:
        assert(decision->workflow != NULL);
        return go_on(o, proposal, decision, "edit", decision->workflow);
    case VERDICT_REJECT:
        break;
    }
    return turn_down(o, proposal, decision, change);
}

static bool decide(
    struct optimizer *o, const struct proposal *proposal, const struct change *change)
{
    struct decision decision;
    bool ok;

    world_phase(o, "waiting for a decision on proposal %u", proposal->ordinal);
    ok = facts_proposal(o, proposal) && world_decide(o, proposal, &decision);
    if (!ok)
        return false;
    ok = carry_out(o, proposal, &decision, change);
    free(decision.reason);
    workflow_unref(decision.workflow);
    return ok;
}

static bool review(struct optimizer *o, struct proposal *proposal, const double *before,
    const struct change *change)
{
    struct rollout *evidence = NULL;
    double *scores_after;
    bool ok;

    world_phase(
        o, "batch %u, round %u: evidence for proposal %u", o->batch, o->round, proposal->ordinal);
    if (!world_rollout(o, proposal->after, BACKWARD_NONE, &evidence))
        return false;
    scores_after = add_evidence(proposal, before, evidence);
    rollout_free(evidence);
    ok = decide(o, proposal, change);
    free(scores_after);
    return ok;
}

/* ---- the two ways in ---- */

/* The schedule `paper`: every valid change is taken. */
static void accept_at_once(
    struct optimizer *o, const struct proposal *take_proposal, double *take_scores_before)
{
    assert(!o->pending.open);
    o->pending = (struct pending){ true, *take_proposal, take_scores_before };
    optimizer_go_on_with(o, take_proposal->after);
}

bool proposal_submit(struct optimizer *o, struct change *take_change, const struct rollout *before)
{
    const struct effects *effects = o->in->effects;
    struct proposal proposal;
    double *scores;
    bool ok = true;

    if (take_change->after == NULL || workflow_equal(take_change->after, o->current)) {
        change_free(take_change);
        return true;
    }
    proposal_init(o, take_change, &proposal);
    scores = scores_of(before);
    if (effects->is_reviewed(effects->ctx, proposal.kind)) {
        ok = review(o, &proposal, scores, take_change);
        proposal_free(&proposal);
        free(scores);
    } else {
        accept_at_once(o, &proposal, scores);
    }
    change_free(take_change);
    return ok;
}

bool proposal_settle(struct optimizer *o, const struct rollout *next)
{
    struct pending *pending = &o->pending;
    double *scores_after = NULL;
    bool ok;

    if (!pending->open)
        return true;
    if (next != NULL)
        scores_after = add_evidence(&pending->proposal, pending->scores_before, next);
    ok = facts_proposal(o, &pending->proposal) &&
         facts_decision(o, pending->proposal.ordinal, "accept", "schedule", NULL) &&
         facts_workflow(o, pending->proposal.after);
    free(scores_after);
    proposal_drop(o);
    return ok;
}

void proposal_drop(struct optimizer *o)
{
    if (!o->pending.open)
        return;
    proposal_free(&o->pending.proposal);
    free(o->pending.scores_before);
    o->pending = (struct pending){ 0 };
}
