#include "facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "gradient.h"
#include "losses.h"
#include "mem.h"
#include "utf8.h"

static cJSON *fact_new(const char *type)
{
    cJSON *fact = cJSON_CreateObject();

    cJSON_AddStringToObject(fact, "type", type);
    return fact;
}

static void add_count(cJSON *fact, const char *key, size_t count)
{
    cJSON_AddNumberToObject(fact, key, (double)count);
}

static cJSON *score_json(double score)
{
    return isnan(score) ? cJSON_CreateNull() : cJSON_CreateNumber(score);
}

static void add_score(cJSON *fact, const char *key, double score)
{
    cJSON_AddItemToObject(fact, key, score_json(score));
}

static void add_text(cJSON *fact, const char *key, const char *text)
{
    cJSON_AddItemToObject(fact, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void add_workflow_id(cJSON *fact, const char *key, const struct workflow *workflow)
{
    char id[HASH_HEX_SIZE];

    hash_hex(workflow->hash, id);
    cJSON_AddStringToObject(fact, key, id);
}

/* Our own JSON text as a member; the text is freed. */
static void add_parsed(cJSON *fact, const char *key, struct str *take_json)
{
    cJSON *value = cJSON_Parse(str_text(take_json));

    if (value == NULL)
        value = cJSON_CreateString(
            str_text(take_json)); /* deeper than cJSON reads: never lost, only less handy */
    cJSON_AddItemToObject(fact, key, value);
    str_free(take_json);
}

static void add_where(const struct optimizer *o, cJSON *fact)
{
    add_count(fact, "batch", o->batch);
    add_count(fact, "round", o->round);
    add_count(fact, "step", o->step);
}

/* [name, score…] */
static cJSON *example_row(const struct optimizer *o, size_t example)
{
    cJSON *row = cJSON_CreateArray();

    cJSON_AddItemToArray(row, cJSON_CreateString(optimizer_example(o, example)));
    return row;
}

static double example_score(const struct example_result *example)
{
    if (example->state == EXAMPLE_LOST)
        return NAN;
    return example->state == EXAMPLE_SCORED ? example->score : 0;
}

struct pass_score pass_score_of(const struct rollout *rollout)
{
    return (struct pass_score){
        .score = rollout->scored + rollout->spoiled > 0 ? rollout->score : NAN,
        .lost = rollout->lost,
        .spoiled = rollout->spoiled,
        .pass = rollout->pass,
    };
}

double *scores_of(const struct rollout *rollout)
{
    double *scores = mem_zalloc(rollout->count, sizeof *scores);

    for (size_t i = 0; i < rollout->count; i++)
        scores[i] = example_score(&rollout->examples[i]);
    return scores;
}

static void add_pass(cJSON *fact, const struct workflow *workflow, struct pass_score score)
{
    add_workflow_id(fact, "workflow", workflow);
    add_score(fact, "score", score.score);
    add_count(fact, "failed", score.lost);
    add_count(fact, "spoiled", score.spoiled);
    add_count(fact, "pass", score.pass);
}

bool facts_workflow(struct optimizer *o, const struct workflow *workflow)
{
    cJSON *fact = fact_new("workflow");
    struct str json = STR_INIT;

    add_workflow_id(fact, "id", workflow);
    workflow_to_json(workflow, &json);
    add_parsed(fact, "workflow", &json);
    return world_state(o, fact);
}

bool facts_batch_started(struct optimizer *o)
{
    cJSON *fact = fact_new("batch_started");
    cJSON *examples;

    add_count(fact, "epoch", o->epoch);
    add_count(fact, "batch", o->batch);
    examples = cJSON_AddArrayToObject(fact, "examples");
    for (size_t i = 0; i < o->example_count; i++)
        cJSON_AddItemToArray(examples, cJSON_CreateString(optimizer_example(o, o->examples[i])));
    return world_state(o, fact);
}

/* ---- rollout and gradients ---- */

static bool state_rollout(struct optimizer *o, enum level level, const struct rollout *rollout)
{
    cJSON *fact = fact_new("rollout");
    cJSON *examples;

    add_where(o, fact);
    cJSON_AddStringToObject(fact, "kind", level == LEVEL_OUTER ? "outer" : "inner");
    add_pass(fact, rollout->workflow, pass_score_of(rollout));
    examples = cJSON_AddArrayToObject(fact, "examples");
    for (size_t i = 0; i < rollout->count; i++) {
        cJSON *row = example_row(o, rollout->examples[i].example);

        cJSON_AddItemToArray(row, score_json(example_score(&rollout->examples[i])));
        cJSON_AddItemToArray(examples, row);
    }
    return world_state(o, fact);
}

/* What a gradient was derived from: those of the node's successors. Broadcast: the loss itself, so
 * nothing. */
static void add_from(cJSON *fact, const struct rollout *rollout,
    const struct example_result *example, size_t node, enum backward_mode backward)
{
    const struct node *at = &rollout->workflow->nodes[node];
    cJSON *from = cJSON_AddArrayToObject(fact, "from");
    char id[HASH_HEX_SIZE];

    for (size_t i = 0; backward == BACKWARD_BACKPROP && i < at->successor_count; i++) {
        const struct text *gradient = example->nodes[at->successors[i]].gradient;

        if (gradient == NULL)
            continue;
        gradient_id(gradient, id);
        cJSON_AddItemToArray(from, cJSON_CreateString(id));
    }
}

static bool state_gradient(struct optimizer *o, const struct rollout *rollout,
    const struct example_result *example, size_t node, enum backward_mode backward)
{
    const struct text *gradient = example->nodes[node].gradient;
    cJSON *fact;
    char id[HASH_HEX_SIZE];

    if (gradient == NULL)
        return true;
    fact = fact_new("gradient");
    cJSON_AddStringToObject(fact, "node", rollout->workflow->nodes[node].id);
    cJSON_AddStringToObject(fact, "example", optimizer_example(o, example->example));
    gradient_id(gradient, id);
    cJSON_AddStringToObject(fact, "id", id);
    add_from(fact, rollout, example, node, backward);
    return world_state(o, fact);
}

static bool state_workflow_gradient(struct optimizer *o, const struct example_result *example)
{
    cJSON *fact = fact_new("workflow_gradient");
    char id[HASH_HEX_SIZE];

    cJSON_AddStringToObject(fact, "example", optimizer_example(o, example->example));
    gradient_id(example->workflow_gradient, id);
    cJSON_AddStringToObject(fact, "id", id);
    return world_state(o, fact);
}

/* The gradients of one example, from the last node to the first: the order in which they arise. */
static bool state_example_gradients(struct optimizer *o, const struct rollout *rollout,
    const struct example_result *example, enum backward_mode backward)
{
    if (example->workflow_gradient != NULL && !state_workflow_gradient(o, example))
        return false;
    for (size_t i = rollout->workflow->count; example->nodes != NULL && i-- > 0;)
        if (!state_gradient(o, rollout, example, i, backward))
            return false;
    return true;
}

static void add_failure(
    cJSON *failed, const char *node, const char *example, const struct text *why)
{
    struct str line = STR_INIT;

    str_addf(&line, "%s, example ", node);
    str_add(&line, example);
    str_add(&line, ": ");
    str_add(&line, why != NULL ? why->data : "no reason was given");
    cJSON_AddItemToArray(failed, cJSON_CreateString(str_text(&line)));
    str_free(&line);
}

static cJSON *failed_gradients(const struct optimizer *o, const struct rollout *rollout)
{
    cJSON *failed = cJSON_CreateArray();

    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *example = &rollout->examples[i];
        const char *name = optimizer_example(o, example->example);

        if (example->workflow_gradient_error != NULL)
            add_failure(failed, "workflow", name, example->workflow_gradient_error);
        for (size_t n = 0; example->nodes != NULL && n < rollout->workflow->count; n++)
            if (example->nodes[n].gradient_failed)
                add_failure(
                    failed, rollout->workflow->nodes[n].id, name, example->nodes[n].gradient_error);
    }
    return failed;
}

static size_t gradients_had(const struct rollout *rollout)
{
    size_t had = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *example = &rollout->examples[i];

        had += example->workflow_gradient != NULL;
        for (size_t n = 0; example->nodes != NULL && n < rollout->workflow->count; n++)
            had += example->nodes[n].gradient != NULL;
    }
    return had;
}

