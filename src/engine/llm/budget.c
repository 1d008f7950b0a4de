#include "budget.h"

#include <stdio.h>

static bool over(uint64_t limit, uint64_t used, uint64_t reserved, uint64_t aside, uint64_t more)
{
    return limit > 0 && used + reserved + aside + more > limit;
}

/* A millionth of a cent of slack: sums of prices are no exact numbers. */
static bool over_usd(const struct budget *b, double more)
{
    return b->limit.usd > 0 &&
           b->used.usd + b->reserved.usd + b->aside.usd + more > b->limit.usd + 1e-8;
}

static bool over_calls(const struct budget *b, const struct cost *worst)
{
    return over(b->limit.calls, b->used.calls, b->reserved.calls, b->aside.calls, worst->calls);
}

static bool over_tokens(const struct budget *b, const struct cost *worst)
{
    return over(
        b->limit.tokens, b->used.tokens, b->reserved.tokens, b->aside.tokens, worst->tokens);
}

bool budget_fits(const struct budget *budget, const struct cost *worst)
{
    return !over_calls(budget, worst) && !over_tokens(budget, worst) &&
           !over_usd(budget, worst->usd);
}

bool budget_set_aside(struct budget *budget, const struct cost *aside)
{
    const struct cost before = budget->aside;

    budget->aside = (struct cost){ 0 };
    if (!budget_fits(budget, aside)) {
        budget->aside = before;
        return false;
    }
    budget->aside = *aside;
    return true;
}

void budget_reserve(struct budget *budget, const struct cost *worst)
{
    budget->reserved.calls += worst->calls;
    budget->reserved.tokens += worst->tokens;
    budget->reserved.usd += worst->usd;
}

void budget_settle(struct budget *budget, const struct cost *worst)
{
    budget->reserved.calls -= worst->calls;
    budget->reserved.tokens -= worst->tokens;
    budget->reserved.usd = budget->reserved.calls > 0 ? budget->reserved.usd - worst->usd : 0;
}

void budget_use(struct budget *budget, const struct llm_usage *usage)
{
    budget->used.calls++;
    budget->used.tokens += usage->in + usage->out;
    budget->used.usd += usage->usd;
}

bool budget_is_reserved(const struct budget *budget)
{
    return budget->reserved.calls > 0;
}

static void explain(const char *key, const char *limit, const char *used, const char *need,
    bool aside, struct err *err)
{
    err_set(err, ERR_LIMIT,
        "the limit limits.%s = %s is reached: %s used, the next call may need %s%s; raise it with "
        "--set limits.%s=N when the run is resumed",
        key, limit, used, need, aside ? " (a part is set aside for the tests)" : "", key);
}

static void explain_count(
    const char *key, uint64_t limit, uint64_t used, uint64_t need, bool aside, struct err *err)
{
    char text[3][32];

    (void)snprintf(text[0], sizeof text[0], "%llu", (unsigned long long)limit);
    (void)snprintf(text[1], sizeof text[1], "%llu", (unsigned long long)used);
    (void)snprintf(text[2], sizeof text[2], "%llu", (unsigned long long)need);
    explain(key, text[0], text[1], text[2], aside, err);
}

void budget_explain(const struct budget *b, const struct cost *worst, struct err *err)
{
    bool aside = b->aside.calls > 0 || b->aside.tokens > 0 || b->aside.usd > 0;
    char text[3][32];

    if (over_calls(b, worst)) {
        explain_count("calls", b->limit.calls, b->used.calls, worst->calls, aside, err);
    } else if (over_tokens(b, worst)) {
        explain_count("tokens", b->limit.tokens, b->used.tokens, worst->tokens, aside, err);
    } else {
        (void)snprintf(text[0], sizeof text[0], "%g USD", b->limit.usd);
        (void)snprintf(text[1], sizeof text[1], "%.4f USD", b->used.usd);
        (void)snprintf(text[2], sizeof text[2], "%.4f USD", worst->usd);
        explain("usd", text[0], text[1], text[2], aside, err);
    }
}
