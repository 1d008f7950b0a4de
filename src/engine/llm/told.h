#ifndef TOLD_H
#define TOLD_H

/*
 * What a server's headers tell about waiting and about limits: Retry-After (seconds, also
 * fractions; an HTTP date), retry-after-ms, x-should-retry, and the rate limit headers of OpenAI
 * (x-ratelimit-…, resets as Go durations) and Anthropic (anthropic-ratelimit-…, resets as RFC 3339
 * times). Limits are advice: some servers tell -1 or 0. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer waits are not worth holding a call for. */
enum { TOLD_LONGEST_WAIT_MS = 120000 };

struct told_limit {
    bool known; /* limit and remaining were told */
    uint64_t limit, remaining;
    uint32_t reset_ms; /* until it is full again; 0: not told */
};

struct told {
    uint32_t retry_after_ms; /* 0: not told, or nothing usable */
    int should_retry;        /* x-should-retry: 1, 0, or -1 where it was not told */
    struct told_limit requests, tokens;
};

/* Reads a head as it came (lines of "Name: value"). `now_ms` is the wall clock (clock_unix_ms). */
struct told told_read(const char *head, size_t len, int64_t now_ms);

#endif
