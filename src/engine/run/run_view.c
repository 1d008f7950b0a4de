#include "run_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void run_view_init(struct run_view *view)
{
    *view = (struct run_view){ 0 };
    view->start_validation = view->last_validation = view->best_validation = NAN;
    view->batch_score = view->start_test = view->test = NAN;
    view->sitting_t = -1;
}

static double number(const cJSON *event, const char *name, double fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, name);

    return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

static unsigned count(const cJSON *event, const char *name)
{
    double value = number(event, name, 0);

    return value > 0 && value < 4e9 ? (unsigned)value : 0;
}

static void copy(char *to, size_t size, const cJSON *event, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, name));

    if (text != NULL)
        (void)snprintf(to, size, "%s", text);
}

static void on_run_started(struct run_view *view, const cJSON *event)
{
    const cJSON *sizes = cJSON_GetObjectItemCaseSensitive(event, "sizes");
    const cJSON *optimizer = cJSON_GetObjectItemCaseSensitive(event, "optimizer");
    unsigned batch = count(optimizer, "batch");

    copy(view->run, sizeof view->run, event, "run");
    view->train = count(sizes, "train");
    view->validation_size = count(sizes, "validation");
    view->test_size = count(sizes, "test");
    view->epochs = count(optimizer, "epochs");
    view->rounds = count(optimizer, "rounds");
    view->inner_steps = count(optimizer, "inner_steps");
    view->outer = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(optimizer, "outer"));
    if (batch > 0)
        view->batches = view->epochs * ((view->train + batch - 1) / batch);
}

static void count_losses(struct run_view *view, const cJSON *event)
{
    view->lost += count(event, "failed");
    view->spoiled += count(event, "spoiled");
}

static void on_baseline(struct run_view *view, const cJSON *event)
{
    count_losses(view, event);
    view->start_validation = number(event, "score", NAN);
    view->last_validation = view->best_validation = view->start_validation;
}

static void on_batch_started(struct run_view *view, const cJSON *event)
{
    view->epoch = count(event, "epoch");
    view->batch = count(event, "batch");
    view->round = view->step = 0;
}

static void on_rollout(struct run_view *view, const cJSON *event)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "kind"));

    view->round = count(event, "round");
    view->step = count(event, "step");
    view->outer_step = kind != NULL && strcmp(kind, "outer") == 0;
    view->batch_score = number(event, "score", NAN);
    count_losses(view, event);
}

static void on_gradient(struct run_view *view, const cJSON *event)
{
    (void)event;
    view->gradients++;
}

static void on_proposal(struct run_view *view, const cJSON *event)
{
    (void)event;
    view->proposals++;
}

static void on_decision(struct run_view *view, const cJSON *event)
{
    const char *what = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "what"));

    if (what != NULL && strcmp(what, "reject") == 0)
        view->rejected++;
    else
        view->accepted++;
}

static void on_validation(struct run_view *view, const cJSON *event)
{
    view->last_validation = number(event, "score", NAN);
    count_losses(view, event);
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(event, "best"))) {
        view->best_validation = view->last_validation;
        copy(view->best_workflow, sizeof view->best_workflow, event, "workflow");
    }
}

/* Of start and best workflow, which are tested once where they are the same. */
static void on_test(struct run_view *view, const cJSON *event)
{
    const cJSON *failed = cJSON_GetObjectItemCaseSensitive(event, "failed"), *item;

    view->start_test = number(event, "start", NAN);
    view->test = number(event, "best", NAN);
    cJSON_ArrayForEach(item, failed)
    {
        if (cJSON_IsNumber(item) && item->valuedouble > 0 &&
            (item == failed->child || view->best_workflow[0] != '\0'))
            view->lost += (unsigned)item->valuedouble;
    }
}

static void on_warning(struct run_view *view, const cJSON *event)
{
    view->warnings++;
    copy(view->last_warning, sizeof view->last_warning, event, "message");
}

static void on_phase(struct run_view *view, const cJSON *event)
{
    copy(view->phase, sizeof view->phase, event, "phase");
}

static void on_calls(struct run_view *view, const cJSON *event)
{
    static const char *const roles[VIEW_ROLES] = { "executor", "meta", "judge", "tool" };

    for (int i = 0; i < VIEW_ROLES; i++) {
        const cJSON *role = cJSON_GetObjectItemCaseSensitive(event, roles[i]);

        view->cost[i].calls = (uint64_t)number(role, "calls", 0);
        view->cost[i].requests = (uint64_t)number(role, "requests", 0);
        view->cost[i].tokens = (uint64_t)number(role, "tokens", 0);
        view->cost[i].usd = number(role, "usd", 0);
    }
    view->in_flight = count(event, "in_flight");
    view->waiting = count(event, "waiting");
    view->calls_per_s = number(event, "calls_per_s", 0);
    view->paid = (uint64_t)number(event, "paid", 0);
    view->failed = (uint64_t)number(event, "failed", 0);
    if (view->paid > 0 && view->sitting_t < 0) {
        view->sitting_t = view->t;
        view->sitting_share = run_view_share_done(view);
    }
    view->retries = (uint64_t)number(event, "retries", 0);
}

