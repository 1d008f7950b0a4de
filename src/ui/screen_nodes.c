/* Nodes: a table of the current workflow's nodes, and one node (node_page.c). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "node_page.h"
#include "node_state.h"
#include "screens.h"
#include "view_words.h"

/* Rows left below the nodes from which the selected one is shown there. */
enum { PREVIEW_FROM = 8 };
/* Columns from which it is shown beside them; those of the table then, the least; with fewer than
 * the last it has fewer numbers. */
enum { BESIDE_FROM = 160, TABLE_LEAST = 64, TABLE_NARROW = 56 };

/* What the table shows of a node beside the workflow itself. */
struct node_row {
    unsigned revisions, gradients; /* changes of its prompt; gradients of the whole run */
    struct node_state state;
};

struct nodes {
    struct ui *ui;
    struct list list;
    struct {
        struct node_row *items;
        size_t count, cap;
    } rows;
    int workflow; /* that the rows are of */
    uint32_t facts;
    struct pane at;           /* where the table was drawn last */
    struct node_page preview; /* of the selected node */
    bool is_beside;           /* it was drawn beside the table */
    bool is_zoomed;           /* the table stands alone */
    struct node_page page;    /* open where it has an id */
    bool is_linked;           /* the page was opened by a link: Esc leads back there */
};

enum {
    COLUMN_NODE,
    COLUMN_KIND,
    COLUMN_REVISIONS,
    COLUMN_CALLS,
    COLUMN_P50,
    COLUMN_FAILED,
    COLUMN_GRADIENTS,
    COLUMN_WAITING,
    COLUMN_WHAT,
    COLUMNS
};

#define NUMBER_COLUMNS \
    [COLUMN_KIND] = { "kind", 5, false }, [COLUMN_REVISIONS] = { "revs", 4, true }, \
    [COLUMN_CALLS] = { "calls", 6, true }, [COLUMN_P50] = { "p50", 7, true }, \
    [COLUMN_FAILED] = { "failed", 6, true }, [COLUMN_GRADIENTS] = { "grads", 5, true }, \
    [COLUMN_WAITING] = { "new", 4, true }

static const struct list_column wide_columns[COLUMNS] = {
    [COLUMN_NODE] = { "node", 16, false },
    NUMBER_COLUMNS,
    [COLUMN_WHAT] = { "what it does", LIST_COLUMN_REST, false },
};
static const struct list_column roomy_columns[COLUMNS] = {
    [COLUMN_NODE] = { "node", 28, false },
    NUMBER_COLUMNS,
    [COLUMN_WHAT] = { "what it does", LIST_COLUMN_REST, false },
};
/* What a node does stands beside the table. */
static const struct list_column beside_columns[COLUMNS] = {
    [COLUMN_NODE] = { "node", LIST_COLUMN_REST, false },
    NUMBER_COLUMNS,
    [COLUMN_WHAT] = { "what it does", LIST_COLUMN_HIDDEN, false },
};
static const struct list_column narrow_columns[COLUMNS] = {
    [COLUMN_NODE] = { "node", LIST_COLUMN_REST, false },
    [COLUMN_KIND] = { "kind", 5, false },
    [COLUMN_REVISIONS] = { "revs", 4, true },
    [COLUMN_CALLS] = { "calls", LIST_COLUMN_HIDDEN, true },
    [COLUMN_P50] = { "p50", LIST_COLUMN_HIDDEN, true },
    [COLUMN_FAILED] = { "failed", 6, true },
    [COLUMN_GRADIENTS] = { "grads", LIST_COLUMN_HIDDEN, true },
    [COLUMN_WAITING] = { "new", 4, true },
    [COLUMN_WHAT] = { "what", LIST_COLUMN_HIDDEN, false },
};

/* ---- fields ---- */

/* What the run's progress tells of a node; NAN where nothing is known. */
static double live_number(const struct node_state *state, int column)
{
    if (state->calls.id == NULL)
        return NAN;
    if (column == COLUMN_CALLS)
        return state->calls.calls > 0 ? (double)state->calls.calls : NAN;
    if (column == COLUMN_P50)
        return state->calls.p50_ms > 0 ? (double)state->calls.p50_ms : NAN;
    return 100 * state->failed_share;
}

static double row_number(const void *data, size_t row, int column)
{
    const struct nodes *nodes = data;
    const struct node_row *at = &nodes->rows.items[row];

    switch (column) {
    case COLUMN_REVISIONS:
        return (double)at->revisions;
    case COLUMN_GRADIENTS:
        return (double)at->gradients;
    case COLUMN_WAITING:
        return (double)at->state.gradients;
    default:
        return live_number(&at->state, column);
    }
}

