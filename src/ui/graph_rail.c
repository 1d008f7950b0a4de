#include "graph_rail.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "scroll.h"

/* ---- laying out ---- */

/* While rows are made: which target each lane goes to. */
struct lanes {
    int *target; /* by lane; -1: free */
    int count;   /* ever used */
    int *of;     /* lane by target node; -1: none yet */
};

struct row_list {
    struct rail_row *items;
    size_t count, cap;
};

static int take_lane(struct lanes *lanes, int target)
{
    int lane = 0;

    while (lane < lanes->count && lanes->target[lane] >= 0)
        lane++;
    lanes->count = lane < lanes->count ? lanes->count : lane + 1;
    lanes->target[lane] = target;
    return lane;
}

static uint8_t *lane_cell(const struct rail_row *row, int lane)
{
    return &row->edges[(size_t)lane * 2];
}

static struct rail_row *add_row(
    struct row_list *rows, const struct lanes *lanes, int node, int width)
{
    struct rail_row row = { .node = node, .edges = mem_zalloc((size_t)width, 1) };

    for (int i = 0; i < lanes->count; i++)
        if (lanes->target[i] >= 0)
            *lane_cell(&row, i) = EDGE_UP | EDGE_DOWN;
    ARRAY_PUSH(rows, row);
    return &rows->items[rows->count - 1];
}

/* Adds the way from one lane to another to a row. */
static void add_way(struct rail_row *row, int from, int to)
{
    int left = 2 * (from < to ? from : to), right = 2 * (from < to ? to : from);

    *lane_cell(row, from) |= EDGE_UP;
    *lane_cell(row, to) |= EDGE_DOWN;
    if (from == to)
        return;
    row->edges[left] |= EDGE_RIGHT;
    row->edges[right] |= EDGE_LEFT;
    for (int x = left + 1; x < right; x++)
        row->edges[x] |= EDGE_LEFT | EDGE_RIGHT;
}

/* A lane that a row passes without joining: the horizontal line is broken there. */
static void mark_crossings(const struct lanes *lanes, const bool *joined, struct rail_row *row)
{
    for (int lane = 0; lane < lanes->count; lane++)
        if (lanes->target[lane] >= 0 && !joined[lane] &&
            (*lane_cell(row, lane) & (EDGE_LEFT | EDGE_RIGHT)) != 0)
            *lane_cell(row, lane) |= EDGE_CROSS;
}

static bool is_target(const struct graph *graph, int node, int target)
{
    for (int i = 0; i < graph->nodes[target].input_count; i++)
        if (graph->nodes[target].inputs[i] == node)
            return true;
    return false;
}

/* One row: the node's lane divides into a lane for each target but the first, which keeps it. */
static void fork_lanes(struct lanes *lanes, int own, const int *targets, int *lane_of, int count,
    struct row_list *rows, int width)
{
    bool *joined = mem_zalloc((size_t)width + 1, sizeof *joined);
    struct rail_row *row;

    lanes->target[own] = -1;
    row = add_row(rows, lanes, -1, width);
    lanes->target[own] = targets[0];
    lane_of[0] = own;
    joined[own] = true;
    add_way(row, own, own);
    for (int i = 1; i < count; i++) {
        lane_of[i] = take_lane(lanes, targets[i]);
        joined[lane_of[i]] = true;
        add_way(row, own, lane_of[i]);
    }
    mark_crossings(lanes, joined, row);
    free(joined);
}

/* One row: a lane ends in the lane of its target. */
static void end_lane(struct lanes *lanes, int lane, int target, struct row_list *rows, int width)
{
    bool *joined = mem_zalloc((size_t)width + 1, sizeof *joined);
    struct rail_row *row;

    lanes->target[lane] = -1;
    row = add_row(rows, lanes, -1, width);
    joined[lane] = joined[lanes->of[target]] = true;
    add_way(row, lane, lanes->of[target]);
    mark_crossings(lanes, joined, row);
    free(joined);
}

/* The node's row with its ways to the lanes of its targets: from the glyph sideways into a lane
 * that goes on (it has joined) or begins here; a lane straight below needs no sign. */
