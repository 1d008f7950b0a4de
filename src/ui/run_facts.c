#include "run_facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart.h"
#include "node_state.h"
#include "str.h"

enum {
    WIDE = 50,
    NARROW_CELLS = 26, /* beside the label at 80x24 */
    LABEL_CELLS = 8,
    BAR_CELLS = 12,
    BAR_LEAST = 6,
    SPARK_CELLS = 8,
    REASON_ROWS = 6
};

/* Writes a line's text; returns its role. An empty text: the line is left out. */
typedef enum role fact_text(const struct run_view *view, bool wide, struct str *out);

static enum role place_text(const struct run_view *view, bool wide, struct str *out)
{
    bool brief = !wide && view->batches > 99;

    if (view->batch == 0)
        return ROLE_TEXT;
    str_addf(out, "%u/%u", view->batch, view->batches);
    if (view->round > 0)
        str_addf(out, brief ? " r%u/%u" : " round %u/%u", view->round, view->rounds);
    if (view->step > 0)
        str_addf(out, brief ? " s%u/%u" : " step %u/%u", view->step,
            view->inner_steps + (view->outer ? 1 : 0));
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

/* Of "b4 r1 s2" the batch is left out: it stands on the next line. */
static const char *brief_label(const char *label)
{
    const char *blank = strchr(label, ' ');

    if (strcmp(label, "validation") == 0)
        return "val";
    return label[0] == 'b' && blank != NULL ? blank + 1 : label;
}

void run_facts_passes(const struct run_view *view, bool brief, struct str *out)
{
    for (unsigned i = 0; i < view->pass_count; i++) {
        const struct view_pass *pass = &view->passes[i];

        str_addf(out, "%s%s %u/%u", i > 0 ? ", " : "",
            brief ? brief_label(pass->label) : pass->label, pass->done, pass->examples);
    }
}

/* The phase without the place, which stands elsewhere. */
static const char *brief_phase(const char *phase)
{
    const char *colon = strstr(phase, ": ");

    return strncmp(phase, "batch ", 6) == 0 && colon != NULL ? colon + 2 : phase;
}

/* What is done: passes tell it best; a validation goes on behind something else. */
static void add_work(const struct run_view *view, bool wide, struct str *out)
{
    bool beside = view->pass_count == 1 && strcmp(view->passes[0].label, "validation") == 0 &&
                  strstr(view->phase, "validation") == NULL;

    if (view->pass_count == 0 && view->phase[0] == '\0')
        str_add(out, view->batch > 0 ? "" : "starting");
    if (view->pass_count == 0 || beside)
        str_add(out, wide && !beside ? view->phase : brief_phase(view->phase));
    if (view->pass_count > 0)
        str_add(out, beside && view->phase[0] != '\0' ? ", " : "");
    run_facts_passes(view, !wide, out);
}

static enum role doing_text(const struct run_view *view, bool wide, struct str *out)
{
    const cJSON *proposal = cJSON_GetObjectItemCaseSensitive(view->pending, "proposal");

    if (view->finished || view->stopped) {
        str_add(out, view->finished ? "finished" : "stopped");
        if (strcmp(view->why, "done") != 0)
            str_addf(out, ": %s", view->why);
        return view->finished ? ROLE_OK : ROLE_WARNING;
    }
    if (view->pending != NULL) {
        str_addf(out, "proposal %.0f waits for you",
            cJSON_IsNumber(proposal) ? proposal->valuedouble : 0);
        return ROLE_WARNING;
    }
    if (view->stopping) {
        str_add(out, "stopping: testing the best");
        return ROLE_WARNING;
    }
    if (view->paused) {
        str_add(out, "paused: no new calls");
        return ROLE_WARNING;
    }
    add_work(view, wide, out);
    return ROLE_TEXT;
}

static enum role next_text(const struct run_view *view, bool wide, struct str *out)
{
    if (view->going_back[0] == '\0' || view->finished)
        return ROLE_TEXT;
    str_addf(out, "back to workflow %.8s%s", view->going_back, wide ? ", at the next batch" : "");
    return ROLE_ACCENT;
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
    if (view->finished || view->stopped || !run_view_has_costs(view))
        return ROLE_TEXT;
    str_addf(out, view->calls_per_s < 1 && view->calls_per_s > 0 ? "%.2f/s" : "%.1f/s",
        view->calls_per_s);
    if (!run_view_has_progress(view))
        return ROLE_TEXT;
    if (view->in_flight + view->waiting == 0)
        str_add(out, view->calls_per_s > 0 ? " before, now idle" : "");
    else
        str_addf(out, "  %u in flight", view->in_flight);
    if (view->waiting > 0)
        str_addf(out, wide ? ", %u wait" : " +%u", view->waiting);
    return ROLE_TEXT;
}

static enum role calls_text(const struct run_view *view, bool wide, struct str *out)
{
    struct view_cost total = run_view_total(view);
    char text[16], limit[16];

    if (!run_view_has_costs(view))
        return ROLE_TEXT;
    str_add(out, run_view_amount(total.calls, text));
    if (view->limit_calls > 0)
        str_addf(out, " of %s", run_view_amount(view->limit_calls, limit));
    if (total.requests > 0)
        str_addf(out, wide ? ", %.0f%% of the requests from cache" : ", %.0f%% cached",
            100 * run_view_cached_share(view));
    return ROLE_TEXT;
}

static enum role cost_text(const struct run_view *view, bool wide, struct str *out)
{
    struct view_cost total = run_view_total(view);
    char tokens[16], limit[16];

