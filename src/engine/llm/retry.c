#include "retry.h"

enum { LONGEST_TOLD_MS = 3600000 };

static const struct retry_policy defaults = {
    .attempts = 5, .limited = 30, .first_ms = 500, .max_ms = 8000, .total_ms = 1200000
};

struct retry_policy retry_policy_of(const struct retry_policy *given)
{
    return (struct retry_policy){
        .attempts = given->attempts > 0 ? given->attempts : defaults.attempts,
        .limited = given->limited > 0 ? given->limited : defaults.limited,
        .total_ms = given->total_ms > 0 ? given->total_ms : defaults.total_ms,
        .first_ms = given->first_ms > 0 ? given->first_ms : defaults.first_ms,
        .max_ms = given->max_ms > 0 ? given->max_ms : defaults.max_ms,
    };
}

uint32_t retry_delay_ms(const struct retry_policy *policy, unsigned made, uint32_t retry_after_ms,
    struct random *random)
{
    uint64_t base = policy->first_ms;

    if (retry_after_ms > LONGEST_TOLD_MS)
        retry_after_ms = LONGEST_TOLD_MS;
    if (retry_after_ms > 0) /* never sooner than told */
        return retry_after_ms + (uint32_t)(random_unit(random) * retry_after_ms * 0.25);
    for (unsigned n = 1; n < made && base < policy->max_ms; n++)
        base *= 2;
    if (base > policy->max_ms)
        base = policy->max_ms;
    return (uint32_t)((double)base * (1 - 0.25 * random_unit(random)));
}