static void add_joined_row(
    const struct graph *graph, struct lanes *lanes, int node, struct row_list *rows, int width)
{
    struct rail_row *row = add_row(rows, lanes, node, width);
    bool *joined = mem_zalloc((size_t)width + 1, sizeof *joined);
    int own = lanes->of[node];

    lanes->target[own] = -1;
    joined[own] = true;
    for (int target = node + 1; target < graph->count; target++) {
        if (!is_target(graph, node, target))
            continue;
        if (lanes->of[target] < 0 && lanes->target[own] < 0)
            lanes->target[lanes->of[target] = own] = target;
        else if (lanes->of[target] < 0)
            lanes->of[target] = take_lane(lanes, target);
        joined[lanes->of[target]] = true;
        add_way(row, own, lanes->of[target]);
    }
    mark_crossings(lanes, joined, row);
    free(joined);
}

/* After a node's row: a lane for each of its targets; those that have one are joined, so that each
 * row leads from lanes that end to lanes that go on and can be read in one way only. */
static void join_targets(
    const struct graph *graph, struct lanes *lanes, int node, struct row_list *rows, int width)
{
    size_t size = ((size_t)graph->count + 1) * sizeof(int);
    int *targets = mem_alloc(size), *lane_of = mem_alloc(size);
    int count = 0;

    for (int fresh = 0; fresh < 2; fresh++) /* those that have a lane come first: they end ours */
        for (int target = node + 1; target < graph->count; target++)
            if (is_target(graph, node, target) && (lanes->of[target] < 0) == (fresh == 1))
                targets[count++] = target;
    lane_of[0] = lanes->of[node];
    if (count > 1)
        fork_lanes(lanes, lanes->of[node], targets, lane_of, count, rows, width);
    else if (count == 1)
        lanes->target[lane_of[0]] = targets[0];
    for (int i = 0; i < count; i++)
        if (lanes->of[targets[i]] < 0)
            lanes->of[targets[i]] = lane_of[i];
        else
            end_lane(lanes, lane_of[i], targets[i], rows, width);
    free(targets);
    free(lane_of);
}

/* The lane of a node without inputs: not right below a node that ends its lane, which would look
 * like an edge. */
static int start_lane(struct lanes *lanes, int node, const struct row_list *rows)
{
    int above = rows->count > 0 ? rows->items[rows->count - 1].node : -1;
    bool blocked = above >= 0 && lanes->target[lanes->of[above]] < 0;
    int lane;

    if (blocked)
        lanes->target[lanes->of[above]] = node;
    lane = take_lane(lanes, node);
    if (blocked)
        lanes->target[lanes->of[above]] = -1;
    return lane;
}

static void free_rows(struct rail_row *rows, int count)
{
    for (int i = 0; i < count; i++)
        free(rows[i].edges);
    free(rows);
}

static struct rail *make_rail(const struct graph *graph, bool compact)
{
    size_t count = (size_t)graph->count;
    struct rail *rail = mem_zalloc(1, sizeof *rail);
    struct lanes lanes = { .target = mem_alloc((count + 1) * sizeof(int)),
        .of = mem_alloc((count + 1) * sizeof(int)) };
    struct row_list rows = { 0 };
    int width = 4 * graph->count + 1; /* more lanes than nodes are not in use at a time */

    memset(lanes.target, 0xFF, (count + 1) * sizeof(int));
    memset(lanes.of, 0xFF, (count + 1) * sizeof(int));
    for (int node = 0; node < graph->count; node++) {
        if (lanes.of[node] < 0)
            lanes.of[node] = start_lane(&lanes, node, &rows);
        if (compact) {
            add_joined_row(graph, &lanes, node, &rows, width);
            continue;
        }
        (void)add_row(&rows, &lanes, node, width);
        lanes.target[lanes.of[node]] = -1;
        join_targets(graph, &lanes, node, &rows, width);
    }
    *rail = (struct rail){ .rows = rows.items,
        .row_count = (int)rows.count,
        .lanes = lanes.count,
        .lane = lanes.of,
        .count = graph->count };
    free(lanes.target);
    return rail;
}

