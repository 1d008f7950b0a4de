/* Drawings of graphs, read as a person does: from a node down its lines. What is read must be the
 * graph. */
#include "graph_layers.h"
#include "graph_rail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "graphs_drawn.h"

static struct drawn drawn;

/* ---- reading ---- */

/* A picture as edges and nodes by cell. */
struct picture {
    int width, height;
    const uint8_t *(*row)(const void *data, int y);
    int (*node_at)(const void *data, int x, int y); /* -1: none */
    const void *data;
    bool joined;   /* lines sideways on a node's row are its own: others pass it */
    uint8_t *seen; /* by cell: the ways in which it was entered */
};

static unsigned edges_at(const struct picture *picture, int x, int y)
{
    if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
        return 0;
    return picture->row(picture->data, y)[x];
}

/* Follows lines from a cell that is entered going `way` (EDGE_DOWN, EDGE_LEFT, EDGE_RIGHT). */
static void follow(const struct picture *picture, int x, int y, unsigned way, bool *reached)
{
    unsigned edges = edges_at(picture, x, y);
    int node;

    if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
        return;
    if ((picture->seen[y * picture->width + x] & way) != 0)
        return;
    picture->seen[y * picture->width + x] |= (uint8_t)way;
    node = picture->node_at(picture->data, x, y);
    if (node >= 0) {
        assert_int_equal(way, EDGE_DOWN);
        reached[node] = true;
        return;
    }
    if ((edges & EDGE_CROSS) != 0 || (picture->joined && way == EDGE_DOWN))
        edges = way;
    if ((edges & EDGE_DOWN) != 0)
        follow(picture, x, y + 1, EDGE_DOWN, reached);
    if ((edges & EDGE_LEFT) != 0 && way != EDGE_RIGHT)
        follow(picture, x - 1, y, EDGE_LEFT, reached);
    if ((edges & EDGE_RIGHT) != 0 && way != EDGE_LEFT)
        follow(picture, x + 1, y, EDGE_RIGHT, reached);
}

/* Edges that are there and not read, and that are read and not there. */
static void count_errors(struct picture *picture, int node, int x, int y, int *missing, int *extra)
{
    bool reached[200] = { false };
    size_t cells = (size_t)(picture->width * picture->height);

    picture->seen = calloc(cells + 1, 1);
    if ((edges_at(picture, x, y + 1) & (EDGE_UP | EDGE_CROSS)) != 0)
        follow(picture, x, y + 1, EDGE_DOWN, reached);
    for (unsigned way = EDGE_LEFT; picture->joined && way <= EDGE_RIGHT; way *= 2)
        if ((edges_at(picture, x, y) & way) != 0)
            follow(picture, way == EDGE_LEFT ? x - 1 : x + 1, y, way, reached);
    for (int i = 0; i < drawn.graph.count; i++) {
        bool edge = drawn_has_edge(&drawn, node, i);

        *missing += edge && !reached[i];
        *extra += reached[i] && !edge;
    }
    free(picture->seen);
}

/* ---- rail ---- */

static const uint8_t *rail_edges(const void *data, int y)
{
    return ((const struct rail *)data)->rows[y].edges;
}

static int rail_node(const void *data, int x, int y)
{
    const struct rail *rail = data;
    int node = rail->rows[y].node;

    return node >= 0 && rail->lane[node] * 2 == x ? node : -1;
}

static void check_rows(struct rail *rail, bool joined)
{
    struct picture picture = { .width = 2 * rail->lanes - 1,
        .height = rail->row_count,
        .row = rail_edges,
        .node_at = rail_node,
        .data = rail,
        .joined = joined };
    int missing = 0, extra = 0, nodes = 0;

    for (int y = 0; y < rail->row_count; y++) {
        int node = rail->rows[y].node;

        if (node < 0)
            continue;
        assert_int_equal(node, nodes++);
        count_errors(&picture, node, rail->lane[node] * 2, y, &missing, &extra);
    }
    assert_int_equal(nodes, drawn.graph.count);
    if (missing + extra > 0)
        print_message("%d nodes, %d missing, %d extra\n", drawn.graph.count, missing, extra);
    assert_int_equal(missing, 0);
    assert_int_equal(extra, 0);
}

static void check_rail(int *lanes)
{
    struct rail *rail = rail_new(&drawn.graph), *compact = rail_new_compact(&drawn.graph);

    check_rows(rail, false);
    check_rows(compact, true);
    assert_int_equal(compact->row_count, drawn.graph.count);
    *lanes = rail->lanes;
    rail_free(rail);
    rail_free(compact);
}

