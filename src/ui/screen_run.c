/* Screen 1: the run at a glance. The graph with live rows, scores over batches, numbers, the log.
 * One pane below 80x24 (Tab goes round), two columns above, three from 200x50. */
#include "screens.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph_scene.h"
#include "log_list.h"
#include "mem.h"
#include "node_state.h"
#include "run_facts.h"

enum {
    BRIEF_TITLE = 50 /* below, what goes on is told in short in the graph's title */
};

enum part { PART_GRAPH, PART_LOG, PART_SCORES, PART_FACTS, PARTS };

struct points {
    double *x, *y;
    size_t count;
};

struct run_screen {
    struct ui *ui;
    struct graph_scene scene;
    struct list log;
    enum part focus;
    bool zoomed, one, log_y;
    struct points validation, train;
    double *rates;         /* x and y of the chart of the rate */
    struct pane at[PARTS]; /* where each part was drawn last; empty: it was not */
};

static void *open_run(struct ui *ui)
{
    struct run_screen *screen = mem_zalloc(1, sizeof *screen);

    screen->ui = ui;
    screen->log.follow = true;
    return screen;
}

static void close_run(void *state)
{
    struct run_screen *screen = state;

    graph_scene_free(&screen->scene);
    list_free(&screen->log);
    free(screen->validation.x);
    free(screen->validation.y);
    free(screen->train.x);
    free(screen->train.y);
    free(screen->rates);
    free(screen);
}

/* ---- scores ---- */

static void add_point(struct points *points, double x, double y)
{
    points->x[points->count] = x;
    points->y[points->count++] = y;
}

static void start_points(struct points *points, size_t most)
{
    points->x = mem_realloc(points->x, most + 1, sizeof *points->x);
    points->y = mem_realloc(points->y, most + 1, sizeof *points->y);
    points->count = 0;
}

/* Validation: the baseline at batch 0, then one a batch. Training: the first rollout of each batch,
 * before anything is learned from it. */
static void collect_scores(struct run_screen *screen, const struct run_view *view)
{
    unsigned batch = 0;

    start_points(&screen->validation, view->rollouts.count);
    start_points(&screen->train, view->rollouts.count);
    for (size_t i = 0; i < view->rollouts.count; i++) {
        const struct view_rollout *rollout = &view->rollouts.items[i];

        if (rollout->test || !run_view_is_of_schedule(rollout))
            continue;
        if (rollout->validation)
            add_point(&screen->validation, rollout->batch, rollout->score);
        else if (rollout->batch != batch) {
            batch = rollout->batch;
            add_point(&screen->train, batch, rollout->score);
        }
    }
}

static const char *score_label(double value, char text[16])
{
    return run_view_score(value, text);
}

static void extend_by(const struct points *points, double *low, double *high)
{
    for (size_t i = 0; i < points->count; i++) {
        *low = fmin(*low, points->y[i]);
        *high = fmax(*high, points->y[i]);
    }
}

/* Scores are within [0, 1], and no score is beyond them unless a metric has others. The range is
 * not so small that its numbers, three decimals, would be the same. */
static void set_range(const struct run_screen *screen, struct chart *chart)
{
    enum { LEAST_PERCENT = 5 };
    double low = chart->reference, high = chart->reference, room;

    extend_by(&screen->validation, &low, &high);
    extend_by(&screen->train, &low, &high);
    if (isnan(low) || chart->log_y)
        return;
    room = fmax((high - low) * 0.04, (LEAST_PERCENT / 100.0 - (high - low)) / 2);
    chart->y_min = low >= 0 ? fmax(0, low - room) : low - room;
    chart->y_max = high <= 1 ? fmin(1, high + room) : high + room;
}