struct rail *rail_new(const struct graph *graph)
{
    return make_rail(graph, false);
}

struct rail *rail_new_compact(const struct graph *graph)
{
    return make_rail(graph, true);
}

void rail_free(struct rail *rail)
{
    if (rail == NULL)
        return;
    free_rows(rail->rows, rail->row_count);
    free(rail->lane);
    free(rail);
}

/* ---- drawing ---- */

/* Cells from one lane to the next. */
static int lane_step(const struct rail *rail, int most)
{
    return 2 * rail->lanes - 1 <= most ? 2 : 1;
}

int rail_gutter(const struct rail *rail, int most)
{
    int width = lane_step(rail, most) * (rail->lanes - 1) + 1;

    return rail->lanes == 0 ? 0 : width < most ? width : most > 1 ? most : 1;
}

static void draw_gutter(const struct rail *rail, const struct rail_row *row,
    const struct graph_glyph *glyph, const struct pane *gutter, int step)
{
    int cells = step == 2 ? 2 * rail->lanes - 1 : rail->lanes;

    for (int x = 0; x < cells && x < gutter->width; x++)
        graph_draw_edge(gutter, x, 0, ROLE_BORDER, row->edges[step == 2 ? x : 2 * x]);
    if (cells > gutter->width)
        pane_glyph(gutter, gutter->width - 1, 0, ROLE_BORDER, 0x2026, '~');
    if (row->node >= 0) {
        int x = rail->lane[row->node] * step;

        pane_glyph(gutter, x < gutter->width ? x : gutter->width - 1, 0, glyph->role, glyph->code,
            glyph->ascii);
    }
}

static int row_of(const struct rail *rail, int node)
{
    for (int i = 0; i < rail->row_count; i++)
        if (rail->rows[i].node == node)
            return i;
    return 0;
}

static void draw_row(const struct rail *rail, int index, const struct rail_source *source,
    const void *data, struct pane line)
{
    const struct rail_row *row = &rail->rows[index];
    int most = line.width / 3;
    struct pane gutter = pane_cut_left(&line, rail_gutter(rail, most));
    struct graph_glyph glyph = { 0 };

    if (row->node >= 0)
        glyph = source->glyph(data, row->node);
    draw_gutter(rail, row, &glyph, &gutter, lane_step(rail, most));
    (void)pane_cut_left(&line, 1);
    if (row->node >= 0)
        source->draw(data, row->node, &line);
}

void rail_draw(const struct rail *rail, struct rail_view *view, const struct rail_source *source,
    const void *data, const struct pane *pane, bool focused)
{
    struct pane body;

    if (view->selected >= rail->count)
        view->selected = rail->count > 0 ? rail->count - 1 : 0;
    view->height = pane->height;
    view->top = (int)scroll_into((size_t)view->top, (size_t)row_of(rail, view->selected),
        (size_t)rail->row_count, pane->height);
    body = scroll_bar(pane, (size_t)view->top, (size_t)rail->row_count);
    for (int y = 0; y < body.height && view->top + y < rail->row_count; y++) {
        struct pane line = pane_part(&body, 0, y, body.width, 1);

        draw_row(rail, view->top + y, source, data, line);
        if (rail->rows[view->top + y].node == view->selected)
            pane_paint(&line, 0, 0, line.width, ROLES, focused ? ATTR_REVERSE : ATTR_UNDERLINE);
    }
}

bool rail_act(const struct rail *rail, struct rail_view *view, enum action action)
{
    size_t at = (size_t)(view->selected > 0 ? view->selected : 0);

    if (!scroll_move(action, (size_t)rail->count, view->height, &at))
        return false;
    view->selected = (int)at;
    return true;
}

int rail_node_at(const struct rail *rail, const struct rail_view *view, int y)
{
    int row = view->top + y;

    if (y < 0 || y >= view->height || row >= rail->row_count)
        return -1;
    return rail->rows[row].node;
}