/* With the first reason: whoever reads only this line must know what to mend. */
static bool warn_of_gradients(
    struct optimizer *o, const struct rollout *rollout, cJSON *take_failed)
{
    const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(take_failed, 0));
    int count = cJSON_GetArraySize(take_failed);
    struct str message = STR_INIT;
    bool ok;

    if (gradients_had(rollout) == 0)
        str_addf(&message,
            "none of the %d gradients could be had, nothing is learned from this step: ", count);
    else
        str_addf(
            &message, "%d gradients could not be had, the step goes on with the others: ", count);
    utf8_add_line(first, strlen(first), 360, &message);
    ok = facts_warning(o, str_text(&message), take_failed);
    str_free(&message);
    return ok;
}

bool facts_rollout(struct optimizer *o, enum level level, enum backward_mode backward,
    const struct rollout *rollout)
{
    cJSON *failed;

    if (!state_rollout(o, level, rollout))
        return false;
    for (size_t i = 0; i < rollout->count; i++)
        if (!state_example_gradients(o, rollout, &rollout->examples[i], backward))
            return false;
    if (!losses_state(o, "the batch", rollout))
        return false;
    failed = failed_gradients(o, rollout);
    if (cJSON_GetArraySize(failed) == 0) {
        cJSON_Delete(failed);
        return true;
    }
    return warn_of_gradients(o, rollout, failed);
}

