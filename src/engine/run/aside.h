#ifndef ASIDE_H
#define ASIDE_H

/*
 * What the tests of the start and of the best workflow need, kept out of the search's reach: under
 * a limit a run ends with its tests, not in front of them. Renewed whenever the best workflow may
 * change.
 *
 * As long as nothing better than the start was found: what both tests would need if the workflow
 * grew to a few model steps, but never more than half of a limit. From then on at least what the
 * best one's (and the candidate's) test needs, at what a call has cost so far. What is not left any
 * more cannot be set aside: then what was set aside before stays.
 */
#include "client.h"
#include "task.h"
#include "workflow.h"

struct aside {
    const struct task *task;
    const struct workflow *start, *best, *candidate; /* best and candidate may be NULL */
};

void aside_renew(const struct aside *aside, struct client *client);

#endif
