#include "optimize.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation.h"
#include "facts.h"
#include "losses.h"
#include "mem.h"
#include "optimizer.h"
#include "prompt_update.h"
#include "proposal.h"
#include "random.h"
#include "sketch_update.h"

/* ---- one step ---- */

/* All that decides what the meta model would be asked at this level on this batch: the workflow,
 * and what a person turned down before. */
static struct hash asking_state(const struct optimizer *o, enum level level)
{
    unsigned rejections = o->rejections[level == LEVEL_OUTER ? PROPOSAL_SKETCH : PROPOSAL_PROMPTS];

    return hash_join(o->current->hash, hash_bytes(&rejections, sizeof rejections));
}

/* True where this batch was last asked in the very same state: the requests, and so the replies,
 * would be the same. */
static bool was_asked(const struct optimizer *o, enum level level)
{
    return hash_equal(o->asked[level], asking_state(o, level));
}

/* x_k, L and the gradients of the batch. The rollout is also the evidence for the change before it.
 */
static bool step_rollout(
    struct optimizer *o, enum level level, enum backward_mode backward, struct rollout **rollout)
{
    o->step++;
    o->asked[level] = asking_state(o, level);
    world_phase(o, "batch %u, round %u, step %u: rollout", o->batch, o->round, o->step);
    return world_rollout(o, o->current, backward, rollout) && proposal_settle(o, *rollout) &&
           facts_rollout(o, level, backward, *rollout);
}

/* g_W, then W ←. */
static bool outer_step(struct optimizer *o)
{
    struct rollout *rollout = NULL;
    bool ok;

    ok = step_rollout(o, LEVEL_OUTER, BACKWARD_WORKFLOW, &rollout) && sketch_update(o, rollout);
    rollout_free(rollout);
    return ok;
}

/* g_K … g_1, then t_k ←. */
static bool inner_step(struct optimizer *o)
{
    enum backward_mode backward =
        o->in->options->broadcast ? BACKWARD_BROADCAST : BACKWARD_BACKPROP;
    struct rollout *rollout = NULL;
    bool ok;

    ok = step_rollout(o, LEVEL_INNER, backward, &rollout) && prompt_update(o, rollout);
    rollout_free(rollout);
    return ok;
}

/* ---- rounds, batches, epochs ---- */

/*
 * One bilevel round: 1 outer step, then the inner steps. A step that changed nothing would be
 * followed by others that ask exactly the same, so the round stops there; likewise the outer step
 * of a later round is left out where the workflow is still the one that the last outer step of this
 * batch was about. After a rejection the requests do differ (they show what was turned down), so
 * the step is made.
 */
static bool round_run(struct optimizer *o)
{
    const struct optimize_options *options = o->in->options;
    bool ok = true;

    o->step = 0;
    if (options->outer && !was_asked(o, LEVEL_OUTER))
        ok = outer_step(o);
    for (unsigned i = 0;
         ok && options->inner && i < options->inner_steps && !was_asked(o, LEVEL_INNER); i++)
        ok = inner_step(o);
    return ok;
}

/* A person may go back to an earlier workflow between two batches. */
static bool take_revert(struct optimizer *o)
{
    const struct workflow *workflow;
    bool ok;

    if (!world_revert(o, &workflow))
        return false;
    if (workflow == NULL)
        return true;
    optimizer_go_on_with(o, workflow);
    ok = facts_decision(o, 0, "revert", "person", NULL) && facts_workflow(o, workflow);
    workflow_unref(workflow);
    return ok;
}

/* The rounds of one batch; then the validation that ran beside it is collected and the next one
 * started. */
static bool batch_run(struct optimizer *o)
{
    memset(o->asked, 0, sizeof o->asked);
    o->batch++;
    o->round = o->step = 0;
    if (!take_revert(o) || !facts_batch_started(o))
        return false;
    for (o->round = 1; o->round <= o->in->options->rounds; o->round++)
        if (!round_run(o))
            return false;
    return proposal_settle(o, NULL) && evaluation_collect(o) && evaluation_start(o, o->batch);
}