bool facts_warning(struct optimizer *o, const char *message, cJSON *take_details)
{
    cJSON *fact = fact_new("warning");

    add_where(o, fact);
    cJSON_AddStringToObject(fact, "message", message);
    cJSON_AddItemToObject(
        fact, "details", take_details != NULL ? take_details : cJSON_CreateArray());
    return world_state(o, fact);
}

/* ---- proposal and decision ---- */

static cJSON *evidence_json(const struct optimizer *o, const struct proposal *proposal)
{
    const struct evidence *evidence = &proposal->evidence;
    cJSON *json = cJSON_CreateObject();
    cJSON *examples;

    add_count(json, "fixed", evidence->fixed);
    add_count(json, "broken", evidence->broken);
    add_count(json, "same", evidence->same);
    add_count(json, "missing", evidence->missing);
    add_count(json, "pass", evidence->pass);
    add_score(json, "before", evidence->before);
    add_score(json, "after", evidence->after);
    examples = cJSON_AddArrayToObject(json, "examples");
    for (size_t i = 0; i < proposal->example_count; i++) {
        cJSON *row = example_row(o, proposal->examples[i]);

        cJSON_AddItemToArray(row, score_json(proposal->scores_before[i]));
        cJSON_AddItemToArray(row, score_json(proposal->scores_after[i]));
        cJSON_AddItemToArray(examples, row);
    }
    return json;
}

static void add_evidence(const struct optimizer *o, cJSON *fact, const struct proposal *proposal)
{
    if (proposal->evidence.run) {
        cJSON_AddItemToObject(fact, "evidence", evidence_json(o, proposal));
        return;
    }
    cJSON_AddNullToObject(fact, "evidence");
    cJSON_AddStringToObject(fact, "evidence_missing", "nothing depended on it");
}

