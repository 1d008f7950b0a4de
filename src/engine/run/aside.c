#include "aside.h"

#include <math.h>

enum {
    GROWN_STEPS = 4,    /* model steps that a growing workflow is thought to reach */
    AGENT_CALLS = 3,    /* of an agent, an example */
    CALL_TOKENS = 2000, /* before anything is known */
    KNOWN_CALLS = 20    /* so many calls tell what one costs */
};

static uint64_t steps_of(const struct workflow *workflow)
{
    uint64_t steps = 0;

    for (size_t i = 0; workflow != NULL && i < workflow->count; i++)
        steps += workflow->nodes[i].kind == NODE_LLM     ? 1
                 : workflow->nodes[i].kind == NODE_AGENT ? AGENT_CALLS
                                                         : 0;
    return steps;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Model steps of the larger of best and candidate, where it is not the start. */
static uint64_t found_steps(const struct aside *aside)
{
    const struct workflow *found[] = { aside->best, aside->candidate };
    uint64_t steps = 0;

    for (size_t i = 0; i < 2; i++)
        if (found[i] != NULL && !workflow_equal(found[i], aside->start))
            steps = larger(steps, steps_of(found[i]));
    return steps;
}

/* As many for the best as for the start, or for a structure that grows. */
static uint64_t hoped_steps(const struct aside *aside)
{
    uint64_t steps = steps_of(aside->start);

    return aside->task->optimizer.outer ? larger(GROWN_STEPS, steps) : steps;
}

struct need {
    double calls, tokens, usd;
};

/* Of so many calls, by what one has cost so far and a quarter more; and the last one must fit in at
 * its worst. */
static struct need need_of(
    const struct aside *aside, const struct client_counts *counts, uint64_t calls)
{
    const struct llm_usage *usage = &counts->usage[LLM_EXECUTOR];
    double known = (double)counts->calls[LLM_EXECUTOR];
    double share = known > 0 ? 1.25 * (double)calls / known : 0;

    if (counts->calls[LLM_EXECUTOR] < KNOWN_CALLS)
        return (struct need){ (double)calls, (double)(calls * CALL_TOKENS),
            aside->task->limits.usd / 4 };
    return (struct need){ (double)calls,
        share * (double)(usage->in + usage->out) + (double)counts->worst_tokens,
        share * usage->usd + counts->worst_usd };
}

static bool set_aside(const struct limits *limits, struct client *client, const struct need *need)
{
    return client_reserve(client, limits->calls > 0 ? (uint64_t)need->calls : 0,
        limits->tokens > 0 ? (uint64_t)need->tokens : 0, limits->usd > 0 ? need->usd : 0);
}

void aside_renew(const struct aside *aside, struct client *client)
{
    const struct limits *limits = &aside->task->limits;
    struct client_counts counts = client_counts(client);
    uint64_t test = aside->task->splits[SPLIT_TEST].count;
    uint64_t start = steps_of(aside->start), found = found_steps(aside);
    struct need need = need_of(aside, &counts, test * (start + found));
    struct need hope = need_of(aside, &counts, test * (start + hoped_steps(aside)));

    hope.calls = fmin(hope.calls, (double)limits->calls / 2);
    hope.tokens = fmin(hope.tokens, (double)limits->tokens / 2);
    hope.usd = fmin(hope.usd, limits->usd / 2);
    if (found > 0) {
        hope.calls = fmax(hope.calls, need.calls);
        hope.tokens = fmax(hope.tokens, need.tokens);
        hope.usd = fmax(hope.usd, need.usd);
    }
    if (!set_aside(limits, client, &hope) && found > 0)
        (void)set_aside(limits, client, &need);
}
