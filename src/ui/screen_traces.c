/* Traces: the passes of the run, the examples of one, one example (trace_page.c). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example_rows.h"
#include "mem.h"
#include "pass_rows.h"
#include "screens.h"
#include "trace_page.h"
#include "trace_places.h"
#include "trace_sections.h"
#include "view_words.h"

/* Rows left below the examples from which the selected one is shown there; columns from which the
 * selected pass is shown beside the passes, and those of the passes. */
enum { PREVIEW_FROM = 6, BESIDE_FROM = 160, PASSES_WIDTH = 76 };

enum level { LEVEL_PASSES, LEVEL_EXAMPLES, LEVEL_EXAMPLE };

struct traces {
    struct ui *ui;
    enum level level;
    bool is_linked; /* this level was reached by a link: Esc leads back there */
    bool follows;   /* the newest pass is shown */
    int rollout;    /* whose examples are shown; VIEW_NONE: none yet */
    struct pass_rows passes;
    struct example_rows examples;
    struct trace_page page;
    struct text_view preview;
    struct pane at; /* where the list of this level was drawn last */
    bool is_beside; /* the selected pass is shown beside the passes */
    bool is_zoomed; /* the passes stand alone */
    char *wanted;   /* an example to be selected once it is there */
    char filter[128];
};

static void *traces_open(struct ui *ui)
{
    struct traces *traces = mem_zalloc(1, sizeof *traces);

    traces->ui = traces->passes.ui = ui;
    traces->level = LEVEL_EXAMPLES;
    traces->rollout = VIEW_NONE;
    traces->follows = true;
    return traces;
}

static void traces_close(void *state)
{
    struct traces *traces = state;

    pass_rows_free(&traces->passes);
    example_rows_free(&traces->examples);
    trace_page_free(&traces->page);
    text_view_free(&traces->preview);
    free(traces->wanted);
    free(traces);
}

/* ---- what is shown ---- */

static void set_rollout(struct traces *traces, int rollout)
{
    traces->rollout = rollout;
    example_rows_set(&traces->examples, traces->ui, rollout);
}

static void select_wanted(struct traces *traces)
{
    if (traces->wanted == NULL || !example_rows_are_there(&traces->examples))
        return;
    (void)example_rows_select(&traces->examples, traces->wanted);
    free(traces->wanted);
    traces->wanted = NULL;
}

static void refresh(struct traces *traces)
{
    const struct run_view *view = ui_view(traces->ui);
    int count = (int)view->rollouts.count;

    if (traces->is_beside && traces->level == LEVEL_PASSES &&
        pass_rows_selected(&traces->passes) >= 0)
        traces->rollout = pass_rows_selected(&traces->passes);
    if (traces->rollout >= count || (traces->follows && traces->level == LEVEL_EXAMPLES))
        traces->rollout = newest_pass(view);
    if (count == 0 && traces->level == LEVEL_EXAMPLE)
        traces->level = LEVEL_EXAMPLES;
    set_rollout(traces, traces->rollout);
    select_wanted(traces);
}

/* ---- drawing ---- */

/* How many examples have what is searched for. */
static void draw_search(const struct example_rows *examples, const struct pane *row, int x)
{
    const char *dot = row->canvas->ascii ? "-" : "·";

    if (examples->needle == NULL)
        return;
    if (example_rows_is_searched(examples))
        (void)pane_print(row, x, 0, ROLE_WARNING, "%s /%s in %zu%s", dot, examples->needle,
            examples->found_count, examples->found_count > 1 ? ", n the next" : "");
    else
        (void)pane_print(row, x, 0, ROLE_DIM, "%s /%s", dot, examples->needle);
}