static void draw_scores(struct run_screen *screen, const struct pane *pane)
{
    const struct run_view *view = ui_view(screen->ui);
    struct chart_series series[2];
    struct chart chart = { .series = series,
        .series_count = 2,
        .reference = view->start_validation,
        .reference_name = "start",
        .mark_best = true,
        .log_y = screen->log_y,
        .x_min = 0,
        .x_max = view->batch > 5 ? (double)view->batch : 5,
        .y_min = NAN,
        .y_max = NAN,
        .format = score_label,
        .style = ui_look(screen->ui).charts };

    collect_scores(screen, view);
    if (screen->validation.count == 0 && screen->train.count == 0) {
        (void)text_draw(pane, ROLE_DIM, "no score yet: the start is being measured", 0);
        return;
    }
    set_range(screen, &chart);
    series[0] = (struct chart_series){ "val", screen->validation.x, screen->validation.y,
        screen->validation.count, ROLE_CHART, false };
    series[1] = (struct chart_series){ "train", screen->train.x, screen->train.y,
        screen->train.count, ROLE_CHART_ALT, true };
    chart_draw(&chart, pane);
}

/* As the log tells times. */
static const char *clock_label(double seconds, char text[16])
{
    char time[24];

    (void)snprintf(text, 16, "%.15s", log_time((int64_t)lround(seconds * 1000), time));
    return text;
}

/* From one number of the rate's x axis to the next: it shows four of them, less time while there is
 * less. */
static double rate_step(double now)
{
    static const double steps[] = { 1, 2, 5, 10, 15, 30 };
    size_t i = 0;

    while (i + 1 < sizeof steps / sizeof steps[0] && 4 * steps[i] <= now)
        i++;
    return steps[i];
}

/* Calls per second by the run's time. The curve grows to the right edge and then goes back by a
 * quarter: a new value changes a few cells, where a curve that always ends at the edge would change
 * all of them. */
static void draw_rate(struct run_screen *screen, const struct pane *pane)
{
    const struct run_view *view = ui_view(screen->ui);
    size_t count = view->rates.count;
    double now = count > 0 ? (double)view->rates.items[count - 1].t / 1000 : 0;
    double step = rate_step(now), quarters = floor(now / step) + 1;
    struct chart_series series;
    struct chart chart = { .series = &series,
        .series_count = 1,
        .reference = NAN,
        .x_min = fmax(0, quarters - 4) * step,
        .x_max = fmax(4, quarters) * step,
        .y_min = 0,
        .y_max = NAN,
        .format_x = clock_label,
        .x_step = step,
        .style = ui_look(screen->ui).charts };

    screen->rates = mem_realloc(screen->rates, 2 * count + 1, sizeof *screen->rates);
    for (size_t i = 0; i < count; i++) {
        screen->rates[i] = (double)view->rates.items[i].t / 1000;
        screen->rates[count + i] = view->rates.items[i].calls_per_s;
    }
    series = (struct chart_series){ "calls/s", screen->rates, screen->rates + count, count,
        ROLE_CHART, false };
    if (count > 0)
        chart_draw(&chart, pane);
}

/* ---- parts ---- */

static const char *part_title(
    const struct run_screen *screen, enum part part, int width, char text[160])
{
    static const char *const titles[] = { "Graph", "Log", "Scores by batch", "Run" };
    const struct run_view *view = ui_view(screen->ui);

    struct str passes = STR_INIT;

    if (part == PART_GRAPH && !view->finished && !view->stopped)
        run_facts_passes(view, width < BRIEF_TITLE, &passes);
    if (passes.len > 0)
        (void)snprintf(text, 160, "Graph: %s", str_text(&passes));
    else if (part == PART_SCORES && view->metric[0] != '\0')
        (void)snprintf(text, 160, "Scores by batch (%s)", view->metric);
    else
        (void)snprintf(text, 160, "%s", titles[part]);
    str_free(&passes);
    return text;
}

