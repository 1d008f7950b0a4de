/* The progress line, and numbers as people read them. */
#include <math.h>
#include <stdio.h>

#include "run_view.h"

const char *run_view_score(double score, char text[8])
{
    if (isnan(score))
        (void)snprintf(text, 8, "-");
    else if (score >= 0 && score < 0.9995)
        (void)snprintf(text, 8, ".%03d", (int)lround(score * 1000));
    else
        (void)snprintf(text, 8, "%.2f", score < 999 && score > -99 ? score : 999);
    return text;
}

static const char *eta_text(const struct run_view *view, char text[24])
{
    double left = run_view_seconds_left(view);

    if (isnan(left))
        return "-";
    if (left >= 3600)
        (void)snprintf(text, 24, "%.1f h", left / 3600);
    else if (left >= 90)
        (void)snprintf(text, 24, "%.0f min", left / 60);
    else
        (void)snprintf(text, 24, "%.0f s", left);
    return text;
}

const char *run_view_amount(uint64_t amount, char text[16])
{
    if (amount >= 1000000)
        (void)snprintf(text, 16, "%.1f M", (double)amount / 1e6);
    else if (amount >= 10000)
        (void)snprintf(text, 16, "%.0f k", (double)amount / 1e3);
    else
        (void)snprintf(text, 16, "%llu", (unsigned long long)amount);
    return text;
}

void run_view_line(const struct run_view *view, bool brief, char *line, int size)
{
    struct view_cost total = run_view_total(view);
    unsigned long long calls = total.calls;
    char batch[8], last[8], best[8], start[8], eta[24], tokens[16], usd[24];
    double hits = 100 * run_view_cached_share(view);

    usd[0] = '\0';
    if (total.usd > 0)
        (void)snprintf(usd, sizeof usd, "%s$%.2f", brief ? " " : "  ", total.usd);
    if (brief)
        (void)snprintf(line, (size_t)size,
            "b%u/%u r%u s%u %s | val %s best %s | %llu calls %.0f%% hit %st%s | ETA %s",
            view->batch, view->batches, view->round, view->step,
            run_view_score(view->batch_score, batch), run_view_score(view->last_validation, last),
            run_view_score(view->best_validation, best), calls, hits,
            run_view_amount(total.tokens, tokens), usd, eta_text(view, eta));
    else
        (void)snprintf(line, (size_t)size,
            "batch %u/%u  round %u/%u  step %u/%u %s  batch score %s  validation %s  best %s  "
            "start %s  %llu calls  cache %.0f%%  %s tokens%s  ETA %s",
            view->batch, view->batches, view->round, view->rounds, view->step,
            view->inner_steps + (view->outer ? 1 : 0),
            view->step == 0    ? "-"
            : view->outer_step ? "outer"
                               : "inner",
            run_view_score(view->batch_score, batch), run_view_score(view->last_validation, last),
            run_view_score(view->best_validation, best),
            run_view_score(view->start_validation, start), calls, hits,
            run_view_amount(total.tokens, tokens), usd, eta_text(view, eta));
}