    if (!run_view_has_costs(view))
        return ROLE_TEXT;
    if (total.usd > 0 || view->limit_usd > 0) /* else it is free, or its price is not known */
        str_addf(out, "$%.2f", total.usd);
    if (view->limit_usd > 0)
        str_addf(out, wide ? " of %.2f" : "/%.2f", view->limit_usd);
    str_addf(out, "%s%s", out->len > 0 ? ", " : "", run_view_amount(total.tokens, tokens));
    if (view->limit_tokens > 0)
        str_addf(out, wide ? " of %s" : "/%s", run_view_amount(view->limit_tokens, limit));
    str_add(out, out->len + strlen(" tokens") <= NARROW_CELLS || wide ? " tokens" : "");
    return view->limit_usd > 0 && total.usd > 0.9 * view->limit_usd ? ROLE_WARNING : ROLE_TEXT;
}

static enum role latency_text(const struct run_view *view, bool wide, struct str *out)
{
    char p50[16], p95[16];

    (void)wide;
    if (!run_view_has_costs(view))
        return ROLE_TEXT;
    str_addf(
        out, "p50 %s, p95 %s", duration_text(view->p50_ms, p50), duration_text(view->p95_ms, p95));
    return ROLE_TEXT;
}

/* What is counted, where there is room for it. */
static const char *noun(bool wide, unsigned long long count, const char *one, const char *many)
{
    return !wide ? "" : count == 1 ? one : many;
}

static enum role errors_text(const struct run_view *view, bool wide, struct str *out)
{
    unsigned long long failed = view->failed, retries = view->retries, cut = view->cut + view->odd;

    if (view->lost > 0)
        str_addf(out, "%u%s lost", view->lost, noun(wide, view->lost, " score", " scores"));
    if (view->is_past && !run_view_has_costs(view))
        return ROLE_ERROR;
    str_addf(out, "%s%llu%s failed, ", view->lost > 0 ? ", " : "", failed,
        noun(wide, failed, " call", " calls"));
    str_addf(out, "%llu %s", retries, wide ? noun(wide, retries, "retry", "retries") : "retried");
    if (cut > 0)
        str_addf(out, ", %llu%s cut%s", cut, noun(wide, cut, " reply", " replies"),
            wide ? " or ended oddly" : "");
    return view->lost > 0 ? ROLE_ERROR : view->failed > 0 ? ROLE_WARNING : ROLE_TEXT;
}

static enum role changes_text(const struct run_view *view, bool wide, struct str *out)
{
    str_addf(out, wide ? "%u proposed, %u taken, %u declined" : "%u: %u taken, %u declined",
        view->proposals, view->accepted, view->rejected);
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
    { "next", next_text },
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

static void draw_sparkline(const struct run_view *view, const struct pane *pane, int x, int y)
{
    float rates[SPARK_CELLS];
    size_t count = view->rates.count < SPARK_CELLS ? view->rates.count : SPARK_CELLS;

    for (size_t i = 0; i < count; i++)
        rates[i] = (float)view->rates.items[view->rates.count - count + i].calls_per_s;
    chart_sparkline(pane, x, y, SPARK_CELLS, rates, count, ROLE_CHART);
}

/* A bar or a sparkline where the line leaves room for it. */
static void draw_picture(
    const struct run_view *view, fact_text *text, const struct pane *pane, int x, int y)
{
    int room = pane->width - x - 2, bar = room < BAR_CELLS ? room : BAR_CELLS;

    if (text == done_text && bar >= BAR_LEAST)
        chart_bar(pane, x + 2, y, bar, run_view_share_done(view), ROLE_OK);
    if (text == rate_text && pane->width >= x + 2 + SPARK_CELLS)
        draw_sparkline(view, pane, x + 2, y);
}

/* Why a run has ended is worth several rows. Returns the rows used. */
static int draw_fact(const struct run_view *view, fact_text *text, const struct pane *pane, int y)
{
    struct str words = STR_INIT;
    enum role role = text(view, pane->width >= WIDE, &words);
    bool is_reason = text == doing_text && (view->finished || view->stopped);
    int left = LABEL_CELLS + 1, rows = words.len > 0;

    if (is_reason) {
        struct pane body = pane_part(pane, left, y, pane->width - left, REASON_ROWS);

        body.height = body.y + REASON_ROWS > pane->y + pane->height
                          ? pane->y + pane->height - body.y
                          : REASON_ROWS;
        rows = text_draw(&body, role, str_text(&words), 0);
    } else if (rows > 0) {
        draw_picture(view, text, pane, left + pane_text(pane, left, y, role, str_text(&words)), y);
    }
    str_free(&words);
    return rows;
}

int run_facts_draw(const struct run_view *view, const struct pane *pane)
{
    int y = 0;

    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        int rows = draw_fact(view, facts[i].text, pane, y);

        if (rows > 0)
            (void)pane_text(pane, 0, y, ROLE_DIM, facts[i].label);
        y += rows;
    }
    return y;
}
