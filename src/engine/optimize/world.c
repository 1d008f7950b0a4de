#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "optimizer.h"

/* Keeps what an effect returned. An effect that fails without a word is our own bug, but not a
 * silent one. */
static bool keep(struct optimizer *o, enum effect_status status)
{
    o->status = status;
    if (status == EFFECT_FAILED && o->err.code == ERR_NONE)
        return err_set(&o->err, ERR_IO, "an operation of the run failed and gave no reason");
    if (status == EFFECT_CANCELLED && o->err.code == ERR_NONE)
        return err_set(&o->err, ERR_CANCELLED, "the run was interrupted");
    return status == EFFECT_OK;
}

bool world_rollout(struct optimizer *o, const struct workflow *workflow,
    enum backward_mode backward, struct rollout **out)
{
    const struct effects *effects = o->in->effects;
    char label[LABEL_MAX];
    struct rollout_request request = { workflow, o->examples, o->example_count, backward,
        backward != BACKWARD_NONE, label };

    (void)snprintf(label, sizeof label, "b%u r%u s%u", o->batch, o->round, o->step);
    if (!keep(o, effects->rollout(effects->ctx, &request, out, &o->err)))
        return false;
    assert((*out)->count == o->example_count);
    return true;
}

bool world_pass_start(
    struct optimizer *o, const struct rollout_request *request, struct pass_handle **out)
{
    const struct effects *effects = o->in->effects;

    return keep(o, effects->pass_start(effects->ctx, request, out, &o->err));
}

bool world_pass_collect(struct optimizer *o, struct pass_handle *handle, struct rollout **out)
{
    const struct effects *effects = o->in->effects;

    return keep(o, effects->pass_collect(effects->ctx, handle, out, &o->err));
}

bool world_ask(struct optimizer *o, const struct meta_request *requests, size_t count,
    struct meta_reply *replies)
{
    const struct effects *effects = o->in->effects;

    return keep(o, effects->ask(effects->ctx, requests, count, replies, &o->err));
}

bool world_decide(struct optimizer *o, const struct proposal *proposal, struct decision *out)
{
    const struct effects *effects = o->in->effects;

    *out = (struct decision){ 0 };
    return keep(o, effects->decide(effects->ctx, proposal, out, &o->err));
}

bool world_revert(struct optimizer *o, const struct workflow **out)
{
    const struct effects *effects = o->in->effects;

    *out = NULL;
    return keep(o, effects->revert(effects->ctx, out, &o->err));
}

bool world_state(struct optimizer *o, cJSON *take_fact)
{
    const struct effects *effects = o->in->effects;

    return keep(o, effects->state(effects->ctx, take_fact, &o->err));
}

void world_phase(const struct optimizer *o, const char *format, ...)
{
    const struct effects *effects = o->in->effects;
    char text[LABEL_MAX];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    effects->phase(effects->ctx, text);
}

void optimizer_go_on_with(struct optimizer *o, const struct workflow *workflow)
{
    const struct workflow *before = o->current;

    o->current = workflow_ref(workflow);
    workflow_unref(before);
}

const char *optimizer_example(const struct optimizer *o, size_t example)
{
    return o->in->example_ids[example];
}