static void test_rail_read(void **state)
{
    int lanes;

    (void)state;
    drawn_parse(&drawn, drawn_nine);
    check_rail(&lanes);
    assert_int_equal(lanes, 3);
    drawn_parse(&drawn, drawn_fifteen);
    check_rail(&lanes);
    assert_true(lanes <= 5);
    for (uint64_t seed = 0; seed < 300; seed++) {
        drawn_random(
            &drawn, 1 + (int)(seed % 120), 2 + (int)(seed % 17), 1 + (int)(seed % 6), seed);
        check_rail(&lanes);
    }
    drawn_random(&drawn, 0, 1, 1, 0);
    check_rail(&lanes);
}

/* ---- layers ---- */

static const uint8_t *layout_edges(const void *data, int y)
{
    const struct layout *layout = data;

    return layout->edges + y * layout->width;
}

static int layout_node(const void *data, int x, int y)
{
    const struct layout *layout = data;

    for (int i = 0; i < layout->count; i++)
        if (layout->nodes[i].x == x && layout->nodes[i].y == y)
            return i;
    return -1;
}

static void check_places(const struct layout *layout)
{
    for (int i = 0; i < layout->count; i++) {
        const struct layout_node *a = &layout->nodes[i];

        assert_true(a->x >= 0 && a->x + drawn.nodes[i].width <= layout->width);
        assert_true(a->y >= 0 && a->y < layout->height);
        for (int j = 0; j < i; j++) {
            const struct layout_node *b = &layout->nodes[j];

            assert_true(a->y != b->y || a->x + drawn.nodes[i].width < b->x ||
                        b->x + drawn.nodes[j].width < a->x);
            if (drawn_has_edge(&drawn, j, i))
                assert_true(b->y < a->y);
        }
        for (int x = a->x; x < a->x + drawn.nodes[i].width; x++)
            assert_int_equal(layout->edges[a->y * layout->width + x], 0);
    }
}

/* All edges can be read; returns how many could be read that are none. */
static int check_layout(const struct layout *layout)
{
    struct picture picture = { .width = layout->width,
        .height = layout->height,
        .row = layout_edges,
        .node_at = layout_node,
        .data = layout };
    int missing = 0, extra = 0;

    check_places(layout);
    for (int i = 0; i < layout->count; i++)
        count_errors(&picture, i, layout->nodes[i].x, layout->nodes[i].y, &missing, &extra);
    assert_int_equal(missing, 0);
    return extra;
}

static void test_layers_read(void **state)
{
    struct layout *layout;
    int extra = 0, edges = 0;

    (void)state;
    drawn_parse(&drawn, drawn_nine);
    layout = layout_new(&drawn.graph, NULL);
    assert_int_equal(check_layout(layout), 0);
    assert_int_equal(layout->crossings, 0);
    layout_free(layout);
    drawn_parse(&drawn, drawn_fifteen);
    layout = layout_new(&drawn.graph, NULL);
    assert_true(check_layout(layout) <= 2);
    assert_true(layout->width <= 78 && layout->height <= 20);
    layout_free(layout);
    for (uint64_t seed = 0; seed < 300; seed++) {
        drawn_random(
            &drawn, 1 + (int)(seed % 120), 2 + (int)(seed % 17), 1 + (int)(seed % 3), seed);
        layout = layout_new(&drawn.graph, NULL);
        extra += check_layout(layout);
        for (int i = 0; i < drawn.graph.count; i++)
            edges += drawn.nodes[i].input_count;
        layout_free(layout);
    }
    print_message("%d edges, %d more could be read\n", edges, extra);
    drawn_random(&drawn, 0, 1, 1, 0);
    layout = layout_new(&drawn.graph, NULL);
    layout_free(layout);
}

static void test_layers_dense(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct layout *layout;

        drawn_random(&drawn, 120, 119, 6, seed);
        layout = layout_new(&drawn.graph, NULL);
        (void)check_layout(layout);
        layout_free(layout);
    }
}

/* A change of the graph moves little: what is left keeps its order from left to right. */
static void test_layers_stay(void **state)
{
    struct layout *before, *after;

    (void)state;
    drawn_parse(&drawn, "a; b<a; c<a; d<a; e<b,c,d");
    before = layout_new(&drawn.graph, NULL);
    drawn_parse(&drawn, "a; d<a; c<a; new<a; b<a; e<b,c,d,new");
    after = layout_new(&drawn.graph, before);
    assert_true(after->nodes[4].x < after->nodes[2].x); /* b, c */
    assert_true(after->nodes[2].x < after->nodes[1].x); /* c, d */
    layout_free(before);
    layout_free(after);
}

