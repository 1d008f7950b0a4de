#include "graph_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "node_state.h"

enum {
    NAME_MOST = 24,
    NAME_LEAST = 8, /* in a rail's row, and what a longer one may claim before numbers */
    NAME_CLAIM = 14,
    FIGURES_MARK = 2,   /* cells beside a name in layers: a mark alone, */
    FIGURES_LEAST = 12, /* one number, */
    FIGURES_ALL = 30,   /* all that there is */
    DIM_FROM = 12,
    ROW_MOST = 60,
    FITTING_WIDTH = 56, /* from here on layers are drawn unasked, */
    FITTING_NODES = 20  /* of so many nodes at most */
};

static void drop_graph(struct graph_scene *scene)
{
    for (int i = 0; i < scene->graph.count; i++) {
        free((void *)scene->nodes[i].inputs);
        free(scene->names[i]);
    }
    free(scene->nodes);
    free(scene->names);
    rail_free(scene->rail);
    rail_free(scene->compact);
    scene->nodes = NULL;
    scene->names = NULL;
    scene->rail = scene->compact = scene->rows = NULL;
    scene->graph = (struct graph){ 0 };
}

void graph_scene_free(struct graph_scene *scene)
{
    drop_graph(scene);
    layout_free(scene->layout);
    free(scene->needle);
    *scene = (struct graph_scene){ 0 };
}

/* ---- laying out ---- */

static void make_node(struct graph_scene *scene, const struct view_node *from, int node)
{
    int *inputs = mem_alloc((from->input_count + 1) * sizeof *inputs);
    int count = 0;

    for (size_t i = 0; i < from->input_count; i++)
        if (from->inputs[i].node != VIEW_NONE)
            inputs[count++] = from->inputs[i].node;
    scene->names[node] = mem_strdup(from->id);
    scene->nodes[node] =
        (struct graph_node){ .name = scene->names[node], .inputs = inputs, .input_count = count };
}

static int find_node(const struct graph_scene *scene, const char *name)
{
    for (int i = 0; name != NULL && i < scene->graph.count; i++)
        if (str_equal(scene->names[i], name))
            return i;
    return 0;
}

/* Cells that names claim before numbers. */
static int name_claim(const struct graph_scene *scene)
{
    int most = NAME_LEAST;

    for (int i = 0; i < scene->graph.count; i++) {
        int cells = text_cells(scene->names[i], strlen(scene->names[i]));

        most = cells > most ? cells : most;
    }
    return most < NAME_CLAIM ? most : NAME_CLAIM;
}

static void make_graph(struct graph_scene *scene, const struct view_workflow *workflow)
{
    char *selected = scene->selected >= 0 && scene->selected < scene->graph.count
                         ? mem_strdup(scene->names[scene->selected])
                         : NULL;

    drop_graph(scene);
    scene->nodes = mem_zalloc(workflow->count + 1, sizeof *scene->nodes);
    scene->names = mem_zalloc(workflow->count + 1, sizeof *scene->names);
    for (size_t i = 0; i < workflow->count; i++)
        make_node(scene, &workflow->nodes[i], (int)i);
    scene->graph = (struct graph){ scene->nodes, (int)workflow->count };
    scene->claim = name_claim(scene);
    scene->rail = scene->rows = rail_new(&scene->graph);
    scene->compact = rail_new_compact(&scene->graph);
    scene->selected = find_node(scene, selected);
    scene->room = 0;
    free(selected);
}

static struct layout *make_layout(struct graph_scene *scene, const struct layout *before, int extra)
{
    for (int i = 0; i < scene->graph.count; i++) {
        int name = text_cells(scene->names[i], strlen(scene->names[i]));

        scene->nodes[i].width = 2 + (name < NAME_MOST ? name : NAME_MOST) + extra;
    }
    return layout_new(&scene->graph, before);
}

/* Labels have as many numbers as the picture fits with. */
static void make_layers(struct graph_scene *scene, int width)
{
    static const int figures[] = { FIGURES_ALL, FIGURES_LEAST, FIGURES_MARK };
    struct layout *before = scene->layout;

    for (int i = 0; i < 3; i++) {
        if (i > 0)
            layout_free(scene->layout);
        scene->layout = make_layout(scene, before, figures[i]);
        scene->figures = figures[i];
        if (scene->layout->width <= width)
            break;
    }
    layout_free(before);
    scene->room = width;
}