static void draw_part(struct run_screen *screen, enum part part, const struct pane *pane)
{
    const struct run_view *view = ui_view(screen->ui);
    bool focused = screen->focus == part;
    char title[160];
    struct pane body = pane_title(pane, part_title(screen, part, pane->width, title), focused);

    screen->at[part] = body;
    if (part == PART_GRAPH) {
        graph_scene_draw(&screen->scene, view, ui_look(screen->ui), &body, focused);
    } else if (part == PART_LOG) {
        list_draw(&screen->log, &log_source, view, &body,
            &(struct list_look){ .focused = focused, .empty = "nothing yet" });
    } else if (part == PART_SCORES) {
        draw_scores(screen, &body);
    } else {
        (void)run_facts_draw(view, &body);
    }
}

static struct pane cut_column(struct pane *pane, int width)
{
    struct pane column = pane_cut_left(pane, width);
    struct pane line = pane_cut_left(pane, 1);

    pane_vline(&line, 0, 0, line.height, ROLE_BORDER);
    return column;
}

/* Fewer where the graph needs the rows and three lines are left. */
static int log_rows(const struct run_screen *screen, int height)
{
    int rows = height / 4, spare = height - 1 - graph_scene_rows(&screen->scene);

    return spare < rows ? spare > 4 ? spare : 4 : rows;
}

static void draw_two(struct run_screen *screen, const struct pane *pane)
{
    struct pane top = *pane;
    struct pane log = pane_cut_bottom(&top, log_rows(screen, pane->height));
    struct pane graph = cut_column(&top,
        ui_divide(screen->ui, pane->width, pane->width * (pane->width < 100 ? 56 : 50) / 100));
    int facts = top.height > 30 ? 14 : (top.height + 1) / 2;
    struct pane run = pane_cut_bottom(&top, facts);

    draw_part(screen, PART_GRAPH, &graph);
    draw_part(screen, PART_SCORES, &top);
    draw_part(screen, PART_FACTS, &run);
    draw_part(screen, PART_LOG, &log);
}

static void draw_three(struct run_screen *screen, const struct pane *pane)
{
    struct pane rest = *pane;
    struct pane graph =
        cut_column(&rest, ui_divide(screen->ui, pane->width, pane->width * 32 / 100));
    struct pane middle = cut_column(&rest, rest.width * 58 / 100);
    struct pane rate = pane_cut_bottom(&middle, pane->height / 3);
    struct pane facts = pane_cut_top(&rest, 15), rate_body;

    draw_part(screen, PART_GRAPH, &graph);
    draw_part(screen, PART_SCORES, &middle);
    rate_body = pane_title(&rate, "Calls per second, by the time of the run", false);
    draw_rate(screen, &rate_body);
    draw_part(screen, PART_FACTS, &facts);
    draw_part(screen, PART_LOG, &rest);
}

static void draw_run(void *state, const struct pane *pane)
{
    struct run_screen *screen = state;
    const struct run_view *view = ui_view(screen->ui);

    memset(screen->at, 0, sizeof screen->at);
    graph_scene_update(&screen->scene, view);
    list_update(&screen->log, &log_source, view, view->log.count, 0);
    screen->one = screen->zoomed || pane->width < 80 || pane->height < 18;
    if (!screen->one && screen->focus > PART_LOG)
        screen->focus = PART_GRAPH; /* the others have nothing to select */
    if (screen->one)
        draw_part(screen, screen->focus, pane);
    else if (pane->width >= 200 && pane->height >= 46)
        draw_three(screen, pane);
    else
        draw_two(screen, pane);
}

/* ---- acting ---- */

static enum outcome next_pane(struct run_screen *screen, int by)
{
    int parts = screen->one ? PARTS : 2;

    screen->focus = (enum part)(((int)screen->focus + by + parts) % parts);
    return OUTCOME_REDRAW;
}

static enum outcome act_part(struct run_screen *screen, enum action action)
{
    size_t row;

