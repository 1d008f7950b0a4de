/* History: what happened from batch to batch, and the difference between any two points; a former
 * workflow can become the current one again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delta_view.h"
#include "history_page.h"
#include "json_pretty.h"
#include "mem.h"
#include "screens.h"

enum { NARROW = 60, WIDE = 120, LIST_WIDTH = 64 };

struct history {
    struct ui *ui;
    struct history_rows rows;
    struct list list;
    bool on_detail, is_zoomed, is_one_pane;
    struct pane panes[2]; /* list and detail, as drawn last */
    bool sides_chosen;
    /* the difference shown */
    struct delta *delta; /* NULL: none is shown */
    int from, to;        /* workflows */
    uint64_t version;
    struct delta_view diff;
    struct history_page page; /* else: the words about one row */
    int asked;                /* the workflow that was asked about */
};

static void refresh(struct history *history)
{
    const struct run_view *view = ui_view(history->ui);

    history_rows_update(&history->rows, view);
    list_update(&history->list, &history_source, &history->rows, history->rows.count,
        history->rows.made_of);
    if (history->list.follow && history->rows.count > 0)
        (void)list_select(&history->list, history->rows.count - 1);
}

static const struct history_row *row_at(const struct history *history, int row)
{
    return row >= 0 && (size_t)row < history->rows.count ? &history->rows.items[row] : NULL;
}

static int selected_row(const struct history *history)
{
    size_t row;

    return list_selected(&history->list, &row) ? (int)row : -1;
}

/* ---- which two points ---- */

/* Two marks; one mark and the selected row; or a proposal that was taken: before and after. */
static bool points(const struct history *history, int *from, int *to)
{
    const int *marks = history->rows.marks;
    int first = marks[0], second = marks[1] >= 0 ? marks[1] : selected_row(history);
    const struct history_row *row = row_at(history, selected_row(history));
    const struct history_row *earlier = row_at(history, first < second ? first : second);
    const struct history_row *later = row_at(history, first < second ? second : first);

    if (first >= 0 && first != second && earlier != NULL && later != NULL) {
        *from = earlier->workflow;
        *to = later->workflow;
        return *from != VIEW_NONE && *to != VIEW_NONE;
    }
    if (row == NULL || row->kind != HISTORY_PROPOSAL)
        return false;
    *from = ui_view(history->ui)->proposal_list.items[row->index].before;
    *to = ui_view(history->ui)->proposal_list.items[row->index].after;
    return *from != VIEW_NONE && *to != VIEW_NONE;
}

static void drop_delta(struct history *history)
{
    delta_free(history->delta);
    history->delta = NULL;
    history->version++;
}

static bool make_delta(struct history *history)
{
    const struct run_view *view = ui_view(history->ui);
    int from, to;

    if (!points(history, &from, &to)) {
        drop_delta(history);
        return false;
    }
    if (history->delta != NULL && history->from == from && history->to == to)
        return true;
    drop_delta(history);
    history->from = from;
    history->to = to;
    history->delta = delta_between(&view->workflows.items[from], &view->workflows.items[to]);
    history->diff.doc.top = 0;
    history->diff.doc.selected = 0;
    return true;
}

static void toggle_mark(struct history *history)
{
    int *marks = history->rows.marks, row = selected_row(history);

    if (row < 0)
        return;
    if (marks[0] == row || marks[1] == row) {
        marks[0] = marks[0] == row ? marks[1] : marks[0];
        marks[1] = -1;
    } else if (marks[0] < 0) {
        marks[0] = row;
        ui_say(history->ui, ROLE_TEXT, "marked: move on, or mark a second point to compare with");
    } else {
        marks[0] = marks[1] >= 0 ? marks[1] : marks[0];
        marks[1] = row;
    }
}

/* ---- drawing ---- */

static void draw_list(struct history *history, const struct pane *pane)
{
    struct list_look look = { false, !history->on_detail, "nothing has happened yet" };
    struct pane rows = pane_title(pane, "History", !history->on_detail);

    history->panes[0] = rows;
    list_draw(&history->list, &history_source, &history->rows, &rows, &look);
}

static void add_point(const struct history *history, int row, struct str *out)
{
    history_place(&history->rows, (size_t)row, out);
    str_add(out, out->len > 0 ? " " : "");
    history_what(&history->rows, (size_t)row, out);
}