static void draw_head(const struct traces *traces, const struct pane *row)
{
    const struct run_view *view = ui_view(traces->ui);
    const struct view_rollout *pass = &view->rollouts.items[traces->rollout];
    const char *dot = row->canvas->ascii ? "-" : "·";
    char name[WORDS], score[8];
    size_t shown, lost = example_rows_lost(&traces->examples);
    size_t failed = example_rows_failed(&traces->examples) - lost;
    int x;

    (void)example_rows_place(&traces->examples, &shown);
    (void)words_pass(view, traces->rollout, name);
    x = pane_text_n(row, 0, 0, -1, ROLE_TITLE, ATTR_BOLD, name, strlen(name));
    x += pane_print(row, x + 1, 0, ROLE_TEXT, "%s score %s %s %zu failed", dot,
             run_view_score(pass->score, score), dot, failed) +
         1;
    if (lost > 0)
        x += pane_print(row, x, 0, ROLE_WARNING, ", %zu lost", lost);
    if (traces->follows && traces->level == LEVEL_EXAMPLES && traces->filter[0] == '\0')
        x += pane_print(row, x + 1, 0, ROLE_DIM, "%s the newest", dot) + 1;
    if (traces->filter[0] != '\0')
        x += pane_print(row, x + 1, 0, ROLE_WARNING, "%s only %zu of %zu: %s", dot, shown,
                 traces->examples.rows.count, traces->filter) +
             1;
    draw_search(&traces->examples, row, x + 1);
}

/* Where there is room below the rows: why the selected example has its score. */
static void draw_preview(struct traces *traces, struct pane pane)
{
    const struct example_row *row = example_rows_selected(&traces->examples);
    struct trace_step step = { traces->ui, traces->rollout, VIEW_NONE, NULL };
    struct sections sections = { 0 };

    if (row == NULL)
        return;
    pane_hline(&pane, 0, 0, pane.width, ROLE_BORDER);
    (void)pane_cut_top(&pane, 1);
    step.trace = reader_trace(
        ui_reader(traces->ui), ui_view(traces->ui)->rollouts.items[traces->rollout].pass, row->id);
    if (step.trace == NULL)
        sections_add(&sections, NULL, ROLE_TEXT, NULL, 0);
    else
        trace_add_brief(&sections, &step);
    sections_show(&sections, &traces->preview);
    text_view_draw(&traces->preview, &pane);
    sections_free(&sections);
}

static void draw_examples(struct traces *traces, struct pane pane)
{
    int rows = (int)list_shown(&traces->examples.list);
    struct pane row;

    if (traces->rollout < 0) {
        (void)pane_text(&pane, 0, 0, ROLE_DIM, "no pass has begun yet");
        return;
    }
    row = pane_cut_top(&pane, pane.height > 3 ? 1 : 0);
    if (row.height > 0)
        draw_head(traces, &row);
    row = pane;
    if (pane.height >= rows + PREVIEW_FROM) {
        row = pane_cut_top(&pane, rows + 1);
        draw_preview(traces, pane);
    }
    example_rows_draw(&traces->examples, &row, traces->level == LEVEL_EXAMPLES);
    if (traces->level == LEVEL_EXAMPLES)
        traces->at = row;
}

/* Beside the passes, where there is room, the examples of the selected one. */
static void draw_passes(struct traces *traces, struct pane pane)
{
    traces->at = pane;
    if (traces->is_beside) {
        traces->at = pane_cut_left(&pane, ui_divide(traces->ui, pane.width, PASSES_WIDTH));
        pane_vline(&pane, 1, 0, pane.height, ROLE_BORDER);
        (void)pane_cut_left(&pane, 3);
        if (pass_rows_selected(&traces->passes) >= 0)
            draw_examples(traces, pane);
    }
    pass_rows_draw(&traces->passes, &traces->at);
}

static void traces_draw(void *state, const struct pane *pane)
{
    struct traces *traces = state;
    size_t count = 0, place;

    traces->is_beside = traces->level == LEVEL_PASSES && pane->width >= BESIDE_FROM &&
                        !traces->is_zoomed && ui_view(traces->ui)->rollouts.count > 0;
    refresh(traces);
    if (traces->level == LEVEL_PASSES) {
        draw_passes(traces, *pane);
    } else if (traces->level == LEVEL_EXAMPLES) {
        draw_examples(traces, *pane);
    } else {
        place = example_rows_place(&traces->examples, &count);
        trace_page_draw(&traces->page, pane, place, count);
    }
}

/* ---- going around ---- */

static enum outcome open_example(struct traces *traces)
{
    const struct example_row *row = example_rows_selected(&traces->examples);

    if (row == NULL)
        return OUTCOME_NONE;
    trace_page_open(&traces->page, traces->ui, traces->rollout, row->id);
    if (traces->level != LEVEL_EXAMPLE)
        traces->is_linked = false;
    traces->level = LEVEL_EXAMPLE;
    return OUTCOME_REDRAW;
}

