#include "gate.h"

#include <assert.h>

enum {
    FAILURES_TO_REST = 3,
    LONGEST_TOLD_US = 60 * 1000000, /* what headers advise is not waited for any longer */
    LONGEST_REST_MS = 60000,
};

/* ---- buckets ---- */

static void bucket_fill(struct bucket *bucket, int64_t now_us)
{
    if (now_us > bucket->at_us)
        bucket->level += (double)(now_us - bucket->at_us) * bucket->per_us;
    if (bucket->level > bucket->cap)
        bucket->level = bucket->cap;
    bucket->at_us = now_us;
}

/* What is larger than the whole bucket goes when that is full, into debt. */
static int64_t bucket_free_at(struct bucket *bucket, double need, int64_t now_us)
{
    if (bucket->per_us <= 0)
        return now_us;
    bucket_fill(bucket, now_us);
    if (need > bucket->cap)
        need = bucket->cap;
    /* some slack: sums of fractions are no exact numbers */
    if (bucket->level + 1e-9 >= need)
        return now_us;
    return now_us + (int64_t)((need - bucket->level) / bucket->per_us) + 1;
}

static void bucket_take(struct bucket *bucket, double amount)
{
    if (bucket->per_us > 0)
        bucket->level -= amount;
}

/* Calls a minute: full bucket + a minute's flow = rpm, so that no minute sees more. One a minute is
 * simply spaced. */
static struct bucket bucket_of_requests(uint32_t rpm, int64_t now_us)
{
    struct bucket bucket = { .at_us = now_us };

    if (rpm == 0)
        return bucket;
    bucket.per_us = rpm > 1 ? (rpm - 1) / 60.1e6 : 1 / 60.01e6;
    bucket.cap = rpm > 1 ? 1 + (rpm - 1) / 601.0 : 1;
    bucket.level = bucket.cap;
    return bucket;
}

/* Tokens a minute: a seventh at once, the rest over the minute. */
static struct bucket bucket_of_tokens(uint32_t tpm, int64_t now_us)
{
    struct bucket bucket = { .at_us = now_us };

    bucket.per_us = tpm / 70e6;
    bucket.cap = tpm / 7.0;
    bucket.level = bucket.cap;
    return bucket;
}

/* What the headers told: so many left of so many, full again after reset_ms. */
static void bucket_learn(struct bucket *bucket, const struct told_limit *told, int64_t now_us)
{
    if (!told->known || told->limit == 0 || told->remaining > told->limit)
        return;
    bucket->cap = (double)told->limit;
    bucket->level = (double)told->remaining;
    bucket->at_us = now_us;
    bucket->per_us = 0;
    if (told->remaining < told->limit && told->reset_ms > 0)
        bucket->per_us = (double)(told->limit - told->remaining) / (told->reset_ms * 1e3);
}

/* ---- the gate ---- */

void gate_open(struct gate *gate, const struct gate_options *options)
{
    *gate = (struct gate){ .options = *options };
    if (gate->options.most == 0)
        gate->options.most = 1;
    if (gate->options.first_pause_ms == 0)
        gate->options.first_pause_ms = 500;
    if (gate->options.longest_pause_ms == 0)
        gate->options.longest_pause_ms = 8000;
    gate->allowed = gate->options.most;
    gate->requests = bucket_of_requests(options->rpm, 0);
    gate->tokens = bucket_of_tokens(options->tpm, 0);
    random_seed(&gate->random, options->seed);
}