/* Of which workflow the row is: a proposal that was not taken leaves the one before it. */
static void add_workflow_point(const struct history *history, int row, struct str *out)
{
    const struct history_row *at = row_at(history, row);
    const struct run_view *view = ui_view(history->ui);

    if (at == NULL || at->kind != HISTORY_PROPOSAL ||
        view->proposal_list.items[at->index].after != VIEW_NONE) {
        add_point(history, row, out);
        return;
    }
    history_place(&history->rows, (size_t)row, out);
    str_add(out, " before ");
    history_what(&history->rows, (size_t)row, out);
}

static void add_title(const struct history *history, struct str *out)
{
    const int *marks = history->rows.marks;
    int row = selected_row(history), other = marks[1] >= 0 ? marks[1] : row;
    struct str to = STR_INIT;

    if (row < 0) {
        str_add(out, "Detail");
    } else if (marks[0] >= 0 && marks[0] != other && row_at(history, marks[0]) != NULL &&
               history->delta != NULL) {
        str_add(out, "From ");
        add_workflow_point(history, marks[0] < other ? marks[0] : other, out);
        add_workflow_point(history, marks[0] < other ? other : marks[0], &to);
        str_addf(out, " to %s", str_text(&to));
    } else {
        add_point(history, row, out);
    }
    str_free(&to);
}

static void draw_page(struct history *history, const struct pane *pane)
{
    history->page.ui = history->ui;
    history_page_lay_out(&history->page, &history->rows, selected_row(history), pane->width);
    history_page_draw(&history->page, pane, history->on_detail);
}

static void draw_detail(struct history *history, const struct pane *pane)
{
    struct str title = STR_INIT;
    struct pane rows;
    bool is_diff = make_delta(history);

    add_title(history, &title);
    rows = pane_title(pane, str_text(&title), history->on_detail);
    str_free(&title);
    history->panes[1] = rows;
    if (!history->sides_chosen)
        history->diff.side_by_side = rows.width >= 80;
    if (is_diff)
        delta_view_draw(
            &history->diff, history->delta, NULL, history->version, &rows, history->on_detail);
    else
        draw_page(history, &rows);
}

static void draw(void *state, const struct pane *pane)
{
    struct history *history = state;
    struct pane list = *pane, detail;

    refresh(history);
    memset(history->panes, 0, sizeof history->panes);
    history->is_one_pane = history->is_zoomed || pane->width < NARROW || pane->height < 14;
    if (history->is_one_pane) {
        (history->on_detail ? draw_detail : draw_list)(history, pane);
        return;
    }
    if (pane->width >= WIDE) {
        int width = pane->width * 9 / 20;

        width = ui_divide(history->ui, pane->width, width > LIST_WIDTH ? width : LIST_WIDTH);
        detail = pane_cut_right(&list, pane->width - width);
        pane_vline(&detail, 0, 0, detail.height, ROLE_BORDER);
        (void)pane_cut_left(&detail, 1);
    } else {
        int rows = ui_divide(history->ui, pane->height, pane->height - pane->height / 2);

        detail = pane_cut_bottom(&list, pane->height - rows);
    }
    draw_list(history, &list);
    draw_detail(history, &detail);
}

/* ---- going back to a workflow ---- */

static void on_revert(void *data, int answer)
{
    struct history *history = data;
    const struct run_view *view = ui_view(history->ui);
    struct err err = { .code = ERR_NONE };

    if (answer != 0 || history->asked < 0 || (size_t)history->asked >= view->workflows.count)
        return;
    if (session_revert(ui_session(history->ui), view->workflows.items[history->asked].id, &err))
        ui_say(
            history->ui, ROLE_WARNING, "from the next batch on that workflow is the current one");
    else
        ui_say(history->ui, ROLE_ERROR, "%s", err.message);
}

static void ask_revert(struct history *history)
{
    const struct history_row *row = row_at(history, selected_row(history));
    struct str question = STR_INIT;

    if (session_kind(ui_session(history->ui)) != SESSION_LIVE) {
        ui_say(history->ui, ROLE_WARNING, "this run is only looked at: nothing can be changed");
        return;
    }
    if (row == NULL || row->workflow == VIEW_NONE) {
        ui_say(history->ui, ROLE_WARNING, "there is no workflow at this point");
        return;
    }
    if (row->workflow == ui_view(history->ui)->current) {
        ui_say(history->ui, ROLE_WARNING, "that is the current workflow");
        return;
    }
    history->asked = row->workflow;
    str_add(&question, "Go back to the workflow of ");
    add_workflow_point(history, selected_row(history), &question);
    str_add(&question, "? From the next batch on it is the current one; the history stays.");
    ui_ask_choice(history->ui, str_text(&question), "g go back|n no", on_revert, history);
    str_free(&question);
}