    if (screen->focus == PART_LOG && (action == ACTION_OPEN || action == ACTION_TRACE))
        return list_selected(&screen->log, &row) ? log_open(screen->ui, row) : OUTCOME_IGNORED;
    if (action == ACTION_OPEN || action == ACTION_TRACE)
        return graph_scene_open(&screen->scene, screen->ui, action);
    if (action == ACTION_FOLLOW ||
        (screen->focus == PART_LOG && action != ACTION_SORT && action != ACTION_GRAPH_STYLE))
        return list_act(&screen->log, &log_source, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    return graph_scene_act(&screen->scene, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome act(void *state, enum action action)
{
    struct run_screen *screen = state;

    graph_scene_update(&screen->scene, ui_view(screen->ui));
    if (graph_scene_find(&screen->scene, screen->ui, action) != OUTCOME_IGNORED) {
        screen->focus = PART_GRAPH;
        return OUTCOME_REDRAW;
    }
    switch ((int)action) {
    case ACTION_NEXT_PANE:
        return next_pane(screen, 1);
    case ACTION_PREVIOUS_PANE:
        return next_pane(screen, -1);
    case ACTION_ZOOM:
        screen->zoomed = !screen->zoomed;
        return OUTCOME_REDRAW;
    case ACTION_RESET_PANES:
        screen->zoomed = false;
        return OUTCOME_IGNORED;
    case ACTION_LOG_SCALE:
        screen->log_y = !screen->log_y;
        return OUTCOME_REDRAW;
    default:
        return act_part(screen, action);
    }
}

/* The part at this place of the screen that can have the focus; PARTS: none. */
static enum part part_at(const struct run_screen *screen, int x, int y)
{
    for (int i = PART_GRAPH; i <= PART_LOG; i++)
        if (ui_pane_has(&screen->at[i], x, y))
            return (enum part)i;
    return PARTS;
}

static enum outcome click(void *state, int x, int y)
{
    struct run_screen *screen = state;
    enum part part = part_at(screen, x, y);
    const struct pane *at = &screen->at[part < PARTS ? part : 0];

    if (part == PARTS)
        return OUTCOME_IGNORED;
    screen->focus = part;
    y = ui_pane_line(at, y);
    if (part == PART_GRAPH)
        (void)graph_scene_click(&screen->scene, x - at->x, y);
    else
        (void)list_click(&screen->log, &(struct list_look){ 0 }, y);
    return OUTCOME_REDRAW;
}

static enum outcome wheel(void *state, int x, int y, enum action action)
{
    struct run_screen *screen = state;
    enum part part = part_at(screen, x, y);

    graph_scene_update(&screen->scene, ui_view(screen->ui));
    if (part == PART_GRAPH)
        return graph_scene_act(&screen->scene, action) ? OUTCOME_REDRAW : OUTCOME_NONE;
    if (part == PART_LOG)
        return list_act(&screen->log, &log_source, action) ? OUTCOME_REDRAW : OUTCOME_NONE;
    return OUTCOME_NONE;
}

static struct division division(const void *state)
{
    const struct run_screen *screen = state;

    return (struct division){ screen->one, screen->one ? 0 : screen->focus == PART_GRAPH ? 1 : -1 };
}

static const char *hint(void *state, enum action action)
{
    const struct run_screen *screen = state;

    if (action == ACTION_FOLLOW && screen->log.follow)
        return "unfollow";
    if (action == ACTION_GRAPH_STYLE)
        return screen->scene.layered ? "rails" : "layers";
    return NULL;
}

/* The selected line of the log, or the selected node with its prompt. */
static void add_text(void *state, struct str *out)
{
    struct run_screen *screen = state;
    const struct run_view *view = ui_view(screen->ui);
    size_t row;

    if (screen->focus != PART_LOG)
        graph_scene_text(&screen->scene, view, out);
    else if (list_selected(&screen->log, &row) && row < view->log.count)
        str_addf(out, "%s\n", view->log.items[row].text);
}

const struct screen screen_run = {
    .name = "Run",
    .context = CONTEXT_RUN,
    .open = open_run,
    .close = close_run,
    .draw = draw_run,
    .act = act,
    .click = click,
    .wheel = wheel,
    .division = division,
    .hint = hint,
    .text = add_text,
};