static void on_stopped(struct run_view *view, const cJSON *event)
{
    view->stopped = true;
    copy(view->why, sizeof view->why, event, "why");
}

static void on_run_finished(struct run_view *view, const cJSON *event)
{
    view->finished = true;
    view->start_validation = number(event, "start_validation", view->start_validation);
    view->best_validation = number(event, "validation", view->best_validation);
    view->start_test = number(event, "start_test", NAN);
    view->test = number(event, "test", NAN);
    copy(view->why, sizeof view->why, event, "reason");
    copy(view->workflow_path, sizeof view->workflow_path, event, "workflow");
}

static const struct {
    const char *type;
    void (*apply)(struct run_view *view, const cJSON *event);
} reducers[] = {
    { "run_started", on_run_started },
    { "baseline", on_baseline },
    { "batch_started", on_batch_started },
    { "rollout", on_rollout },
    { "gradient", on_gradient },
    { "workflow_gradient", on_gradient },
    { "proposal", on_proposal },
    { "decision", on_decision },
    { "validation", on_validation },
    { "test", on_test },
    { "warning", on_warning },
    { "phase", on_phase },
    { "calls", on_calls },
    { "stopped", on_stopped },
    { "run_finished", on_run_finished },
};

void run_view_apply(struct run_view *view, const cJSON *event)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "type"));

    view->t = (int64_t)number(event, "t", (double)view->t);
    for (size_t i = 0; type != NULL && i < sizeof reducers / sizeof reducers[0]; i++)
        if (strcmp(type, reducers[i].type) == 0)
            reducers[i].apply(view, event);
}

struct view_cost run_view_total(const struct run_view *view)
{
    struct view_cost total = { 0 };

    for (int i = 0; i < VIEW_ROLES; i++) {
        total.calls += view->cost[i].calls;
        total.requests += view->cost[i].requests;
        total.tokens += view->cost[i].tokens;
        total.usd += view->cost[i].usd;
    }
    return total;
}

static unsigned steps_a_round(const struct run_view *view)
{
    return view->inner_steps + (view->outer ? 1 : 0);
}

double run_view_share_done(const struct run_view *view)
{
    double steps = steps_a_round(view);
    double rounds = view->rounds;
    double batch;

    if (view->finished)
        return 1;
    if (view->batches == 0 || view->batch == 0 || steps < 1 || rounds < 1)
        return 0;
    batch = view->round > 0 ? ((view->round - 1) * steps + view->step) / (rounds * steps) : 0;
    return (view->batch - 1 + (batch < 1 ? batch : 1)) / view->batches;
}

/* ".642", "1.00" or "-". */
static const char *score_text(double score, char text[8])
{
    if (isnan(score))
        return "-";
    (void)snprintf(text, 8, "%.3f", score);
    return score < 0.9995 && text[0] == '0' ? text + 1 : text;
}

static const char *eta_text(const struct run_view *view, char text[24])
{
    double share = run_view_share_done(view);
    double gained = share - view->sitting_share;
    double left;

    if (view->sitting_t < 0 || gained <= 0.01)
        return "-";
    left = (double)(view->t - view->sitting_t) / 1000 * (1 - share) / gained;
    if (left >= 3600)
        (void)snprintf(text, 24, "%.1f h", left / 3600);
    else if (left >= 90)
        (void)snprintf(text, 24, "%.0f min", left / 60);
    else
        (void)snprintf(text, 24, "%.0f s", left);
    return text;
}

/* "812", "41 k", "3.2 M". */
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
    double hits = total.requests > 0
                      ? 100.0 * (double)(total.requests - total.calls) / (double)total.requests
                      : 0;

    (void)snprintf(usd, sizeof usd, " $%.2f", total.usd);
    if (brief)
        (void)snprintf(line, (size_t)size,
            "b%u/%u r%u s%u %s | val %s best %s | %llu calls %.0f%% hit %st%s | ETA %s",
            view->batch, view->batches, view->round, view->step,
            score_text(view->batch_score, batch), score_text(view->last_validation, last),
            score_text(view->best_validation, best), calls, hits,
            run_view_amount(total.tokens, tokens), total.usd > 0 ? usd : "", eta_text(view, eta));
    else
        (void)snprintf(line, (size_t)size,
            "batch %u/%u  round %u/%u  step %u/%u %s  batch score %s  validation %s  best %s  "
            "start %s  %llu calls  cache %.0f%%  %s tokens  $%.2f  ETA %s",
            view->batch, view->batches, view->round, view->rounds, view->step, steps_a_round(view),
            view->step == 0    ? "-"
            : view->outer_step ? "outer"
                               : "inner",
            score_text(view->batch_score, batch), score_text(view->last_validation, last),
            score_text(view->best_validation, best), score_text(view->start_validation, start),
            calls, hits, run_view_amount(total.tokens, tokens), total.usd, eta_text(view, eta));
}
