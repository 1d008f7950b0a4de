#include "run_facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart.h"
#include "node_state.h"
#include "str.h"

enum { WIDE = 50, LABEL_CELLS = 8, BAR_CELLS = 12, SPARK_CELLS = 8 };

/* Writes a line's text; returns its role. An empty text: the line is left out. */
typedef enum role fact_text(const struct run_view *view, bool wide, struct str *out);

static enum role place_text(const struct run_view *view, bool wide, struct str *out)
{
    if (view->batch == 0)
        return ROLE_TEXT;
    str_addf(out, "%u/%u", view->batch, view->batches);
    if (view->round > 0)
        str_addf(out, " round %u/%u", view->round, view->rounds);
    if (view->step > 0)
        str_addf(out, " step %u/%u", view->step, view->inner_steps + (view->outer ? 1 : 0));
    if (view->step > 0 && wide)
        str_add(out, view->outer_step ? ", of the structure" : ", of the prompts");
    return ROLE_TEXT;
}

static enum role done_text(const struct run_view *view, bool wide, struct str *out)
{
    double left = run_view_seconds_left(view);
    char text[16];

    (void)wide;
    str_addf(out, "%.0f%%", floor(100 * run_view_share_done(view)));
    if (!isnan(left) && !view->finished && !view->stopped)
        str_addf(out, ", %s left", duration_text(1000 * left, text));
    return ROLE_TEXT;
}

static enum role doing_text(const struct run_view *view, bool wide, struct str *out)
{
    const cJSON *proposal = cJSON_GetObjectItemCaseSensitive(view->pending, "proposal");

    (void)wide;
    if (view->finished || view->stopped) {
        str_addf(out, "%s: %s", view->finished ? "finished" : "stopped", view->why);
        return view->finished ? ROLE_OK : ROLE_WARNING;
    }
    if (view->pending != NULL) {
        str_addf(out, "proposal %.0f waits for you",
            cJSON_IsNumber(proposal) ? proposal->valuedouble : 0);
        return ROLE_WARNING;
    }
    if (view->paused) {
        str_add(out, "paused: no new call is made");
        return ROLE_WARNING;
    }
    if (view->live_examples > 0)
        str_addf(out, "%s %u/%u", view->live_label, view->live_done, view->live_examples);
    else
        str_add(out, view->phase[0] != '\0' ? view->phase : view->batch > 0 ? "" : "starting");
    return ROLE_TEXT;
}

static enum role test_text(const struct run_view *view, bool wide, struct str *out)
{
    char start[8], best[8];

    (void)wide;
    if (isnan(view->test))
        return ROLE_TEXT;
    str_addf(out, "%s, of the start %s", run_view_score(view->test, best),
        run_view_score(view->start_test, start));
    return view->test > view->start_test ? ROLE_OK : ROLE_TEXT;
}

static enum role rate_text(const struct run_view *view, bool wide, struct str *out)
{
    if (view->finished || view->stopped || !run_view_has_progress(view))
        return ROLE_TEXT;
    str_addf(out, "%.1f/s  %u in flight", view->calls_per_s, view->in_flight);
    if (view->waiting > 0)
        str_addf(out, wide ? ", %u wait" : " +%u", view->waiting);
    return ROLE_TEXT;
}

static enum role calls_text(const struct run_view *view, bool wide, struct str *out)
{
    struct view_cost total = run_view_total(view);
    char text[16], limit[16];

    if (!run_view_has_progress(view))
        return ROLE_TEXT;
    str_add(out, run_view_amount(total.calls, text));
    if (view->limit_calls > 0)
        str_addf(out, " of %s", run_view_amount(view->limit_calls, limit));
    if (total.requests > 0)
        str_addf(out, wide ? ", %.0f%% of the requests from cache" : ", %.0f%% cached",
            100.0 * (double)(total.requests - total.calls) / (double)total.requests);
    return ROLE_TEXT;
}

static enum role cost_text(const struct run_view *view, bool wide, struct str *out)
{
    struct view_cost total = run_view_total(view);
    char tokens[16], limit[16];