static enum outcome open_selected(struct traces *traces)
{
    int rollout;

    if (traces->level == LEVEL_EXAMPLES)
        return open_example(traces);
    rollout = pass_rows_selected(&traces->passes);
    if (rollout < 0)
        return OUTCOME_NONE;
    traces->follows = false;
    traces->is_linked = false;
    traces->level = LEVEL_EXAMPLES;
    set_rollout(traces, rollout);
    return OUTCOME_REDRAW;
}

static enum outcome step_out(struct traces *traces)
{
    bool leaves = traces->is_linked && ui_can_go_back(traces->ui);

    traces->is_linked = false;
    if (traces->level == LEVEL_PASSES)
        return OUTCOME_IGNORED;
    if (traces->level == LEVEL_EXAMPLE)
        trace_page_free(&traces->page);
    traces->level = traces->level == LEVEL_EXAMPLE ? LEVEL_EXAMPLES : LEVEL_PASSES;
    if (traces->level == LEVEL_PASSES)
        pass_rows_select(&traces->passes, traces->rollout);
    return leaves ? OUTCOME_IGNORED : OUTCOME_REDRAW;
}

/* The pass before or after this one. */
static enum outcome next_pass(struct traces *traces, bool forward)
{
    int rollout = traces->rollout + (forward ? 1 : -1);

    if (rollout < 0 || rollout >= (int)ui_view(traces->ui)->rollouts.count) {
        ui_say(
            traces->ui, ROLE_TEXT, forward ? "this is the newest pass" : "this is the first pass");
        return OUTCOME_NONE;
    }
    traces->follows = false;
    set_rollout(traces, rollout);
    return OUTCOME_REDRAW;
}

static enum outcome next_example(struct traces *traces, bool forward)
{
    (void)example_rows_act(&traces->examples, forward ? ACTION_DOWN : ACTION_UP);
    return open_example(traces);
}

static enum outcome next_failed(struct traces *traces, bool forward)
{
    if (traces->level == LEVEL_PASSES) {
        ui_say(traces->ui, ROLE_TEXT, "Enter opens a pass; x goes to its next failed example");
        return OUTCOME_NONE;
    }
    if (!example_rows_next_failed(&traces->examples, forward)) {
        ui_say(traces->ui, ROLE_TEXT, "no failed example %s this one in this pass",
            forward ? "after" : "before");
        return OUTCOME_NONE;
    }
    return traces->level == LEVEL_EXAMPLE ? open_example(traces) : OUTCOME_REDRAW;
}

/* ---- an example by its id, over all passes ---- */

static void show_example(struct traces *traces, int rollout, int example)
{
    free(traces->wanted);
    traces->wanted = mem_strdup(ui_view(traces->ui)->examples.items[example].id);
    trace_page_free(&traces->page);
    trace_page_open(&traces->page, traces->ui, rollout, traces->wanted);
    traces->level = LEVEL_EXAMPLE;
}

static void on_example(void *data, const char *line)
{
    struct traces *traces = data;
    const struct run_view *view = ui_view(traces->ui);
    int example;

    if (line == NULL || *line == '\0' || traces->level != LEVEL_PASSES)
        return;
    example = example_like(view, line);
    if (example < 0) {
        ui_say(traces->ui, ROLE_WARNING,
            "no example of a batch has this in its id: %s (Enter a pass, / searches its texts)",
            line);
        return;
    }
    traces->follows = traces->is_linked = false;
    set_rollout(traces, newest_pass_with(view, example));
    show_example(traces, traces->rollout, example);
    select_wanted(traces);
}

/* ---- filters ---- */

static void on_filter(void *data, const char *line)
{
    struct traces *traces = data;
    struct err err = { .code = ERR_NONE };
    bool ok;

    if (line == NULL)
        return;
    if (traces->level == LEVEL_PASSES) {
        ok = pass_rows_filter(&traces->passes, line, &err);
    } else {
        ok = example_rows_filter(&traces->examples, line, &err);
        if (ok)
            (void)snprintf(traces->filter, sizeof traces->filter, "%s", line);
    }
    if (!ok)
        ui_say(traces->ui, ROLE_ERROR, "%s", err.message);
}

static void on_find(void *data, const char *line)
{
    struct traces *traces = data;

    if (line != NULL && traces->rollout >= 0)
        example_rows_find(&traces->examples, line);
}

