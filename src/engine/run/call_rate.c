#include "call_rate.h"

enum { SAMPLE_US = 1000000 };

static void add_sample(struct call_rate *rate, uint64_t calls)
{
    uint64_t at = rate->count++ % RATE_SAMPLES;

    rate->samples[at].busy_us = rate->busy_us;
    rate->samples[at].calls = calls;
}

/* The last sample that is old enough, else the oldest one. */
static uint64_t start_of_window(const struct call_rate *rate, uint64_t calls)
{
    uint64_t oldest = rate->count > RATE_SAMPLES ? rate->count - RATE_SAMPLES : 0;
    uint64_t at = rate->count - 1;

    while (at > oldest) {
        int64_t age_us = rate->busy_us - rate->samples[at % RATE_SAMPLES].busy_us;

        if (age_us >= RATE_SECONDS * INT64_C(1000000) &&
            calls - rate->samples[at % RATE_SAMPLES].calls >= RATE_CALLS)
            break;
        at--;
    }
    return at % RATE_SAMPLES;
}

/* Of the time since the last look. What was idle then and has made calls since was busy for a
 * moment that nobody saw. */
static int64_t busy_since(const struct call_rate *rate, int64_t now_us, uint64_t calls)
{
    int64_t since = now_us - rate->seen_us;

    if (rate->was_busy)
        return since;
    if (calls == rate->seen_calls)
        return 0;
    return since < SAMPLE_US ? since : SAMPLE_US;
}

double call_rate_update(struct call_rate *rate, int64_t now_us, uint64_t calls, bool is_busy)
{
    uint64_t start;

    if (rate->count == 0)
        add_sample(rate, calls);
    else
        rate->busy_us += busy_since(rate, now_us, calls);
    rate->seen_us = now_us;
    rate->seen_calls = calls;
    rate->was_busy = is_busy;
    start = start_of_window(rate, calls);
    if (rate->busy_us - rate->samples[(rate->count - 1) % RATE_SAMPLES].busy_us >= SAMPLE_US)
        add_sample(rate, calls);
    if (rate->busy_us <= rate->samples[start].busy_us)
        return 0;
    return (double)(calls - rate->samples[start].calls) /
           ((double)(rate->busy_us - rate->samples[start].busy_us) / 1e6);
}
