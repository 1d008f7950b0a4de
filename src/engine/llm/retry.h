#ifndef RETRY_H
#define RETRY_H

/* When an attempt is made again, and after which wait. One layer retries: this one. */
#include "client.h"
#include "random.h"

/* The policy with its defaults filled in. */
struct retry_policy retry_policy_of(const struct retry_policy *given);

/* Milliseconds before the attempt that follows attempt number `made` (from 1). */
uint32_t retry_delay_ms(const struct retry_policy *policy, unsigned made, uint32_t retry_after_ms,
    struct random *random);

#endif