bool facts_proposal(struct optimizer *o, const struct proposal *proposal)
{
    cJSON *fact = fact_new("proposal");
    struct str diff = STR_INIT;

    add_count(fact, "ordinal", proposal->ordinal);
    add_count(fact, "batch", proposal->batch);
    add_count(fact, "round", proposal->round);
    add_count(fact, "step", proposal->step);
    cJSON_AddStringToObject(fact, "kind", proposal->kind == PROPOSAL_SKETCH ? "sketch" : "prompts");
    add_workflow_id(fact, "before", proposal->before);
    add_workflow_id(fact, "after", proposal->after);
    diff_to_json(proposal->before, proposal->after, &diff);
    add_parsed(fact, "diff", &diff);
    cJSON_AddItemToObject(fact, "gradients", cJSON_Duplicate(proposal->gradients, true));
    cJSON_AddItemToObject(fact, "changes", cJSON_Duplicate(proposal->changes, true));
    add_evidence(o, fact, proposal);
    return world_state(o, fact);
}

bool facts_decision(
    struct optimizer *o, unsigned proposal, const char *what, const char *who, const char *reason)
{
    cJSON *fact = fact_new("decision");

    cJSON_AddItemToObject(
        fact, "proposal", proposal > 0 ? cJSON_CreateNumber(proposal) : cJSON_CreateNull());
    cJSON_AddStringToObject(fact, "what", what);
    cJSON_AddStringToObject(fact, "who", who);
    add_text(fact, "reason", reason);
    return world_state(o, fact);
}

/* ---- evaluation ---- */

bool facts_baseline(struct optimizer *o, const struct workflow *workflow, struct pass_score score)
{
    cJSON *fact = fact_new("baseline");

    cJSON_AddStringToObject(fact, "split", "validation");
    add_pass(fact, workflow, score);
    return world_state(o, fact);
}

bool facts_validation(struct optimizer *o, const struct validation *validation,
    struct pass_score score, bool best, bool again)
{
    cJSON *fact = fact_new("validation");

    add_count(fact, "batch", validation->batch);
    add_pass(fact, validation->workflow, score);
    cJSON_AddBoolToObject(fact, "best", best);
    cJSON_AddBoolToObject(fact, "again", again);
    return world_state(o, fact);
}

static double pass_mean(const struct rollout *pass)
{
    return pass != NULL ? pass_score_of(pass).score : NAN;
}

static void add_test_rows(
    const struct optimizer *o, cJSON *fact, const struct rollout *start, const struct rollout *best)
{
    cJSON *rows = cJSON_AddArrayToObject(fact, "examples");
    cJSON *failed = cJSON_AddArrayToObject(fact, "failed");
    cJSON *passes = cJSON_AddArrayToObject(fact, "passes");

    if (start == NULL || best == NULL)
        return;
    cJSON_AddItemToArray(failed, cJSON_CreateNumber((double)start->lost));
    cJSON_AddItemToArray(failed, cJSON_CreateNumber((double)best->lost));
    cJSON_AddItemToArray(passes, cJSON_CreateNumber(start->pass));
    cJSON_AddItemToArray(passes, cJSON_CreateNumber(best->pass));
    for (size_t i = 0; i < start->count; i++) {
        cJSON *row = example_row(o, start->examples[i].example);

        cJSON_AddItemToArray(row, score_json(example_score(&start->examples[i])));
        cJSON_AddItemToArray(row, score_json(example_score(&best->examples[i])));
        cJSON_AddItemToArray(rows, row);
    }
}

bool facts_test(struct optimizer *o, const struct rollout *start, const struct rollout *best,
    const char *reason)
{
    cJSON *fact = fact_new("test");

    add_score(fact, "start", pass_mean(start));
    add_score(fact, "best", pass_mean(best));
    add_workflow_id(fact, "workflow", o->best);
    add_text(fact, "reason", reason);
    cJSON_AddBoolToObject(fact, "after_limit", o->after_limit);
    add_test_rows(o, fact, start, best);
    return world_state(o, fact);
}