static enum outcome next_match(struct traces *traces, bool forward)
{
    if (traces->examples.needle == NULL)
        ui_say(traces->ui, ROLE_TEXT, "nothing is searched: / searches");
    else if (!example_rows_is_searched(&traces->examples))
        ui_say(traces->ui, ROLE_TEXT, "still searching");
    else if (!example_rows_next_match(&traces->examples, forward))
        ui_say(traces->ui, ROLE_WARNING, "not found: %s", traces->examples.needle);
    return OUTCOME_REDRAW;
}

static enum outcome ask_filter(struct traces *traces)
{
    if (traces->level == LEVEL_PASSES)
        ui_ask_line(traces->ui, "passes (for:validation score<.5 best): ", NULL, on_filter, traces);
    else
        ui_ask_line(traces->ui, "examples (failed score<.5 node:NAME WORD): ", traces->filter,
            on_filter, traces);
    return OUTCOME_NONE;
}

static enum outcome toggle_follow(struct traces *traces)
{
    traces->follows = !traces->follows;
    refresh(traces);
    return OUTCOME_REDRAW;
}

/* ---- the screen ---- */

static enum outcome act_on_examples(struct traces *traces, enum action action)
{
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return next_pass(traces, action == ACTION_NEXT);
    case ACTION_FOLLOW:
        return toggle_follow(traces);
    case ACTION_SEARCH:
        ui_ask_line(
            traces->ui, "in all texts of the examples: ", traces->examples.needle, on_find, traces);
        return OUTCOME_NONE;
    case ACTION_SEARCH_NEXT:
    case ACTION_SEARCH_PREVIOUS:
        return next_match(traces, action == ACTION_SEARCH_NEXT);
    case ACTION_DIRECTION:
        if (open_example(traces) == OUTCOME_REDRAW)
            (void)trace_page_act(&traces->page, action);
        return OUTCOME_REDRAW;
    default:
        break;
    }
    if (!example_rows_act(&traces->examples, action))
        return OUTCOME_IGNORED;
    traces->follows = false;
    return OUTCOME_REDRAW;
}