static void add_number(struct str *out, double number, int column)
{
    char text[16];

    if (isnan(number))
        str_add(out, "-");
    else if (column == COLUMN_CALLS)
        str_add(out, run_view_amount((uint64_t)number, text));
    else if (column == COLUMN_P50)
        str_add(out, duration_text(number, text));
    else if (column == COLUMN_FAILED)
        str_addf(out, "%.0f%%", number);
    else if (column == COLUMN_WAITING && number > 0)
        str_addf(out, "+%.0f", number);
    else
        str_addf(out, "%.0f", number);
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    const struct nodes *nodes = data;
    const struct view_node *node = &view_current(ui_view(nodes->ui))->nodes[row];

    if (column == COLUMN_NODE)
        str_add(out, node->id);
    else if (column == COLUMN_KIND)
        str_add(out, node->kind);
    else if (column == COLUMN_WHAT)
        str_add(out, node->description);
    else if (column == COLUMN_REVISIONS && node->prompt[0] == '\0')
        str_add(out, "-");
    else
        add_number(out, row_number(data, row, column), column);
}

static enum role row_role(const void *data, size_t row, int column)
{
    double number =
        column == COLUMN_FAILED || column == COLUMN_WAITING ? row_number(data, row, column) : 0;

    if (column == COLUMN_NODE)
        return ROLE_ACCENT;
    if (column == COLUMN_FAILED && number > 0)
        return ROLE_ERROR;
    if (column == COLUMN_WAITING && number > 0)
        return ROLE_CHANGE;
    return column == COLUMN_WHAT ? ROLE_DIM : ROLE_TEXT;
}