static bool is_layered(struct graph_scene *scene, const struct pane *pane)
{
    bool asked = scene->style == STYLE_LAYERS;

    if (!asked && (scene->style == STYLE_RAIL || pane->width < FITTING_WIDTH ||
                      scene->graph.count > FITTING_NODES || scene->graph.count < 2))
        return false;
    if (scene->room != pane->width)
        make_layers(scene, pane->width);
    return asked || (scene->figures >= FIGURES_LEAST && scene->layout->height <= pane->height);
}

int graph_scene_rows(const struct graph_scene *scene)
{
    return scene->graph.count + 1;
}

/* ---- nodes ---- */

static struct graph_glyph glyph_of(const void *data, int node)
{
    const struct graph_scene *scene = data;
    struct node_state state = node_state_of(scene->view, node);

    return node_state_glyph(&state, scene->frame);
}

/* "▽2" gradients that wait, "!" a proposal that waits. */
static int draw_marks(const struct node_state *state, const struct pane *pane, int right)
{
    char text[16];

    if (state->proposed) {
        (void)pane_text_right(pane, right, 0, ROLE_WARNING, "!");
        right -= 2;
    }
    if (state->gradients == 0)
        return right;
    (void)snprintf(text, sizeof text, "%u", state->gradients);
    right -= (int)strlen(text);
    (void)pane_text(pane, right, 0, ROLE_CHANGE, text);
    pane_glyph(pane, right - 1, 0, ROLE_CHANGE, 0x25BD, 'v');
    return right - 2;
}

/* The next piece of a label, where there is room for it; returns where it ends. */
static int draw_piece(const struct pane *label, int x, int right, enum role role, const char *text)
{
    int cells = text_cells(text, strlen(text));

    return x + 1 + cells > right ? x : x + 1 + pane_text(label, x + 1, 0, role, text);
}

/* The more important first: what fits is drawn. */
static void draw_figures(const struct node_state *state, const struct pane *label, int x, int right)
{
    char text[24], amount[16];

    if (state->live.running == 0 && state->live.queued > 0) {
        (void)snprintf(text, sizeof text, "%u waiting", state->live.queued);
        x = draw_piece(label, x, right, ROLE_DIM, text);
    } else if (state->live.running > 0) {
        (void)snprintf(text, sizeof text, "%u run", state->live.running);
        x = draw_piece(label, x, right, ROLE_RUNNING, text);
        (void)snprintf(text, sizeof text, "+%u", state->live.queued);
        x = state->live.queued > 0 ? draw_piece(label, x, right, ROLE_DIM, text) : x;
    }
    if (state->failed_share > 0) {
        (void)snprintf(text, sizeof text, "%.0f%% fail", ceil(100 * state->failed_share));
        x = draw_piece(label, x, right, ROLE_ERROR, text);
    }
    if (state->calls.calls > 0) {
        (void)snprintf(text, sizeof text, "%s call%s", run_view_amount(state->calls.calls, amount),
            state->calls.calls == 1 ? "" : "s");
        x = draw_piece(label, x, right, ROLE_DIM, text);
    }
    if (state->calls.p50_ms > 0)
        (void)draw_piece(label, x, right, ROLE_DIM, duration_text(state->calls.p50_ms, text));
}

static void draw_label(const void *data, int node, const struct pane *label)
{
    const struct graph_scene *scene = data;
    struct node_state state = node_state_of(scene->view, node);
    const char *name = scene->names[node];
    int x = pane_text_n(label, 0, 0, NAME_MOST, ROLE_TEXT, ATTR_NONE, name, strlen(name));
    int right = label->width;

    if (scene->figures >= FIGURES_LEAST) {
        right = draw_marks(&state, label, label->width - 1);
        draw_figures(&state, label, x, right);
    } else if (state.proposed) { /* the one that asks for something */
        pane_glyph(label, right - 1, 0, ROLE_WARNING, '!', '!');
    } else if (state.gradients > 0) {
        pane_glyph(label, right - 1, 0, ROLE_CHANGE, 0x25BD, 'v');
    }
}

/* The columns of a rail's row from the right; the name has what is left. */
enum column { COLUMN_MARKS, COLUMN_FAILED, COLUMN_P50, COLUMN_CALLS, COLUMN_BUSY, COLUMNS };
static const struct {
    const char *head;
    int width;
} columns[COLUMNS] = { [COLUMN_MARKS] = { "grad", 5 },
    [COLUMN_FAILED] = { "fail", 5 },
    [COLUMN_P50] = { "p50", 7 },
    [COLUMN_CALLS] = { "calls", 6 },
    [COLUMN_BUSY] = { "busy", 6 } };

