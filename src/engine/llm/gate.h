#ifndef GATE_H
#define GATE_H

/*
 * The gate before one model at one base URL: how many calls may be under way there, and how soon
 * the next one may start. Pure: time is passed in (clock_us), nothing is waited for here.
 *
 * Concurrency: at most `most`; halved when the endpoint says that it is too much (429, 529, no
 *     descriptors left), once for all the calls that were under way then; every whole round of
 *     calls that end well gives a step of 1/64 of `most` back (at least one call).
 * Pause: what the endpoint told to wait holds for all calls, with jitter, never sooner than told;
 *     without a word of it the pause doubles with every such answer in a row. After a pause calls
 *     are let go one by one, with jitter, over a quarter of its length.
 * Rate: calls and tokens a minute as the task file gives them are kept over any minute; what the
 *     endpoint's headers tell is advice that never stops the only call.
 * Rest: an endpoint that failed several times in a row is left alone for a while, longer each time;
 *     then one call tries it. Whether a resting one is used all the same is the caller's choice.
 * Retries: never more than a quarter of the calls under way (at least two), so that a storm of
 *     them cannot crowd out first attempts.
 */
#include <stdbool.h>
#include <stdint.h>

#include "random.h"
#include "told.h"

/* A bucket of calls or tokens; off where per_us is 0. */
struct bucket {
    double level, cap, per_us;
    int64_t at_us;
};

struct gate_options {
    unsigned most;                             /* calls at once; 0 is 1 */
    uint32_t rpm, tpm;                         /* 0: no limit */
    uint32_t first_pause_ms, longest_pause_ms; /* of pauses and rests nobody told a length of */
    uint64_t seed;
};

struct gate {
    struct gate_options options;
    double allowed; /* calls at once, now: 1 … most */
    unsigned in_flight, retries_in_flight;
    struct bucket requests, tokens;           /* given */
    struct bucket told_requests, told_tokens; /* learned */
    int64_t cut_us;                           /* of the last halving */
    unsigned pauses_in_row;
    int64_t paused_until_us, ramp_until_us, next_release_us;
    int64_t ramp_us; /* between two releases, on average */
    unsigned failures_in_row, rests_in_row;
    int64_t rested_until_us; /* 0: it is well */
    bool is_probing;
    struct random random;
};

/* A call on its way through the gate. */
struct gate_pass {
    int64_t started_us;
    uint64_t tokens; /* reserved for it */
    bool is_retry;
};

enum gate_verdict {
    GATE_WELL,    /* an answer */
    GATE_LIMITED, /* too much for the endpoint */
    GATE_FAILED,  /* the endpoint's failure: network, time-out, 5xx, nonsense */
    GATE_REFUSED, /* it would refuse any call: key, money, model; it rests at once */
    GATE_NEUTRAL, /* it answered, but would not do this one; or the call was cancelled */
};

struct gate_news {
    enum gate_verdict verdict;
    uint32_t retry_after_ms; /* 0: not told */
    uint64_t tokens_used;
    struct told_limit requests, tokens; /* of the answer's headers */
};

#define GATE_NEVER INT64_MAX

void gate_open(struct gate *gate, const struct gate_options *options);
/* When a call of so many tokens may start: now or earlier, later, or GATE_NEVER: not before one
 * under way has ended. Rests are not looked at. */
int64_t gate_free_at(struct gate *gate, uint64_t tokens, bool is_retry, int64_t now_us);
/* A call is on its way; only where gate_free_at allowed it. */
void gate_enter(
    struct gate *gate, struct gate_pass *pass, uint64_t tokens, bool is_retry, int64_t now_us);
void gate_leave(
    struct gate *gate, const struct gate_pass *pass, const struct gate_news *news, int64_t now_us);

/* Resting, or tried by the one call after a rest. */
bool gate_is_resting(const struct gate *gate, int64_t now_us);
/* How busy it is, 0 … 1: for choosing among several. */
double gate_load(const struct gate *gate);

#endif
