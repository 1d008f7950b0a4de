/* The algorithm's side of the conductor: each effect is one command that the loop performs. */
#include "conductor_command.h"

static enum effect_status effect_rollout(
    void *ctx, const struct rollout_request *request, struct rollout **out, struct err *err)
{
    struct conductor_command command = { .kind = COMMAND_ROLLOUT, .request = request };
    enum effect_status status = conductor_perform(ctx, &command, err);

    *out = command.rollout;
    return status;
}

static enum effect_status effect_pass_start(
    void *ctx, const struct rollout_request *request, struct pass_handle **out, struct err *err)
{
    struct conductor_command command = { .kind = COMMAND_PASS_START, .request = request };
    enum effect_status status = conductor_perform(ctx, &command, err);

    *out = command.handle;
    return status;
}

static enum effect_status effect_pass_collect(
    void *ctx, struct pass_handle *handle, struct rollout **out, struct err *err)
{
    struct conductor_command command = { .kind = COMMAND_PASS_COLLECT, .handle = handle };
    enum effect_status status = conductor_perform(ctx, &command, err);

    *out = command.rollout;
    return status;
}

static enum effect_status effect_ask(void *ctx, const struct meta_request *requests, size_t count,
    struct meta_reply *replies, struct err *err)
{
    struct conductor_command command = {
        .kind = COMMAND_ASK, .questions = requests, .count = count, .replies = replies
    };

    return conductor_perform(ctx, &command, err);
}

static bool effect_is_reviewed(void *ctx, enum proposal_kind kind)
{
    struct conductor_command command = { .kind = COMMAND_IS_REVIEWED, .proposal_kind = kind };
    struct err err;

    return conductor_perform(ctx, &command, &err) == EFFECT_OK && command.reviewed;
}

static enum effect_status effect_decide(
    void *ctx, const struct proposal *proposal, struct decision *out, struct err *err)
{
    struct conductor_command command = {
        .kind = COMMAND_DECIDE, .proposal = proposal, .decision = out
    };

    return conductor_perform(ctx, &command, err);
}

static enum effect_status effect_revert(void *ctx, const struct workflow **out, struct err *err)
{
    struct conductor_command command = { .kind = COMMAND_REVERT };
    enum effect_status status = conductor_perform(ctx, &command, err);

    if (status != EFFECT_OK) {
        workflow_unref(command.workflow);
        command.workflow = NULL;
    }
    *out = command.workflow;
    return status;
}

static enum effect_status effect_state(void *ctx, cJSON *take_fact, struct err *err)
{
    struct conductor_command command = { .kind = COMMAND_STATE, .fact = take_fact };
    enum effect_status status = conductor_perform(ctx, &command, err);

    cJSON_Delete(command.fact); /* still there where a cancel came first */
    return status;
}

static void effect_provide(void *ctx, const struct workflow *best, const struct workflow *candidate)
{
    struct conductor_command command = {
        .kind = COMMAND_PROVIDE, .best = best, .candidate = candidate
    };
    struct err err;

    (void)conductor_perform(ctx, &command, &err);
}

static bool effect_tests_begin(void *ctx)
{
    struct conductor_command command = { .kind = COMMAND_TESTS_BEGIN };
    struct err err;

    return conductor_perform(ctx, &command, &err) == EFFECT_OK && command.allowed;
}

static void effect_phase(void *ctx, const char *text)
{
    struct conductor_command command = { .kind = COMMAND_PHASE, .phase = text };
    struct err err;

    (void)conductor_perform(ctx, &command, &err);
}

struct effects conductor_effects(struct conductor *conductor)
{
    return (struct effects){
        .ctx = conductor,
        .rollout = effect_rollout,
        .pass_start = effect_pass_start,
        .pass_collect = effect_pass_collect,
        .ask = effect_ask,
        .is_reviewed = effect_is_reviewed,
        .decide = effect_decide,
        .revert = effect_revert,
        .state = effect_state,
        .provide = effect_provide,
        .tests_begin = effect_tests_begin,
        .phase = effect_phase,
    };
}