/* "8+131": in flight, and those that wait for a place there. */
static void busy_text(const struct view_live *live, char text[16])
{
    if (live->queued == 0)
        (void)snprintf(text, 16, "%u", live->running);
    else if (live->queued < 1000)
        (void)snprintf(text, 16, "%u+%u", live->running, live->queued);
    else
        (void)snprintf(text, 16, "%u+%uk", live->running, live->queued / 1000);
}

static void field_text(
    const struct node_state *state, enum column column, char text[16], enum role *role)
{
    *role = ROLE_DIM;
    text[0] = '\0';
    if (column == COLUMN_BUSY && state->live.running + state->live.queued > 0) {
        busy_text(&state->live, text);
        *role = ROLE_RUNNING;
    } else if (column == COLUMN_CALLS && state->calls.calls > 0) {
        (void)run_view_amount(state->calls.calls, text);
    } else if (column == COLUMN_P50 && state->calls.p50_ms > 0) {
        (void)duration_text(state->calls.p50_ms, text);
    } else if (column == COLUMN_FAILED && state->failed_share > 0) {
        (void)snprintf(text, 16, "%.0f%%", ceil(100 * state->failed_share));
        *role = ROLE_ERROR;
    }
}

/* Which columns there is room for beside names: what is known of failures and calls goes before
 * latency. */
static void choose_columns(const struct graph_scene *scene, int width, bool shown[COLUMNS])
{
    static const enum column wanted[] = { COLUMN_MARKS, COLUMN_FAILED, COLUMN_CALLS, COLUMN_BUSY,
        COLUMN_P50 };
    int left = width - scene->claim - 1;

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        shown[wanted[i]] = left >= columns[wanted[i]].width;
        left -= shown[wanted[i]] ? columns[wanted[i]].width : left;
    }
}

/* One line by columns; `state` NULL: the head. Returns where the name ends. */
static int draw_fields(
    const struct graph_scene *scene, const struct pane *line, const struct node_state *state)
{
    int right = line->width < ROW_MOST ? line->width : ROW_MOST;
    bool shown[COLUMNS] = { false };

    choose_columns(scene, right, shown);
    for (int i = 0; i < COLUMNS; i++) {
        enum role role = ROLE_DIM;
        char text[16] = "";

        if (!shown[i])
            continue;
        if (state == NULL)
            (void)snprintf(text, sizeof text, "%s", columns[i].head);
        else if (i == COLUMN_MARKS)
            (void)draw_marks(state, line, right);
        else
            field_text(state, (enum column)i, text, &role);
        (void)pane_text_right(line, right, 0, role, text);
        right -= columns[i].width;
    }
    return right;
}

static void draw_row(const void *data, int node, const struct pane *line)
{
    const struct graph_scene *scene = data;
    struct node_state state = node_state_of(scene->view, node);
    int right = draw_fields(scene, line, &state);

    (void)pane_text_n(line, 0, 0, right > 1 ? right - 1 : right, ROLE_TEXT, ATTR_NONE,
        scene->names[node], strlen(scene->names[node]));
}

/* ---- drawing ---- */

/* Joints on rows of their own only where all rows fit. */
static void draw_rail(struct graph_scene *scene, const struct pane *pane, bool focused)
{
    static const struct rail_source source = { glyph_of, draw_row };
    struct pane rows = *pane;
    struct pane head = pane_cut_top(&rows, pane->height > 3 ? 1 : 0);

    scene->rows = scene->rail->row_count > rows.height ? scene->compact : scene->rail;
    if (head.height > 0) {
        if (scene->rows->row_count > rows.height)
            (void)pane_cut_right(&head, 1);
        (void)pane_cut_left(&head, rail_gutter(scene->rows, head.width / 3) + 1);
        (void)draw_fields(scene, &head, NULL);
        (void)pane_text(&head, 0, 0, ROLE_DIM, "node");
    }
    scene->rail_view.selected = scene->selected;
    rail_draw(scene->rows, &scene->rail_view, &source, scene, &rows, focused);
    scene->selected = scene->rail_view.selected;
}

static void draw_layers(struct graph_scene *scene, const struct pane *pane)
{
    static const struct layout_source source = { glyph_of, draw_label };
    bool *related = mem_zalloc((size_t)scene->graph.count + 1, sizeof *related);

    graph_related(&scene->graph, scene->selected, related);
    scene->layout_view.selected = scene->selected;
    layout_draw(scene->layout, &scene->graph, &scene->layout_view, &source, scene,
        scene->graph.count >= DIM_FROM ? related : NULL, pane);
    free(related);
}

