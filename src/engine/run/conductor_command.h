#ifndef CONDUCTOR_COMMAND_H
#define CONDUCTOR_COMMAND_H

/*
 * Private to the files of conductor.h. One effect on its way: filled in by the algorithm's thread
 * (conductor_effects.c), performed on the loop (conductor.c).
 */
#include "conductor.h"

enum conductor_command_kind {
    COMMAND_ROLLOUT,
    COMMAND_PASS_START,
    COMMAND_PASS_COLLECT,
    COMMAND_ASK,
    COMMAND_IS_REVIEWED,
    COMMAND_DECIDE,
    COMMAND_REVERT,
    COMMAND_STATE,
    COMMAND_PROVIDE,
    COMMAND_TESTS_BEGIN,
    COMMAND_PHASE,
};

struct conductor_command {
    enum conductor_command_kind kind;
    struct conductor *conductor;
    const struct rollout_request *request;
    struct pass_handle *handle;
    struct rollout *rollout;
    const struct meta_request *questions;
    struct meta_reply *replies;
    size_t count;
    enum proposal_kind proposal_kind;
    bool reviewed, allowed;
    const struct proposal *proposal;
    struct decision *decision;
    cJSON *fact;
    const char *phase;
    const struct workflow *workflow; /* to go back to */
    const struct workflow *best, *candidate;
    /* the answer */
    enum effect_status status;
    struct err err;
    bool done;
};

/* Of the algorithm's thread: returns when the loop has answered. */
enum effect_status conductor_perform(
    struct conductor *conductor, struct conductor_command *command, struct err *err);

/* The effects of the algorithm, each by one command. */
struct effects conductor_effects(struct conductor *conductor);

#endif
