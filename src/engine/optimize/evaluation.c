#include "evaluation.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "facts.h"
#include "losses.h"

static const struct known_score *known_find(const struct optimizer *o, struct hash workflow)
{
    for (size_t i = 0; i < o->known.count; i++)
        if (hash_equal(o->known.items[i].workflow, workflow))
            return &o->known.items[i];
    return NULL;
}

/* ---- validation ---- */

/* The tests of what may be the best are set aside before more is spent. */
static void provide(const struct optimizer *o, const struct workflow *candidate)
{
    o->in->effects->provide(o->in->effects->ctx, o->best, candidate);
}

bool evaluation_start(struct optimizer *o, unsigned batch)
{
    struct rollout_request request = {
        .workflow = o->current,
        .examples = o->in->validation,
        .count = o->in->validation_count,
        .backward = BACKWARD_NONE,
        .label = "validation",
    };
    const struct known_score *known = known_find(o, o->current->hash);
    struct pass_handle *handle = NULL;

    assert(!o->validation.open);
    provide(o, o->current);
    if (known == NULL && !world_pass_start(o, &request, &handle))
        return false;
    o->validation = (struct validation){
        .open = true, .batch = batch, .workflow = workflow_ref(o->current), .handle = handle
    };
    if (known != NULL)
        o->validation.known = *known;
    return true;
}

static bool is_better(const struct optimizer *o, double score)
{
    return !isnan(score) && (isnan(o->best_score) || score > o->best_score);
}

static void keep(struct optimizer *o, const struct workflow *workflow, double score)
{
    workflow_ref(workflow);
    workflow_unref(o->best);
    o->best = workflow;
    o->best_score = score;
}

/* States the score of what was validated and, once that is stated, keeps the best. */
static bool settle_score(struct optimizer *o, struct pass_score score, bool again)
{
    const struct validation *validation = &o->validation;
    bool better = is_better(o, score.score);
    bool best = better || hash_equal(validation->workflow->hash, o->best->hash);

    if (validation->batch == 0 ? !facts_baseline(o, validation->workflow, score)
                               : !facts_validation(o, validation, score, best, again))
        return false;
    if (validation->batch == 0)
        o->start_score = score.score;
    if (better)
        keep(o, validation->workflow, score.score);
    provide(o, NULL);
    return true;
}

static bool settle_known(struct optimizer *o)
{
    const struct known_score *known = &o->validation.known;

    return settle_score(
        o, (struct pass_score){ known->score, known->lost, known->spoiled, known->pass }, true);
}

static bool settle_pass(struct optimizer *o)
{
    struct hash workflow = o->validation.workflow->hash;
    struct pass_handle *handle = o->validation.handle;
    struct rollout *pass = NULL;
    struct pass_score score;
    bool ok;

    o->validation.handle = NULL;
    if (!world_pass_collect(o, handle, &pass))
        return false;
    score = pass_score_of(pass);
    ARRAY_PUSH(&o->known,
        ((struct known_score){ workflow, score.score, score.lost, score.spoiled, score.pass }));
    ok = settle_score(o, score, false) && losses_state(o, "the validation", pass);
    rollout_free(pass);
    return ok;
}

static void validation_close(struct optimizer *o)
{
    workflow_unref(o->validation.workflow);
    o->validation = (struct validation){ 0 };
}

bool evaluation_collect(struct optimizer *o)
{
    bool ok;

    if (!o->validation.open)
        return true;
    world_phase(o, "waiting for the validation");
    ok = o->validation.handle != NULL ? settle_pass(o) : settle_known(o);
    validation_close(o);
    return ok;
}

/* Collects a pass that nobody wants any more, without touching why we unwind. */
static void discard_pass(const struct optimizer *o, struct pass_handle *handle)
{
    const struct effects *effects = o->in->effects;
    struct rollout *pass = NULL;
    struct err ignored = { 0 };

    if (handle == NULL)
        return;
    if (effects->pass_collect(effects->ctx, handle, &pass, &ignored) == EFFECT_OK)
        rollout_free(pass);
}

void evaluation_abandon(struct optimizer *o)
{
    if (!o->validation.open)
        return;
    discard_pass(o, o->validation.handle);
    validation_close(o);
}

/* ---- test ---- */

static bool test_start(struct optimizer *o, const struct workflow *workflow, const char *label,
    struct pass_handle **handle)
{
    struct rollout_request request = {
        .workflow = workflow,
        .examples = o->in->test,
        .count = o->in->test_count,
        .backward = BACKWARD_NONE,
        .label = label,
    };

    return world_pass_start(o, &request, handle);
}

static bool test_collect(struct optimizer *o, struct pass_handle **handle, struct rollout **out)
{
    struct pass_handle *take = *handle;

    *handle = NULL;
    return world_pass_collect(o, take, out);
}

/* Both passes at once; one serves for both where the best is the start. */
static bool test_run(struct optimizer *o, struct rollout **start, struct rollout **best)
{
    bool same = workflow_equal(o->best, o->in->start);
    struct pass_handle *handles[2] = { NULL, NULL };
    bool ok;

    ok = test_start(o, o->in->start, "test: start", &handles[0]) &&
         (same || test_start(o, o->best, "test: best", &handles[1])) &&
         test_collect(o, &handles[0], start) && (same || test_collect(o, &handles[1], best));
    for (size_t i = 0; i < 2; i++)
        discard_pass(o, handles[i]);
    return ok;
}

static bool test_state(struct optimizer *o, struct optimize_result *result,
    const struct rollout *start, const struct rollout *best)
{
    double start_score = pass_score_of(start).score;
    double best_score = pass_score_of(best).score;

    if (isnan(start_score) || isnan(best_score))
        (void)snprintf(result->no_test, sizeof result->no_test,
            "every example of a test pass was lost for want of the endpoint; see the warnings");
    if (!facts_test(o, start, best, result->no_test[0] != '\0' ? result->no_test : NULL) ||
        !losses_state(o, "the test", start) || !losses_state(o, "the test", best))
        return false;
    result->start_test = start_score;
    result->test = best_score;
    return true;
}

/* A limit leaves the tests without scores: it is the outcome, and a later sitting may yet have
 * them. */
static bool test_without(
    struct optimizer *o, const struct err *limit, struct optimize_result *result)
{
    o->after_limit = true;
    (void)snprintf(result->no_test, sizeof result->no_test, "%s", limit->message);
    if (!facts_test(o, NULL, NULL, result->no_test))
        return false;
    o->status = EFFECT_FAILED;
    o->err = *limit;
    return false;
}

/* The tests themselves ran into the limit. */
static bool test_cut(struct optimizer *o, struct optimize_result *result)
{
    struct err limit = o->err;

    return o->status == EFFECT_FAILED && limit.code == ERR_LIMIT && test_without(o, &limit, result);
}

bool evaluation_test(struct optimizer *o, struct optimize_result *result)
{
    const struct effects *effects = o->in->effects;
    struct rollout *start = NULL, *best = NULL;
    struct err none = { 0 };
    bool ok;

    world_phase(o, "test");
    if (!effects->tests_begin(effects->ctx)) {
        err_set(&none, ERR_LIMIT,
            "nothing is left for the test passes; raise the run's limits when it is resumed");
        return test_without(o, &none, result);
    }
    ok = test_run(o, &start, &best) ? test_state(o, result, start, best != NULL ? best : start)
                                    : test_cut(o, result);
    rollout_free(start);
    rollout_free(best);
    return ok;
}
