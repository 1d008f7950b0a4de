#include "summary.h"

#include <math.h>
#include <stdio.h>

#include "llm.h"

static void print_score(const char *name, double start, double best)
{
    printf("  %-11s ", name);
    if (isnan(start))
        printf("-     → ");
    else
        printf("%.3f → ", start);
    if (isnan(best))
        printf("-\n");
    else if (isnan(start))
        printf("%.3f\n", best);
    else
        printf("%.3f  (%+.3f)\n", best, best - start);
}

static const char *end_word(const struct run_view *view, const struct run_outcome *outcome)
{
    if (outcome->waiting)
        return "waits for a decision";
    return view->finished && !view->stopped ? "done" : "stopped";
}

static void print_costs(const struct run_view *view)
{
    struct view_cost total = run_view_total(view);
    char tokens[16];

    printf("  calls       %llu (and %llu answered from the journal)\n",
        (unsigned long long)total.calls,
        (unsigned long long)(total.requests > total.calls ? total.requests - total.calls : 0));
    for (int i = 0; i < VIEW_ROLES; i++)
        if (view->cost[i].requests > 0) {
            printf("    %-9s %llu calls, %s tokens", llm_role_name((enum llm_role)i),
                (unsigned long long)view->cost[i].calls,
                run_view_amount(view->cost[i].tokens, tokens));
            if (view->cost[i].usd > 0) /* else it costs nothing, or its price is not known */
                printf(", $%.2f", view->cost[i].usd);
            printf("\n");
        }
}

void summary_print(const struct run_view *view, const struct run_outcome *outcome, double seconds)
{
    if (view->run[0] == '\0')
        return;
    printf("run %s: %s after %.1f s\n", view->run, end_word(view, outcome), seconds);
    print_score("validation", view->start_validation, view->best_validation);
    print_score("test", view->start_test, view->test);
    print_costs(view);
    printf("  proposals   %u (%u taken, %u declined), %u gradients, %u warnings\n", view->proposals,
        view->accepted, view->rejected, view->gradients, view->warnings);
    if (view->finished && view->proposals == 0)
        printf("              no change was proposed: %s\n",
            view->gradients > 0 ? "the gradients asked for none that agreed"
                                : "no gradient could be had");
    if (view->lost > 0)
        printf("  lost        %u examples had no score for want of the endpoint; flowbot resume "
               "--retry-failed asks again\n",
            view->lost);
    if (view->cut > 0)
        printf("  cut         %llu replies ended at max_tokens and were used as far as they came\n",
            (unsigned long long)view->cut);
    if (view->odd > 0)
        printf("  odd         %llu replies ended for a reason that is not known\n",
            (unsigned long long)view->odd);
    if (outcome->workflow != NULL && outcome->workflow[0] != '\0')
        printf("  workflow    %s\n", outcome->workflow);
}