static unsigned most_retries(const struct gate *gate)
{
    unsigned quarter = (unsigned)gate->allowed / 4;

    return quarter > 2 ? quarter : 2;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t gate_free_at(struct gate *gate, uint64_t tokens, bool is_retry, int64_t now_us)
{
    int64_t at = now_us, advised;

    if (gate->in_flight >= (unsigned)gate->allowed ||
        (is_retry && gate->retries_in_flight >= most_retries(gate)))
        return GATE_NEVER;
    at = later(at, gate->paused_until_us);
    if (now_us < gate->ramp_until_us)
        at = later(at, gate->next_release_us);
    at = later(at, bucket_free_at(&gate->requests, 1, now_us));
    at = later(at, bucket_free_at(&gate->tokens, (double)tokens, now_us));
    if (gate->in_flight == 0)
        return at;
    advised = later(bucket_free_at(&gate->told_requests, 1, now_us),
        bucket_free_at(&gate->told_tokens, (double)tokens, now_us));
    if (advised > now_us + LONGEST_TOLD_US)
        advised = now_us + LONGEST_TOLD_US;
    return later(at, advised);
}

void gate_enter(
    struct gate *gate, struct gate_pass *pass, uint64_t tokens, bool is_retry, int64_t now_us)
{
    *pass = (struct gate_pass){ .started_us = now_us, .tokens = tokens, .is_retry = is_retry };
    gate->in_flight++;
    gate->retries_in_flight += is_retry;
    gate->is_probing = gate->is_probing || gate->rested_until_us > 0;
    bucket_take(&gate->requests, 1);
    bucket_take(&gate->tokens, (double)tokens);
    bucket_take(&gate->told_requests, 1);
    bucket_take(&gate->told_tokens, (double)tokens);
    if (now_us < gate->ramp_until_us)
        gate->next_release_us =
            now_us + (int64_t)((double)gate->ramp_us * 2 * random_unit(&gate->random));
}

/* Between 3/4 of b and b, b doubling with every one in a row. */
static uint32_t own_delay_ms(struct gate *gate, unsigned in_row, uint32_t longest_ms)
{
    uint64_t base = gate->options.first_pause_ms;

    for (unsigned n = 1; n < in_row && base < longest_ms; n++)
        base *= 2;
    if (base > longest_ms)
        base = longest_ms;
    return (uint32_t)((double)base * (1 - 0.25 * random_unit(&gate->random)));
}

/* Further answers of the same wave say nothing new, but a longer wait that is told does. */
static void pause_calls(struct gate *gate, uint32_t told_ms, bool is_news, int64_t now_us)
{
    double jitter = 1 + 0.25 * random_unit(&gate->random);
    int64_t length_us, until;

    if (told_ms > 0)
        length_us = (int64_t)(told_ms * 1000.0 * jitter);
    else if (is_news)
        length_us =
            own_delay_ms(gate, gate->pauses_in_row, gate->options.longest_pause_ms) * INT64_C(1000);
    else
        return;
    until = now_us + length_us;
    if (told_ms > 0 && now_us + told_ms * INT64_C(1000) <= gate->paused_until_us)
        return;
    gate->paused_until_us = later(gate->paused_until_us, until);
    gate->ramp_until_us = gate->paused_until_us + length_us / 4;
    gate->ramp_us = length_us / 4 / (int64_t)gate->allowed;
}

static void on_limited(
    struct gate *gate, const struct gate_pass *pass, uint32_t told_ms, int64_t now_us)
{
    /* what started before the last halving knows nothing of it */
    bool is_news = pass->started_us >= gate->cut_us;

    if (is_news) {
        gate->cut_us = now_us;
        gate->pauses_in_row++;
        gate->allowed = gate->allowed / 2 > 1 ? gate->allowed / 2 : 1;
    }
    pause_calls(gate, told_ms, is_news, now_us);
}

static void on_well(struct gate *gate)
{
    double step = gate->options.most / 64.0 > 1 ? gate->options.most / 64.0 : 1;

    gate->pauses_in_row = 0;
    gate->failures_in_row = 0;
    gate->rests_in_row = 0;
    gate->rested_until_us = 0;
    gate->allowed += step / gate->allowed;
    if (gate->allowed > gate->options.most)
        gate->allowed = gate->options.most;
}

static void on_failed(struct gate *gate, const struct gate_pass *pass, int64_t now_us)
{
    gate->failures_in_row++;
    if (gate->failures_in_row < FAILURES_TO_REST || pass->started_us < gate->rested_until_us)
        return;
    gate->rests_in_row++;
    gate->rested_until_us =
        now_us + own_delay_ms(gate, gate->rests_in_row, LONGEST_REST_MS) * INT64_C(1000);
}

void gate_leave(
    struct gate *gate, const struct gate_pass *pass, const struct gate_news *news, int64_t now_us)
{
    assert(gate->in_flight > 0 && gate->retries_in_flight >= pass->is_retry);
    gate->in_flight--;
    gate->retries_in_flight -= pass->is_retry;
    if (pass->started_us >= gate->rested_until_us)
        gate->is_probing = false;
    bucket_take(&gate->tokens, (double)news->tokens_used - (double)pass->tokens);
    bucket_learn(&gate->told_requests, &news->requests, now_us);
    bucket_learn(&gate->told_tokens, &news->tokens, now_us);
    switch (news->verdict) {
    case GATE_WELL:
        on_well(gate);
        break;
    case GATE_LIMITED:
        on_limited(gate, pass, news->retry_after_ms, now_us);
        break;
    case GATE_REFUSED:
        gate->failures_in_row = FAILURES_TO_REST;
        on_failed(gate, pass, now_us);
        break;
    case GATE_FAILED:
        on_failed(gate, pass, now_us);
        if (news->retry_after_ms > 0)
            pause_calls(gate, news->retry_after_ms, false, now_us);
        break;
    case GATE_NEUTRAL:
        break;
    }
}

bool gate_is_resting(const struct gate *gate, int64_t now_us)
{
    if (gate->rested_until_us == 0)
        return false;
    return now_us < gate->rested_until_us || gate->is_probing;
}

double gate_load(const struct gate *gate)
{
    return gate->in_flight / gate->allowed;
}