static enum outcome act_on_passes(struct traces *traces, enum action action)
{
    if (action == ACTION_SEARCH) {
        ui_ask_line(traces->ui, "example (its id or the end of it): ", NULL, on_example, traces);
        return OUTCOME_NONE;
    }
    if (action == ACTION_ZOOM) {
        traces->is_zoomed = !traces->is_zoomed;
        return OUTCOME_REDRAW;
    }
    if (action == ACTION_RESET_PANES) {
        traces->is_zoomed = false;
        return OUTCOME_IGNORED;
    }
    return pass_rows_act(&traces->passes, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome act_on_level(struct traces *traces, enum action action)
{
    if (traces->level == LEVEL_EXAMPLES)
        return traces->rollout >= 0 ? act_on_examples(traces, action) : OUTCOME_IGNORED;
    if (traces->level == LEVEL_PASSES)
        return act_on_passes(traces, action);
    if (action == ACTION_NEXT || action == ACTION_PREVIOUS)
        return next_example(traces, action == ACTION_NEXT);
    return trace_page_act(&traces->page, action);
}

static enum outcome traces_act(void *state, enum action action)
{
    struct traces *traces = state;

    refresh(traces);
    switch ((unsigned)action) { /* the rest is the level's */
    case ACTION_BACK:
        return step_out(traces);
    case ACTION_OPEN:
        return traces->level == LEVEL_EXAMPLE ? trace_page_act(&traces->page, action)
                                              : open_selected(traces);
    case ACTION_NEXT_FAILED:
    case ACTION_PREVIOUS_FAILED:
        return next_failed(traces, action == ACTION_NEXT_FAILED);
    case ACTION_FILTER:
        return ask_filter(traces);
    default:
        return act_on_level(traces, action);
    }
}

static void traces_show(void *state, const struct place *place)
{
    struct traces *traces = state;
    const struct run_view *view = ui_view(traces->ui);
    struct place at = resolve_place(view, place);

    if (at.rollout < 0)
        return;
    traces->follows = false;
    traces->is_linked = true;
    traces->filter[0] = '\0';
    example_rows_free(&traces->examples);
    set_rollout(traces, at.rollout);
    traces->level = LEVEL_EXAMPLES;
    if (at.example < 0)
        return;
    show_example(traces, at.rollout, at.example);
    if (at.gradient >= 0)
        trace_page_show_gradient(&traces->page, at.node);
    else
        trace_page_show_node(&traces->page, at.node);
    select_wanted(traces);
}

static struct place traces_where(const void *state)
{
    const struct traces *traces = state;
    const struct trace_page *page = &traces->page;
    struct place place = place_of(SCREEN_TRACES);

    if (traces->level == LEVEL_PASSES || traces->rollout < 0)
        return place;
    place.rollout = traces->level == LEVEL_EXAMPLE ? page->rollout : traces->rollout;
    if (traces->level == LEVEL_EXAMPLES)
        return place;
    place.example = example_by_id(ui_view(traces->ui), page->example);
    place.node = trace_page_node(page);
    place.gradient = trace_page_gradient(page);
    return place;
}

static size_t traces_hints(void *state, enum action hints[HINTS_MAX])
{
    static const enum action passes[] = { ACTION_OPEN, ACTION_SEARCH, ACTION_FILTER, ACTION_SORT,
        ACTION_COMMAND };
    static const enum action examples[] = { ACTION_OPEN, ACTION_NEXT_FAILED, ACTION_DIRECTION,
        ACTION_FILTER, ACTION_SEARCH, ACTION_NEXT, ACTION_BACK, ACTION_SORT, ACTION_FOLLOW };
    const struct traces *traces = state;

    if (traces->level == LEVEL_EXAMPLE)
        return trace_page_hints(&traces->page, hints);
    if (traces->level == LEVEL_EXAMPLES) {
        memcpy(hints, examples, sizeof examples);
        return sizeof examples / sizeof examples[0];
    }
    memcpy(hints, passes, sizeof passes);
    return sizeof passes / sizeof passes[0];
}

static const char *traces_hint(void *state, enum action action)
{
    const struct traces *traces = state;

    if (traces->level == LEVEL_EXAMPLE)
        return trace_page_hint(&traces->page, action);
    return action == ACTION_FOLLOW && traces->follows ? "unfollow" : NULL;
}

static enum outcome traces_click(void *state, int x, int y)
{
    struct traces *traces = state;
    bool on_passes = traces->level == LEVEL_PASSES;
    struct list *list = on_passes ? &traces->passes.list : &traces->examples.list;
    struct list_look look = { list_has_head(list, &traces->at), true, NULL };

    if (traces->level == LEVEL_EXAMPLE)
        return trace_page_click(&traces->page, x, y);
    if (!ui_pane_has(&traces->at, x, y) || !list_click(list, &look, ui_pane_line(&traces->at, y)))
        return OUTCOME_NONE;
    traces->follows = traces->follows && on_passes;
    return OUTCOME_REDRAW;
}

static enum outcome traces_wheel(void *state, int x, int y, enum action action)
{
    struct traces *traces = state;

    if (traces->level == LEVEL_EXAMPLE)
        return trace_page_wheel(&traces->page, x, y, action);
    if (traces->is_beside && !ui_pane_has(&traces->at, x, y))
        return example_rows_act(&traces->examples, action) ? OUTCOME_REDRAW : OUTCOME_NONE;
    return traces_act(traces, action);
}

static struct division traces_division(const void *state)
{
    const struct traces *traces = state;

    return traces->level == LEVEL_EXAMPLE ? trace_page_division(&traces->page)
                                          : (struct division){ .side = traces->is_beside ? 1 : 0 };
}

static void traces_text(void *state, struct str *out)
{
    struct traces *traces = state;
    const struct example_row *row;

    refresh(traces);
    if (traces->level == LEVEL_EXAMPLE)
        trace_page_text(&traces->page, out);
    else if (traces->level == LEVEL_EXAMPLES &&
             (row = example_rows_selected(&traces->examples)) != NULL)
        str_add(out, row->id);
}

const struct screen screen_traces = {
    .name = "Traces",
    .context = CONTEXT_TRACES,
    .open = traces_open,
    .close = traces_close,
    .draw = traces_draw,
    .act = traces_act,
    .show = traces_show,
    .where = traces_where,
    .click = traces_click,
    .wheel = traces_wheel,
    .division = traces_division,
    .hints = traces_hints,
    .hint = traces_hint,
    .text = traces_text,
};
