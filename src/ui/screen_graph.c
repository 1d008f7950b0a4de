/* Screen 2: the workflow's graph over the whole pane, in layers or as rails, and what is known of
 * the selected node below it. */
#include "screens.h"

#include <math.h>
#include <stdlib.h>

#include "graph_scene.h"
#include "mem.h"
#include "node_state.h"

enum { DETAIL_ROWS = 4 };

struct graph_screen {
    struct ui *ui;
    struct graph_scene scene;
    int split; /* rows of the graph at the last drawing */
};

static void *open_graph(struct ui *ui)
{
    struct graph_screen *screen = mem_zalloc(1, sizeof *screen);

    screen->ui = ui;
    screen->scene.style = STYLE_LAYERS;
    return screen;
}

static void close_graph(void *state)
{
    struct graph_screen *screen = state;

    graph_scene_free(&screen->scene);
    free(screen);
}

/* ---- the selected node ---- */

static void add_inputs(const struct view_node *node, struct str *out)
{
    str_add(out, "reads ");
    for (size_t i = 0; i < node->input_count; i++)
        str_addf(out, "%s%s", i > 0 ? ", " : "", node->inputs[i].name);
    if (node->input_count == 0)
        str_add(out, "nothing");
    for (size_t i = 0; i < node->tool_count; i++)
        str_addf(out, "%s%s", i > 0 ? ", " : "; tools ", node->tools[i]);
    if (node->model != NULL)
        str_addf(out, "; model %s", node->model);
}

/* The passes under way: "9 running, 131 waiting, 16 of 155 done". */
static void add_examples(const struct node_state *state, struct str *out)
{
    const struct view_live *live = &state->live;
    bool is_told = state->work == NODE_DONE || state->work == NODE_FAILED;

    if (live->running > 0)
        str_addf(out, "%u running, ", live->running);
    else if (!is_told)
        str_addf(out, "%s, ", node_state_word(state));
    if (live->queued > 0)
        str_addf(out, "%u waiting, ", live->queued);
    str_addf(out, "%u of %u done", live->done, state->examples);
    if (live->failed > 0)
        str_addf(out, ", %u failed", live->failed);
}

static void add_counters(const struct node_state *state, struct str *out)
{
    char p50[16], p95[16];

    if (state->examples > 0)
        add_examples(state, out);
    else
        str_add(out, node_state_word(state));
    if (state->calls.id == NULL)
        return;
    if (state->calls.calls > 0)
        str_addf(out, "; in all %llu call%s", (unsigned long long)state->calls.calls,
            state->calls.calls == 1 ? "" : "s");
    else
        str_addf(out, "; in all %llu example%s", (unsigned long long)state->calls.done,
            state->calls.done == 1 ? "" : "s");
    if (state->failed_share > 0)
        str_addf(out, ", %.0f%% failed", ceil(100 * state->failed_share));
    if (state->calls.p50_ms > 0)
        str_addf(out, ", p50 %s, p95 %s", duration_text(state->calls.p50_ms, p50),
            duration_text(state->calls.p95_ms, p95));
}

static void add_waiting(const struct node_state *state, struct str *out)
{
    if (state->gradients > 0)
        str_addf(out, "%u gradient%s for its next prompt", state->gradients,
            state->gradients == 1 ? "" : "s");
    if (state->proposed)
        str_addf(out, "%sa proposal about it waits for you", state->gradients > 0 ? "; " : "");
}

/* A line with the node's name and what waits for it; then what it is, does and reads. */
static void draw_detail(const struct graph_screen *screen, const struct pane *pane)
{
    const struct run_view *view = ui_view(screen->ui);
    const struct view_workflow *workflow = view_current(view);
    const struct view_node *node;
    struct node_state state;
    struct str text = STR_INIT;
    int x;

    if (workflow == NULL || (size_t)screen->scene.selected >= workflow->count)
        return;
    node = &workflow->nodes[screen->scene.selected];
    state = node_state_of(view, screen->scene.selected);
    pane_hline(pane, 0, 0, pane->width, ROLE_BORDER);
    x = 3 + pane_print(pane, 2, 0, ROLE_TITLE, " %s ", node->id);
    add_waiting(&state, &text);
    if (text.len > 0)
        (void)pane_print(pane, x, 0, ROLE_CHANGE, " %s ", str_text(&text));
    (void)pane_print(pane, 1, 1, ROLE_TEXT, "%s: %s", node->kind, node->description);
    str_clear(&text);
    add_counters(&state, &text);
    (void)pane_text(pane, 1, 2, ROLE_TEXT, str_text(&text));
    str_clear(&text);
    add_inputs(node, &text);
    (void)pane_text(pane, 1, 3, ROLE_DIM, str_text(&text));
    str_free(&text);
}

static void draw_graph(void *state, const struct pane *pane)
{
    struct graph_screen *screen = state;
    struct pane graph = *pane;
    struct pane detail = pane_cut_bottom(&graph, pane->height >= 16 ? DETAIL_ROWS : 0);

    screen->split = graph.height;
    graph_scene_draw(&screen->scene, ui_view(screen->ui), ui_look(screen->ui), &graph, true);
    if (detail.height > 0)
        draw_detail(screen, &detail);
}

static enum outcome act(void *state, enum action action)
{
    struct graph_screen *screen = state;

    if (action == ACTION_OPEN || action == ACTION_TRACE)
        return graph_scene_open(&screen->scene, screen->ui, action);
    graph_scene_update(&screen->scene, ui_view(screen->ui));
    if (graph_scene_find(&screen->scene, screen->ui, action) != OUTCOME_IGNORED)
        return OUTCOME_REDRAW;
    return graph_scene_act(&screen->scene, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static void show(void *state, const struct place *place)
{
    struct graph_screen *screen = state;

    if (place->node != PLACE_NONE)
        screen->scene.selected = place->node;
}

static enum outcome click(void *state, int x, int y)
{
    struct graph_screen *screen = state;

    if (y >= screen->split)
        return OUTCOME_IGNORED;
    return graph_scene_click(&screen->scene, x, y) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static const char *hint(void *state, enum action action)
{
    const struct graph_screen *screen = state;

    if (action == ACTION_GRAPH_STYLE)
        return screen->scene.layered ? "rails" : "layers";
    return NULL;
}

static void add_text(void *state, struct str *out)
{
    struct graph_screen *screen = state;

    graph_scene_text(&screen->scene, ui_view(screen->ui), out);
}

const struct screen screen_graph = {
    .name = "Graph",
    .context = CONTEXT_GRAPH,
    .open = open_graph,
    .close = close_graph,
    .draw = draw_graph,
    .act = act,
    .show = show,
    .click = click,
    .hint = hint,
    .text = add_text,
};
