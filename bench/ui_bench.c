/* The drawing of screens: the CPU time of 100 repaints, in memory, without a terminal. Prints one
 * line a case. `ui_bench [NODES]` */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chart.h"
#include "graph_layers.h"
#include "graph_rail.h"
#include "graph_scene.h"
#include "graphs_drawn.h"
#include "list.h"
#include "made_run.h"
#include "mem.h"

enum { PAINTS = 100, ROWS = 100000 };

static struct drawn drawn;
static struct rail *rail;
static struct layout *layout;
static double xs[ROWS], ys[ROWS];

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct graph_glyph glyph_of(const void *data, int node)
{
    (void)data;
    return (struct graph_glyph){ 0x2713, '*', node % 2 ? ROLE_OK : ROLE_RUNNING };
}

static void draw_label(const void *data, int node, const struct pane *pane)
{
    (void)data;
    (void)pane_text(pane, 0, 0, ROLE_TEXT, drawn.names[node]);
}

static void paint_rail(const struct pane *pane)
{
    static const struct rail_source source = { glyph_of, draw_label };
    struct rail_view view = { .selected = drawn.graph.count / 2 };

    rail_draw(rail, &view, &source, NULL, pane, true);
}

static void paint_layers(const struct pane *pane)
{
    static const struct layout_source source = { glyph_of, draw_label };
    struct layout_view view = { .selected = drawn.graph.count / 2 };
    bool related[200];

    graph_related(&drawn.graph, view.selected, related);
    layout_draw(layout, &drawn.graph, &view, &source, NULL, related, pane);
}

static struct run_view view_of_run;
static struct graph_scene scene;

/* A run in its 350th batch, a hundred nodes: with all live numbers and marks. */
static void paint_scene(const struct pane *pane)
{
    graph_scene_draw(&scene, &view_of_run, (struct ui_look){ 0 }, pane, true);
}

static void paint_chart(const struct pane *pane)
{
    struct chart_series series = { "val", xs, ys, ROWS, ROLE_CHART, false };
    struct chart chart = { .series = &series,
        .series_count = 1,
        .reference = 0.5,
        .mark_best = true,
        .x_min = 0,
        .x_max = ROWS,
        .y_min = 0,
        .y_max = 1 };

    chart_draw(&chart, pane);
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    (void)data;
    str_addf(out, column == 0 ? "%zu" : "row %zu says what happened", row);
}

static void paint_list(const struct pane *pane)
{
    static const struct list_column columns[] = { { "id", 8, true },
        { "text", LIST_COLUMN_REST, false } };
    static const struct list_source source = { columns, 2, row_text, NULL, NULL, NULL };
    struct list list = { .follow = true };

    list_update(&list, &source, &source, ROWS, 1);
    list_draw(&list, &source, &source, pane, &(struct list_look){ .head = true, .focused = true });
    list_free(&list);
}

static void measure(const char *name, void (*paint)(const struct pane *pane), int width, int height)
{
    struct canvas canvas = { 0 };
    struct pane pane;
    double began;

    canvas_resize(&canvas, width, height);
    pane = canvas_pane(&canvas);
    began = seconds();
    for (int i = 0; i < PAINTS; i++) {
        canvas_clear(&canvas);
        paint(&pane);
    }
    (void)printf("%-28s %3dx%-3d %8.2f ms for %d\n", name, width, height,
        1000 * (seconds() - began), PAINTS);
    canvas_free(&canvas);
}

static void measure_layout(void)
{
    double began = seconds();

    for (int i = 0; i < PAINTS; i++) {
        layout_free(layout);
        layout = layout_new(&drawn.graph, NULL);
    }
    (void)printf("%-28s %3dx%-3d %8.2f ms for %d\n", "layers laid out anew", layout->width,
        layout->height, 1000 * (seconds() - began), PAINTS);
}

int main(int argc, char **argv)
{
    long nodes = argc > 1 ? strtol(argv[1], NULL, 10) : 100;

    if (nodes < 1 || nodes > 200) {
        (void)fprintf(stderr, "ui_bench: NODES is 1 to 200\n");
        return 2;
    }
    drawn_random(&drawn, (int)nodes, 5, 2, 7);
    for (int i = 0; i < ROWS; i++) {
        xs[i] = i;
        ys[i] = (double)(i * 7919L % 1000) / 1000;
    }
    rail = rail_new(&drawn.graph);
    measure_layout();
    measure("layers", paint_layers, 200, 60);
    measure("layers", paint_layers, 80, 24);
    measure("rail", paint_rail, 200, 60);
    measure("rail", paint_rail, 80, 24);
    made_run(&view_of_run, MADE_HUNDRED);
    measure("rail of a run, live", paint_scene, 200, 60);
    scene.style = STYLE_LAYERS;
    measure("layers of a run, live", paint_scene, 200, 60);
    graph_scene_free(&scene);
    run_view_free(&view_of_run);
    measure("list of 100,000", paint_list, 80, 24);
    measure("chart of 100,000 points", paint_chart, 120, 40);
    rail_free(rail);
    layout_free(layout);
    return 0;
}