    if (!run_view_has_progress(view))
        return ROLE_TEXT;
    str_addf(out, "$%.2f", total.usd);
    if (view->limit_usd > 0)
        str_addf(out, wide ? " of %.2f" : "/%.2f", view->limit_usd);
    str_addf(out, ", %s", run_view_amount(total.tokens, tokens));
    if (view->limit_tokens > 0)
        str_addf(out, " of %s", run_view_amount(view->limit_tokens, limit));
    str_add(out, " tokens");
    return view->limit_usd > 0 && total.usd > 0.9 * view->limit_usd ? ROLE_WARNING : ROLE_TEXT;
}

static enum role latency_text(const struct run_view *view, bool wide, struct str *out)
{
    char p50[16], p95[16];

    (void)wide;
    if (!run_view_has_progress(view))
        return ROLE_TEXT;
    str_addf(
        out, "p50 %s, p95 %s", duration_text(view->p50_ms, p50), duration_text(view->p95_ms, p95));
    return ROLE_TEXT;
}

static enum role errors_text(const struct run_view *view, bool wide, struct str *out)
{
    (void)wide;
    str_addf(out, "%llu retries, %llu calls failed", (unsigned long long)view->retries,
        (unsigned long long)view->failed);
    if (view->lost > 0)
        str_addf(out, ", %u scores lost", view->lost);
    return view->lost > 0 ? ROLE_ERROR : view->failed > 0 ? ROLE_WARNING : ROLE_TEXT;
}

static enum role changes_text(const struct run_view *view, bool wide, struct str *out)
{
    (void)wide;
    str_addf(
        out, "%u proposed, %u taken, %u declined", view->proposals, view->accepted, view->rejected);
    return ROLE_TEXT;
}

static enum role warning_text(const struct run_view *view, bool wide, struct str *out)
{
    (void)wide;
    if (view->warnings > 0)
        str_addf(out, "%u, last: %s", view->warnings, view->last_warning);
    return ROLE_WARNING;
}

static enum role models_text(const struct run_view *view, bool wide, struct str *out)
{
    (void)wide;
    if (view->model[0] != '\0')
        str_addf(out, "%s, meta %s", view->model, view->meta_model);
    return ROLE_DIM;
}

static enum role task_text(const struct run_view *view, bool wide, struct str *out)
{
    (void)wide;
    str_add(out, view->task);
    return ROLE_DIM;
}

static const struct {
    const char *label;
    fact_text *text;
} facts[] = {
    { "now", doing_text },
    { "batch", place_text },
    { "done", done_text },
    { "test", test_text },
    { "cost", cost_text },
    { "rate", rate_text },
    { "calls", calls_text },
    { "latency", latency_text },
    { "errors", errors_text },
    { "changes", changes_text },
    { "warnings", warning_text },
    { "models", models_text },
    { "task", task_text },
};

/* A bar or a sparkline where the line leaves room for it. */
static void draw_picture(
    const struct run_view *view, fact_text *text, const struct pane *pane, int x, int y)
{
    if (text == done_text && pane->width >= x + 2 + BAR_CELLS)
        chart_bar(pane, x + 2, y, BAR_CELLS, run_view_share_done(view), ROLE_OK);
    if (text == rate_text && pane->width >= x + 2 + SPARK_CELLS)
        chart_sparkline(
            pane, x + 2, y, SPARK_CELLS, view->rates.items, view->rates.count, ROLE_CHART);
}

int run_facts_draw(const struct run_view *view, const struct pane *pane)
{
    struct str text = STR_INIT;
    int y = 0;

    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        enum role role;
        int x;

        str_clear(&text);
        role = facts[i].text(view, pane->width >= WIDE, &text);
        if (text.len == 0)
            continue;
        (void)pane_text(pane, 0, y, ROLE_DIM, facts[i].label);
        x = LABEL_CELLS + 1 + pane_text(pane, LABEL_CELLS + 1, y, role, str_text(&text));
        draw_picture(view, facts[i].text, pane, x, y);
        y++;
    }
    str_free(&text);
    return y;
}