/* ---- keys ---- */

/* Where the row leads to: the traces of its pass, its proposal. */
static enum outcome open_row(struct history *history)
{
    const struct history_row *row = row_at(history, selected_row(history));
    struct place place = place_of(SCREEN_TRACES);

    if (row == NULL || row->kind == HISTORY_BACK)
        return OUTCOME_NONE;
    if (row->kind == HISTORY_PROPOSAL) {
        place = place_of(SCREEN_REVIEW);
        place.proposal = row->index;
    } else {
        place.rollout = row->index;
    }
    ui_go(history->ui, &place);
    return OUTCOME_REDRAW;
}

static struct doc *searched(struct history *history)
{
    return history->delta != NULL ? &history->diff.doc : &history->page.doc;
}

static void on_search(void *data, const char *line)
{
    struct history *history = data;

    if (line != NULL && !doc_search(searched(history), line))
        ui_say(history->ui, ROLE_WARNING, "not found beside the list: %s", line);
}

static enum outcome back(struct history *history)
{
    if (history->is_zoomed)
        history->is_zoomed = false;
    else if (history->on_detail)
        history->on_detail = false;
    else if (history->rows.marks[0] >= 0)
        history->rows.marks[0] = history->rows.marks[1] = -1;
    else
        return OUTCOME_IGNORED;
    return OUTCOME_REDRAW;
}

static enum outcome move(struct history *history, enum action action)
{
    bool is_diff = history->delta != NULL;
    bool sibling = action == ACTION_NEXT || action == ACTION_PREVIOUS;

