#ifndef BUDGET_H
#define BUDGET_H

/*
 * The limits of a run: what was used, what calls under way may still use at worst, and what is set
 * aside for the end. used + reserved + aside never passes a limit.
 */
#include "llm.h"

struct cost {
    uint64_t calls, tokens;
    double usd;
};

struct budget {
    struct cost limit; /* 0: none */
    struct cost used, reserved, aside;
};

/* False where `worst` does not fit now. */
bool budget_fits(const struct budget *budget, const struct cost *worst);
/* In place of what was set aside before; false, and nothing changes, where so much is not left. */
bool budget_set_aside(struct budget *budget, const struct cost *aside);
void budget_reserve(struct budget *budget, const struct cost *worst);
void budget_settle(
    struct budget *budget, const struct cost *worst); /* gives the reservation back */
void budget_use(struct budget *budget, const struct llm_usage *usage); /* one call */
bool budget_is_reserved(
    const struct budget *budget); /* a call under way may still give something back */
/* The error of a call that does not fit: names the limit, its value and how to go on. */
void budget_explain(const struct budget *budget, const struct cost *worst, struct err *err);

#endif