void graph_scene_update(struct graph_scene *scene, const struct run_view *view)
{
    const struct view_workflow *workflow = view_current(view);

    scene->view = view;
    if (workflow == NULL || workflow->count == 0) {
        drop_graph(scene);
        return;
    }
    if (strcmp(scene->workflow, workflow->id) == 0 && scene->graph.count == (int)workflow->count)
        return;
    make_graph(scene, workflow);
    (void)snprintf(scene->workflow, sizeof scene->workflow, "%s", workflow->id);
}

void graph_scene_draw(struct graph_scene *scene, const struct run_view *view, struct ui_look look,
    const struct pane *pane, bool focused)
{
    graph_scene_update(scene, view);
    if (scene->graph.count == 0) {
        (void)pane_text(pane, 0, 0, ROLE_DIM, "no workflow yet");
        return;
    }
    scene->frame = look.frame;
    scene->layered = is_layered(scene, pane);
    if (scene->layered)
        draw_layers(scene, pane);
    else
        draw_rail(scene, pane, focused);
}

/* ---- acting ---- */

bool graph_scene_act(struct graph_scene *scene, enum action action)
{
    bool moved;

    if (scene->graph.count == 0)
        return false;
    if (action == ACTION_GRAPH_STYLE) {
        scene->style = scene->layered ? STYLE_RAIL : STYLE_LAYERS;
        return true;
    }
    if (scene->layered && scene->room > 0) {
        scene->layout_view.selected = scene->selected;
        moved = layout_act(scene->layout, &scene->layout_view, action);
        scene->selected = scene->layout_view.selected;
        return moved;
    }
    scene->rail_view.selected = scene->selected;
    moved = rail_act(scene->rows, &scene->rail_view, action);
    scene->selected = scene->rail_view.selected;
    return moved;
}

bool graph_scene_click(struct graph_scene *scene, int x, int y)
{
    int node = -1;

    if (scene->graph.count == 0)
        return false;
    if (scene->layered && scene->room > 0)
        node = layout_node_at(scene->layout, &scene->graph, &scene->layout_view, x, y);
    else
        node = rail_node_at(scene->rows, &scene->rail_view, y - 1);
    if (node >= 0)
        scene->selected = node;
    return node >= 0;
}

enum outcome graph_scene_open(struct graph_scene *scene, struct ui *ui, enum action action)
{
    struct place place = place_of(action == ACTION_OPEN ? SCREEN_NODES : SCREEN_TRACES);

    if (scene->graph.count == 0)
        return OUTCOME_IGNORED;
    place.node = scene->selected;
    if (action == ACTION_TRACE) {
        struct node_failure failure;

        if (!node_last_failed(ui_view(ui), scene->selected, &failure)) {
            ui_say(ui, ROLE_TEXT, "no example has failed yet");
            return OUTCOME_REDRAW;
        }
        place.rollout = failure.rollout;
        place.example = failure.example;
        place.node = failure.node;
    }
    ui_go(ui, &place);
    return OUTCOME_REDRAW;
}

/* ---- finding, copying ---- */

static void find(struct graph_scene *scene, bool forth)
{
    int count = scene->graph.count;

    for (int i = 1; scene->needle != NULL && i <= count; i++) {
        int at = (scene->selected + (forth ? i : count - i)) % count;

        if (strcasestr(scene->names[at], scene->needle) == NULL)
            continue;
        scene->selected = at;
        scene->layout_view.panned = false;
        return;
    }
    if (scene->needle != NULL)
        ui_say(scene->ui, ROLE_WARNING, "no node has \"%s\" in its name", scene->needle);
}

static void on_find(void *data, const char *line)
{
    struct graph_scene *scene = data;

    if (line == NULL)
        return;
    free(scene->needle);
    scene->needle = *line != '\0' ? mem_strdup(line) : NULL;
    find(scene, true);
}

enum outcome graph_scene_find(struct graph_scene *scene, struct ui *ui, enum action action)
{
    scene->ui = ui;
    if (action == ACTION_SEARCH) {
        ui_ask_line(ui, "find a node", NULL, on_find, scene);
        return OUTCOME_REDRAW;
    }
    if (action != ACTION_SEARCH_NEXT && action != ACTION_SEARCH_PREVIOUS)
        return OUTCOME_IGNORED;
    find(scene, action == ACTION_SEARCH_NEXT);
    return OUTCOME_REDRAW;
}

void graph_scene_text(const struct graph_scene *scene, const struct run_view *view, struct str *out)
{
    const struct view_workflow *workflow = view_current(view);
    const struct view_node *node;

    if (workflow == NULL || scene->selected < 0 || (size_t)scene->selected >= workflow->count)
        return;
    node = &workflow->nodes[scene->selected];
    str_addf(out, "%s (%s): %s\n\n%s\n", node->id, node->kind, node->description, node->prompt);
}