static const struct list_source wide_source = { wide_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source roomy_source = { roomy_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source beside_source = { beside_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source narrow_source = { narrow_columns, COLUMNS, row_text, row_number,
    row_role, NULL };

static const struct list_source *source_for(const struct nodes *nodes)
{
    int width = nodes->at.width;

    if (nodes->is_beside)
        return width < TABLE_NARROW ? &narrow_source : &beside_source;
    return width < 70 ? &narrow_source : width < 110 ? &wide_source : &roomy_source;
}

/* ---- content ---- */

static void count_gradients(struct nodes *nodes)
{
    const struct run_view *view = ui_view(nodes->ui);

    for (size_t i = 0; i < view->gradient_list.count; i++) {
        int node = node_by_id(view, view->current, gradient_node_id(view, (int)i));

        if (node >= 0)
            nodes->rows.items[node].gradients++;
    }
}

static void refresh(struct nodes *nodes)
{
    const struct run_view *view = ui_view(nodes->ui);
    const struct view_workflow *workflow = view_current(ui_view(nodes->ui));
    size_t count = workflow != NULL ? workflow->count : 0;

    if (nodes->workflow != view->current || nodes->facts != view->facts) {
        nodes->rows.count = 0;
        for (size_t i = 0; i < count; i++) {
            struct node_row row = { blame_revisions(view, view->current, (int)i), 0, { 0 } };

            ARRAY_PUSH(&nodes->rows, row);
        }
        if (count > 0)
            count_gradients(nodes);
    }
    for (size_t i = 0; i < count; i++)
        nodes->rows.items[i].state = node_state_of(view, (int)i);
    list_update(&nodes->list, &wide_source, nodes, count,
        (uint64_t)view->current * 4294967291u + view->facts);
    nodes->workflow = view->current;
    nodes->facts = view->facts;
}

/* ---- the screen ---- */

static void *nodes_open(struct ui *ui)
{
    struct nodes *nodes = mem_zalloc(1, sizeof *nodes);

    nodes->ui = ui;
    nodes->workflow = VIEW_NONE;
    return nodes;
}

static void nodes_close(void *state)
{
    struct nodes *nodes = state;

    node_page_free(&nodes->page);
    node_page_free(&nodes->preview);
    list_free(&nodes->list);
    free(nodes->rows.items);
    free(nodes);
}

static void draw_preview(struct nodes *nodes, const struct pane *pane)
{
    const struct view_workflow *workflow = view_current(ui_view(nodes->ui));
    struct node_page *preview = &nodes->preview;
    size_t row;

    if (!list_selected(&nodes->list, &row) || row >= workflow->count)
        return;
    if (preview->id == NULL || strcmp(preview->id, workflow->nodes[row].id) != 0)
        node_page_open(preview, nodes->ui, VIEW_NONE, workflow->nodes[row].id, VIEW_NONE);
    node_page_show(preview, pane);
}

/* Cuts off the table; what is left is for the selected node. */
static struct pane cut_table(struct nodes *nodes, struct pane *pane)
{
    int rows = (int)nodes->rows.count, width = pane->width * 36 / 100;
    struct pane table;

    nodes->is_beside = pane->width >= BESIDE_FROM && rows > 0 && !nodes->is_zoomed;
    if (nodes->is_beside) {
        table = pane_cut_left(
            pane, ui_divide(nodes->ui, pane->width, width > TABLE_LEAST ? width : TABLE_LEAST));
        pane_vline(pane, 1, 0, pane->height, ROLE_BORDER);
        (void)pane_cut_left(pane, 3);
    } else if (rows > 0 && pane->height >= rows + PREVIEW_FROM && !nodes->is_zoomed) {
        table = pane_cut_top(pane, rows + 1);
        pane_hline(pane, 0, 0, pane->width, ROLE_BORDER);
        (void)pane_cut_top(pane, 1);
    } else {
        table = *pane;
        pane->height = 0;
    }
    return table;
}

static void nodes_draw(void *state, const struct pane *pane)
{
    struct nodes *nodes = state;
    struct pane rest = *pane;
    struct list_look look = { .focused = true, .empty = "no workflow yet: the run is starting" };

    if (nodes->page.id != NULL) {
        node_page_draw(&nodes->page, pane);
        return;
    }
    refresh(nodes);
    nodes->at = cut_table(nodes, &rest);
    look.head = list_has_head(&nodes->list, &nodes->at);
    list_draw(&nodes->list, source_for(nodes), nodes, &nodes->at, &look);
    if (rest.height > 0)
        draw_preview(nodes, &rest);
}

static void open_page(struct nodes *nodes, int workflow, const char *id, int gradient)
{
    nodes->page.came_count = 0;
    node_page_open(&nodes->page, nodes->ui, workflow, id, gradient);
}

static enum outcome open_selected(struct nodes *nodes)
{
    const struct view_workflow *workflow = view_current(ui_view(nodes->ui));
    size_t row;

    if (workflow == NULL || !list_selected(&nodes->list, &row) || row >= workflow->count)
        return OUTCOME_NONE;
    nodes->is_linked = false;
    open_page(nodes, VIEW_NONE, workflow->nodes[row].id, VIEW_NONE);
    return OUTCOME_REDRAW;
}

static enum outcome close_page(struct nodes *nodes)
{
    node_page_free(&nodes->page);
    return nodes->is_linked && ui_can_go_back(nodes->ui) ? OUTCOME_IGNORED : OUTCOME_REDRAW;
}

static void on_filter(void *data, const char *line)
{
    struct nodes *nodes = data;
    struct err err = { .code = ERR_NONE };

    if (line != NULL && !list_set_filter(&nodes->list, &wide_source, line, &err))
        ui_say(nodes->ui, ROLE_ERROR, "%s", err.message);
}

/* The last example that failed with something to be said of the node. */
static enum outcome go_to_trace(const struct nodes *nodes)
{
    const struct view_workflow *workflow = view_current(ui_view(nodes->ui));
    struct place place = place_of(SCREEN_TRACES);
    struct node_failure failure;
    size_t row;

    if (workflow == NULL || !list_selected(&nodes->list, &row) || row >= workflow->count)
        return OUTCOME_NONE;
    if (!node_last_failed(ui_view(nodes->ui), (int)row, &failure)) {
        ui_say(nodes->ui, ROLE_TEXT, "no example has failed yet");
        return OUTCOME_NONE;
    }
    place.rollout = failure.rollout;
    place.example = failure.example;
    place.node = failure.node;
    ui_go(nodes->ui, &place);
    return OUTCOME_NONE;
}

static enum outcome nodes_act(void *state, enum action action)
{
    struct nodes *nodes = state;
    enum outcome outcome;

    if (nodes->page.id != NULL) {
        outcome = node_page_act(&nodes->page, action);
        return outcome == OUTCOME_IGNORED && action == ACTION_BACK ? close_page(nodes) : outcome;
    }
    refresh(nodes);
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_OPEN:
        return open_selected(nodes);
    case ACTION_TRACE:
        return go_to_trace(nodes);
    case ACTION_FILTER:
        ui_ask_line(nodes->ui, "nodes (kind:llm failed>0 new>0): ", NULL, on_filter, nodes);
        return OUTCOME_NONE;
    case ACTION_ZOOM:
        nodes->is_zoomed = !nodes->is_zoomed;
        return OUTCOME_REDRAW;
    case ACTION_RESET_PANES:
        nodes->is_zoomed = false;
        return OUTCOME_IGNORED;
    default:
        return list_act(&nodes->list, &wide_source, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    }
}

static void nodes_show(void *state, const struct place *place)
{
    struct nodes *nodes = state;
    const struct run_view *view = ui_view(nodes->ui);
    int workflow = place->workflow;
    const char *id = NULL;

    if (place->gradient >= 0 && (size_t)place->gradient < view->gradient_list.count) {
        id = gradient_node_id(view, place->gradient);
        if (place->proposal < 0)
            workflow =
                view->rollouts.items[view->gradient_list.items[place->gradient].rollout].workflow;
    } else if (workflow < 0 && place->rollout >= 0 &&
               (size_t)place->rollout < view->rollouts.count) {
        workflow = view->rollouts.items[place->rollout].workflow;
    }
    if (workflow < 0 || (size_t)workflow >= view->workflows.count)
        workflow = view->current;
    if (id == NULL && workflow >= 0 && place->node >= 0 &&
        (size_t)place->node < view->workflows.items[workflow].count)
        id = view->workflows.items[workflow].nodes[place->node].id;
    if (id == NULL)
        return;
    nodes->is_linked = true;
    open_page(nodes, workflow == view->current ? VIEW_NONE : workflow, id, place->gradient);
    if (place->proposal < 0)
        return;
    nodes->page.focus = FOCUS_PROMPT; /* at what the gradient led to */
    prompt_view_seek(&nodes->page.prompt, place->proposal);
}

static struct place nodes_where(const void *state)
{
    const struct nodes *nodes = state;
    const struct node_page *page = &nodes->page;
    struct place place = place_of(SCREEN_NODES);
    const struct gradient_row *row;

    if (page->id == NULL)
        return place;
    place.workflow = page->workflow >= 0 ? page->workflow : ui_view(nodes->ui)->current;
    place.node = node_by_id(ui_view(nodes->ui), place.workflow, page->id);
    row = gradient_rows_selected(&page->gradients);
    if (page->focus != FOCUS_PROMPT && row != NULL)
        place.gradient = row->gradient;
    return place;
}

static enum outcome nodes_click(void *state, int x, int y)
{
    struct nodes *nodes = state;
    struct list_look look = { list_has_head(&nodes->list, &nodes->at), true, NULL };

    if (nodes->page.id != NULL)
        return node_page_click(&nodes->page, x, y);
    if (!ui_pane_has(&nodes->at, x, y))
        return OUTCOME_NONE;
    return list_click(&nodes->list, &look, ui_pane_line(&nodes->at, y)) ? OUTCOME_REDRAW
                                                                        : OUTCOME_NONE;
}

static enum outcome nodes_wheel(void *state, int x, int y, enum action action)
{
    struct nodes *nodes = state;

    if (nodes->page.id != NULL)
        return node_page_wheel(&nodes->page, x, y, action);
    if (nodes->preview.id != NULL && !ui_pane_has(&nodes->at, x, y))
        return node_page_wheel(&nodes->preview, x, y, action);
    return nodes_act(nodes, action);
}

static struct division nodes_division(const void *state)
{
    const struct nodes *nodes = state;

    return nodes->page.id != NULL ? node_page_division(&nodes->page)
                                  : (struct division){ .side = nodes->is_beside ? 1 : 0 };
}

static size_t nodes_hints(void *state, enum action hints[HINTS_MAX])
{
    static const enum action table[] = { ACTION_OPEN, ACTION_TRACE, ACTION_FILTER, ACTION_SORT,
        ACTION_REVIEW, ACTION_COMMAND };
    const struct nodes *nodes = state;

    if (nodes->page.id != NULL)
        return node_page_hints(&nodes->page, hints);
    memcpy(hints, table, sizeof table);
    return sizeof table / sizeof table[0];
}

static void nodes_text(void *state, struct str *out)
{
    struct nodes *nodes = state;
    const struct view_workflow *workflow = view_current(ui_view(nodes->ui));
    size_t row;

    if (nodes->page.id != NULL)
        node_page_text(&nodes->page, out);
    else if (workflow != NULL && list_selected(&nodes->list, &row) && row < workflow->count)
        str_add(out, workflow->nodes[row].prompt);
}

const struct screen screen_nodes = {
    .name = "Nodes",
    .context = CONTEXT_NODES,
    .open = nodes_open,
    .close = nodes_close,
    .draw = nodes_draw,
    .act = nodes_act,
    .show = nodes_show,
    .where = nodes_where,
    .click = nodes_click,
    .wheel = nodes_wheel,
    .division = nodes_division,
    .hints = nodes_hints,
    .text = nodes_text,
};