/* The training examples in this epoch's order. */
static size_t *epoch_order(const struct optimizer *o)
{
    size_t count = o->in->train_count;
    size_t *order = mem_alloc(count * sizeof *order);
    struct random random;
    uint64_t seed = 0;

    random_seed(&random, o->in->options->seed);
    for (unsigned i = 0; i < o->epoch; i++)
        seed = random_next(&random);
    random_seed(&random, seed);
    memcpy(order, o->in->train, count * sizeof *order);
    random_shuffle(&random, order, count);
    return order;
}

static bool epoch_run(struct optimizer *o)
{
    size_t *order = epoch_order(o);
    size_t total = o->in->train_count;
    size_t batch = o->in->options->batch;
    bool ok = true;

    for (size_t at = 0; ok && at < total; at += batch) {
        o->examples = order + at;
        o->example_count = total - at < batch ? total - at : batch;
        ok = batch_run(o);
    }
    free(order);
    return ok;
}

static bool search(struct optimizer *o)
{
    if (!facts_workflow(o, o->current) || !evaluation_start(o, 0))
        return false;
    for (o->epoch = 1; o->epoch <= o->in->options->epochs; o->epoch++)
        if (!epoch_run(o))
            return false;
    return evaluation_collect(o);
}

/* ---- the whole ---- */

static void optimizer_init(struct optimizer *o, const struct optimize_input *input)
{
    *o = (struct optimizer){
        .in = input,
        .current = workflow_ref(input->start),
        .best = workflow_ref(input->start),
        .start_score = NAN,
        .best_score = NAN,
    };
}

static void optimizer_free(struct optimizer *o)
{
    workflow_unref(o->current);
    workflow_unref(o->best);
    free(o->known.items);
    losses_free(o);
    free(o->draws.items);
    for (size_t kind = 0; kind < PROPOSAL_KINDS; kind++)
        for (size_t i = 0; i < DECLINED_MAX; i++)
            free(o->declined[kind][i]);
}

/* The tests. A limit that ended the search does not end them; it is the outcome all the same. */
static void finish(struct optimizer *o, bool searched, struct optimize_result *result)
{
    enum effect_status status = o->status;
    struct err err = o->err;

    o->after_limit = !searched && status == EFFECT_FAILED && err.code == ERR_LIMIT;
    if (!searched && !o->after_limit)
        return;
    o->status = EFFECT_OK;
    o->err = (struct err){ 0 };
    if ((evaluation_test(o, result) || o->err.code == ERR_LIMIT) && !searched) {
        o->status = status;
        o->err = err;
    }
}

static void fill_result(const struct optimizer *o, struct optimize_result *result)
{
    result->best = workflow_ref(o->best);
    result->start_validation = o->start_score;
    result->validation = o->best_score;
    if (isnan(result->test) && result->no_test[0] == '\0')
        (void)snprintf(result->no_test, sizeof result->no_test,
            "the run ended before its tests: %.400s", o->err.message);
}

static bool input_is_usable(const struct optimize_input *input, struct err *err)
{
    const struct optimize_options *options = input->options;

    if (input->train_count == 0 || input->validation_count == 0 || input->test_count == 0)
        return err_set(err, ERR_INPUT,
            "the %s split is empty: the search needs training, validation and test examples",
            input->train_count == 0        ? "training"
            : input->validation_count == 0 ? "validation"
                                           : "test");
    if (options->batch == 0)
        return err_set(err, ERR_INPUT, "optimizer: batch is 0: give at least 1");
    return true;
}

enum effect_status optimize(
    const struct optimize_input *input, struct optimize_result *result, struct err *err)
{
    struct optimizer o;
    enum effect_status status;
    bool searched;

    *result = (struct optimize_result){
        .start_validation = NAN, .validation = NAN, .start_test = NAN, .test = NAN
    };
    optimizer_init(&o, input);
    if (input_is_usable(input, &o.err)) {
        searched = search(&o);
        proposal_drop(&o);
        evaluation_abandon(&o);
        finish(&o, searched, result);
    } else {
        o.status = EFFECT_FAILED;
    }
    fill_result(&o, result);
    status = o.status;
    if (status != EFFECT_OK)
        *err = o.err;
    optimizer_free(&o);
    return status;
}

void optimize_result_free(struct optimize_result *result)
{
    workflow_unref(result->best);
    result->best = NULL;
}
