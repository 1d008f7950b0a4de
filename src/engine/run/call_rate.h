#ifndef CALL_RATE_H
#define CALL_RATE_H

/*
 * Calls per second, over a time that is long enough for slow ones: back to where there are
 * RATE_CALLS calls, but at least RATE_SECONDS. Only time in which something is in flight counts: a
 * run that waits for a person is not slow. A zeroed struct has seen nothing.
 */
#include <stdbool.h>
#include <stdint.h>

enum { RATE_CALLS = 20, RATE_SECONDS = 30, RATE_SAMPLES = 256 };

struct call_rate {
    int64_t seen_us, busy_us; /* the clock when it was looked at last; the time that counts */
    uint64_t seen_calls;
    bool was_busy;
    struct {
        int64_t busy_us;
        uint64_t calls;
    } samples[RATE_SAMPLES]; /* a ring: about one a second */
    uint64_t count;          /* of samples, so far */
};

/* So many calls have ended by now, and something is in flight or not. Returns calls per second. */
double call_rate_update(struct call_rate *rate, int64_t now_us, uint64_t calls, bool is_busy);

#endif