/* ---- pictures ---- */

static struct graph_glyph glyph_of(const void *data, int node)
{
    static const struct graph_glyph glyphs[] = { { 0x2713, '*', ROLE_OK },
        { 0x25CF, 'o', ROLE_RUNNING }, { 0x00B7, '.', ROLE_DIM }, { 0x2717, 'x', ROLE_ERROR } };

    (void)data;
    return glyphs[node % 4];
}

static void draw_label(const void *data, int node, const struct pane *pane)
{
    (void)data;
    (void)pane_text(pane, 0, 0, ROLE_TEXT, drawn.names[node]);
}

static void draw_row(const void *data, int node, const struct pane *pane)
{
    draw_label(data, node, pane);
    (void)pane_print(pane, 14, 0, ROLE_DIM, "%5d", node * 37);
}

static const struct rail_source rail_source = { glyph_of, draw_row };
static const struct layout_source layout_source = { glyph_of, draw_label };
static struct rail_view rail_view;
static struct layout_view layout_view;

static void draw_rail(void *data, const struct pane *pane)
{
    rail_draw(data, &rail_view, &rail_source, data, pane, true);
}

static void draw_layout(void *data, const struct pane *pane)
{
    bool related[200];

    graph_related(&drawn.graph, layout_view.selected, related);
    layout_draw(data, &drawn.graph, &layout_view, &layout_source, data, related, pane);
}

static void golden_both(const char *name, int width, int height)
{
    struct rail *rail = rail_new(&drawn.graph);
    struct layout *layout = layout_new(&drawn.graph, NULL);
    char file[60];

    (void)snprintf(file, sizeof file, "rail-%s", name);
    golden_picture(file, width, height, draw_rail, rail);
    (void)snprintf(file, sizeof file, "layers-%s", name);
    golden_picture(file, width, height, draw_layout, layout);
    rail_free(rail);
    layout_free(layout);
}

static void test_golden(void **state)
{
    (void)state;
    drawn_parse(&drawn, drawn_nine);
    golden_both("9", 40, 16);
    drawn_parse(&drawn, drawn_fifteen);
    rail_view.selected = layout_view.selected = 6;
    golden_both("15", 80, 22);
    drawn_random(&drawn, 100, 5, 2, 7);
    rail_view.selected = layout_view.selected = 50;
    golden_both("100", 80, 24);
    golden_both("100", 200, 60);
    golden_both("100", 40, 10);
}

static void test_moves(void **state)
{
    struct layout *layout;
    struct layout_view view = { 0 };
    struct canvas canvas = { 0 };
    struct pane pane;

    (void)state;
    drawn_parse(&drawn, drawn_nine);
    layout = layout_new(&drawn.graph, NULL);
    canvas_resize(&canvas, 20, 6);
    pane = canvas_pane(&canvas);
    for (int i = 0; i < 4; i++)
        assert_true(layout_act(layout, &view, ACTION_DOWN));
    layout_draw(layout, &drawn.graph, &view, &layout_source, NULL, NULL, &pane);
    assert_string_equal(drawn.names[view.selected], "draft");
    layout_act(layout, &view, ACTION_DOWN);
    layout_act(layout, &view, ACTION_RIGHT);
    layout_act(layout, &view, ACTION_LEFT);
    layout_act(layout, &view, ACTION_LAST);
    assert_string_equal(drawn.names[view.selected], "merge");
    layout_draw(layout, &drawn.graph, &view, &layout_source, NULL, NULL, &pane);
    assert_int_equal(view.y, layout->height - 6);
    layout_act(layout, &view, ACTION_PAGE_UP);
    layout_draw(layout, &drawn.graph, &view, &layout_source, NULL, NULL, &pane);
    assert_int_equal(view.y, layout->height - 6 - 5);
    for (int width = 1; width < 40; width += 3) {
        canvas_resize(&canvas, width, 1 + width / 3);
        pane = canvas_pane(&canvas);
        layout_draw(layout, &drawn.graph, &view, &layout_source, NULL, NULL, &pane);
    }
    canvas_free(&canvas);
    layout_free(layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rail_read),
        cmocka_unit_test(test_layers_read),
        cmocka_unit_test(test_layers_dense),
        cmocka_unit_test(test_layers_stay),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_golden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