    if (action == ACTION_SIDE_BY_SIDE) {
        history->sides_chosen = true;
        if (!is_diff)
            ui_say(history->ui, ROLE_TEXT, "there are no two workflows here: m marks two points");
        else if (!delta_has_hunks(history->delta))
            ui_say(history->ui, ROLE_TEXT, DELTA_VIEW_NO_SIDES);
    }
    if (is_diff && (history->on_detail || sibling || action == ACTION_SIDE_BY_SIDE))
        return delta_view_act(&history->diff, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    if (history->on_detail)
        return doc_act(&history->page.doc, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    return list_act(&history->list, &history_source, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome change_look(struct history *history, enum action action)
{
    struct str words = STR_INIT;

    (void)delta_view_act(&history->diff, action);
    delta_view_tell_look(&history->diff, &words);
    ui_say(history->ui, ROLE_TEXT, "%s", str_text(&words));
    str_free(&words);
    return OUTCOME_REDRAW;
}

static enum outcome act(void *state, enum action action)
{
    struct history *history = state;

    refresh(history);
    switch ((int)action) {
    case ACTION_NEXT_PANE:
    case ACTION_PREVIOUS_PANE:
        history->on_detail = !history->on_detail;
        return OUTCOME_REDRAW;
    case ACTION_OPEN:
    case ACTION_TRACE:
        return open_row(history);
    case ACTION_BACK:
        return back(history);
    case ACTION_SEARCH:
        ui_ask_line(history->ui, "search: ", NULL, on_search, history);
        return OUTCOME_NONE;
    case ACTION_SEARCH_NEXT:
    case ACTION_SEARCH_PREVIOUS:
        return doc_act(searched(history), action) ? OUTCOME_REDRAW : OUTCOME_NONE;
    case ACTION_ZOOM:
        history->is_zoomed = !history->is_zoomed;
        return OUTCOME_REDRAW;
    case ACTION_RESET_PANES:
        history->is_zoomed = false;
        return OUTCOME_IGNORED;
    case ACTION_MARK:
        toggle_mark(history);
        return OUTCOME_REDRAW;
    case ACTION_LESS_CONTEXT:
    case ACTION_MORE_CONTEXT:
    case ACTION_WHITE_SPACE:
        return change_look(history, action);
    case ACTION_REVERT:
        ask_revert(history);
        return OUTCOME_REDRAW;
    default:
        return move(history, action);
    }
}

static size_t hints(void *state, enum action hints[HINTS_MAX])
{
    static const enum action table[] = { ACTION_REVIEW, ACTION_NEXT_PANE, ACTION_OPEN, ACTION_MARK,
        ACTION_REVERT, ACTION_NEXT, ACTION_SIDE_BY_SIDE, ACTION_SEARCH, ACTION_FOLLOW,
        ACTION_COMMAND };

    (void)state;
    memcpy(hints, table, sizeof table);
    return sizeof table / sizeof table[0];
}

static const char *hint(void *state, enum action action)
{
    const struct history *history = state;
    const int *marks = history->rows.marks, row = selected_row(history);

    if (action == ACTION_MARK && row >= 0 && (marks[0] == row || marks[1] == row))
        return "unmark";
    if (action == ACTION_SIDE_BY_SIDE && history->delta != NULL && history->diff.side_by_side)
        return "unified";
    return action == ACTION_FOLLOW && history->list.follow ? "unfollow" : NULL;
}

/* 0: the list, 1: what is beside it, 2: neither. */
static int pane_at(const struct history *history, int x, int y)
{
    int i = 0;

    while (i < 2 && !ui_pane_has(&history->panes[i], x, y))
        i++;
    return i;
}

static enum outcome click(void *state, int x, int y)
{
    static const struct list_look look = { false, true, NULL };
    struct history *history = state;
    int pane = pane_at(history, x, y), line = pane < 2 ? ui_pane_line(&history->panes[pane], y) : 0;

    if (pane == 2)
        return OUTCOME_NONE;
    history->on_detail = pane == 1;
    if (pane == 0)
        (void)list_click(&history->list, &look, line);
    else if (history->delta != NULL)
        (void)doc_click(&history->diff.doc, line);
    return OUTCOME_REDRAW;
}

static enum outcome wheel(void *state, int x, int y, enum action action)
{
    struct history *history = state;
    bool on_detail = history->on_detail;
    int pane = pane_at(history, x, y);
    enum outcome outcome;

    if (pane == 2)
        return OUTCOME_NONE;
    refresh(history);
    history->on_detail = pane == 1;
    outcome = move(history, action);
    history->on_detail = on_detail;
    return outcome;
}

static struct division division(const void *state)
{
    const struct history *history = state;

    return (struct division){ history->is_one_pane, history->is_one_pane ? 0
                                                    : history->on_detail ? -1
                                                                         : 1 };
}

static void show(void *state, const struct place *place)
{
    struct history *history = state;

    refresh(history);
    for (size_t i = 0; i < history->rows.count; i++) {
        const struct history_row *row = &history->rows.items[i];

        if ((place->rollout >= 0 && row->kind == HISTORY_PASS && row->index == place->rollout) ||
            (place->proposal >= 0 && row->kind == HISTORY_PROPOSAL &&
                row->index == place->proposal)) {
            history->list.follow = false;
            (void)list_select(&history->list, i);
            return;
        }
    }
}

/* The workflow at the selected point. */
static void text(void *state, struct str *out)
{
    struct history *history = state;
    const struct run_view *view = ui_view(history->ui);
    const struct history_row *row;
    struct delta *same;
    cJSON *workflow;

    refresh(history);
    row = row_at(history, selected_row(history));
    if (row == NULL || row->workflow == VIEW_NONE)
        return;
    same =
        delta_between(&view->workflows.items[row->workflow], &view->workflows.items[row->workflow]);
    workflow = delta_result(same, NULL);
    json_pretty(workflow, out);
    cJSON_Delete(workflow);
    delta_free(same);
}

/* ---- life ---- */

static void *open_screen(struct ui *ui)
{
    struct history *history = mem_zalloc(1, sizeof *history);

    history->ui = ui;
    history->list.follow = true;
    history->asked = VIEW_NONE;
    return history;
}

static void close_screen(void *state)
{
    struct history *history = state;

    history_rows_free(&history->rows);
    list_free(&history->list);
    delta_free(history->delta);
    delta_view_free(&history->diff);
    doc_free(&history->page.doc);
    free(history);
}

const struct screen screen_history = {
    .name = "History",
    .context = CONTEXT_HISTORY,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
    .show = show,
    .click = click,
    .wheel = wheel,
    .division = division,
    .hints = hints,
    .hint = hint,
    .text = text,
};
