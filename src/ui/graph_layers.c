#include "graph_layers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "layout_route.h"
#include "mem.h"
#include "scroll.h"

/* ---- picture ---- */

static uint8_t *edge_at(struct layout *layout, int x, int y)
{
    return &layout->edges[y * layout->width + x];
}

static void add_vertical(struct layout *layout, int x, int from, int to)
{
    for (int y = from; y <= to; y++)
        *edge_at(layout, x, y) |= (uint8_t)(EDGE_UP | EDGE_DOWN);
}

/* Verticals of a net: from above to its row, from its row to below. */
static void draw_verticals(
    struct layout *layout, const struct draft *draft, const struct net *net, int top, int bottom)
{
    int row = top + net->row;

    if (net->row < 0) {
        add_vertical(layout, net->left, top, bottom);
        return;
    }
    for (int i = 0; i < net->above_count; i++) {
        int x = draft->items[net->above[i]].x;

        add_vertical(layout, x, top, row - 1);
        *edge_at(layout, x, row) |= EDGE_UP;
    }
    for (int i = 0; i < net->below_count; i++) {
        int x = draft->items[net->below[i]].x;

        add_vertical(layout, x, row + 1, bottom);
        *edge_at(layout, x, row) |= EDGE_DOWN;
    }
}

/* Whether the net has an item in the column: lines meet there, they do not cross. */
static bool touches(const struct draft *draft, const struct net *net, int x)
{
    for (int i = 0; i < net->above_count; i++)
        if (draft->items[net->above[i]].x == x)
            return true;
    for (int i = 0; i < net->below_count; i++)
        if (draft->items[net->below[i]].x == x)
            return true;
    return false;
}

static void draw_horizontal(
    struct layout *layout, const struct draft *draft, const struct net *net, int y)
{
    for (int x = net->left; x <= net->right; x++) {
        uint8_t *cell = edge_at(layout, x, y);

        if (*cell != 0 && !touches(draft, net, x)) {
            *cell |= EDGE_CROSS;
            layout->crossings++;
            continue;
        }
        if (x > net->left)
            *cell |= EDGE_LEFT;
        if (x < net->right)
            *cell |= EDGE_RIGHT;
    }
}

static void draw_channel(
    struct layout *layout, const struct draft *draft, const struct channel *channel, int top)
{
    int bottom = top + (channel->rows > 0 ? channel->rows : 1) - 1;

    for (int i = 0; i < channel->count; i++)
        draw_verticals(layout, draft, &channel->nets[i], top, bottom);
    for (int i = 0; i < channel->count; i++)
        if (channel->nets[i].row >= 0)
            draw_horizontal(layout, draft, &channel->nets[i], top + channel->nets[i].row);
}

static void measure(struct layout *layout, const struct draft *draft,
    const struct channel *channels, const struct graph *graph)
{
    for (int l = 0; l < draft->layer_count; l++)
        layout->height += 1 + (l + 1 == draft->layer_count ? 0
                                  : channels[l].rows > 0   ? channels[l].rows
                                                           : 1);
    for (int i = 0; i < draft->count; i++) {
        int right = draft->items[i].x + draft->items[i].width;

        layout->width = right > layout->width ? right : layout->width;
    }
    layout->edges = mem_zalloc((size_t)layout->width * (size_t)layout->height + 1, 1);
    layout->names = mem_zalloc((size_t)graph->count + 1, sizeof *layout->names);
    for (int i = 0; i < graph->count; i++)
        layout->names[i] = mem_strdup(graph->nodes[i].name);
}

static void draw_layers(
    struct layout *layout, const struct draft *draft, const struct channel *channels)
{
    int y = 0;

    for (int l = 0; l < draft->layer_count; l++) {
        for (int i = 0; i < draft->layers[l].count; i++) {
            const struct item *item = &draft->items[draft->layers[l].items[i]];

            if (item->bend)
                add_vertical(layout, item->x, y, y);
            else
                layout->nodes[item->node] = (struct layout_node){ item->x, y, l };
        }
        if (l + 1 == draft->layer_count)
            break;
        draw_channel(layout, draft, &channels[l], y + 1);
        y += 1 + (channels[l].rows > 0 ? channels[l].rows : 1);
    }
}

struct layout *layout_new(const struct graph *graph, const struct layout *before)
{
    struct layout *layout = mem_zalloc(1, sizeof *layout);
    struct channel *channels;
    struct draft draft;

    draft_make(&draft, graph, before);
    channels = mem_zalloc((size_t)draft.layer_count + 1, sizeof *channels);
    for (int l = 0; l + 1 < draft.layer_count; l++)
        channel_route(&draft, l, &channels[l]);
    layout->count = graph->count;
    layout->nodes = mem_zalloc((size_t)graph->count + 1, sizeof *layout->nodes);
    measure(layout, &draft, channels, graph);
    draw_layers(layout, &draft, channels);
    for (int l = 0; l + 1 < draft.layer_count; l++)
        channel_free(&channels[l]);
    free(channels);
    draft_free(&draft);
    return layout;
}

void layout_free(struct layout *layout)
{
    if (layout == NULL)
        return;
    for (int i = 0; i < layout->count; i++)
        free(layout->names[i]);
    free(layout->names);
    free(layout->nodes);
    free(layout->edges);
    free(layout);
}

/* ---- drawing ---- */

/* Where the picture begins along one axis: centred where it fits; else so that cells [at, end) are
 * in view, unless it was moved by hand. */
static int place_view(int from, int picture, int pane, int at, int end, bool panned)
{
    if (picture <= pane)
        return -(pane - picture) / 2;
    if (!panned) {
        if (end > from + pane)
            from = end - pane;
        if (at < from)
            from = at;
    }
    if (from > picture - pane)
        from = picture - pane;
    return from > 0 ? from : 0;
}

static void draw_node(const struct layout_source *source, const void *data, int node, int x, int y,
    int width, bool dimmed, bool selected, const struct pane *pane)
{
    struct graph_glyph glyph = source->glyph(data, node);
    struct pane label;

    pane_glyph(pane, x, y, dimmed ? ROLE_DIM : glyph.role, glyph.code, glyph.ascii);
    /* A label that begins left of the pane is left out up to its next line: glyph and edges tell.
     */
    if (x + 2 >= 0) {
        label = pane_part(pane, x + 2, y, width - 2, 1);
        source->draw(data, node, &label);
        if (dimmed)
            pane_paint(&label, 0, 0, label.width, ROLE_DIM, ATTR_NONE);
    }
    if (selected)
        pane_paint(pane, x, y, width, ROLES, ATTR_REVERSE);
}

static void draw_edges(
    const struct layout *layout, const struct layout_view *view, const struct pane *pane)
{
    for (int y = 0; y < pane->height; y++) {
        int from = view->y + y;

        for (int x = 0; from >= 0 && from < layout->height && x < pane->width; x++)
            if (view->x + x >= 0 && view->x + x < layout->width)
                graph_draw_edge(
                    pane, x, y, ROLE_BORDER, layout->edges[from * layout->width + view->x + x]);
    }
}

void layout_draw(const struct layout *layout, const struct graph *graph, struct layout_view *view,
    const struct layout_source *source, const void *data, const bool *related,
    const struct pane *pane)
{
    const struct layout_node *at;

    if (layout->count == 0 || pane->width < 1 || pane->height < 1)
        return;
    if (view->selected < 0 || view->selected >= layout->count)
        view->selected = 0;
    at = &layout->nodes[view->selected];
    view->width = pane->width;
    view->height = pane->height;
    view->x = place_view(view->x, layout->width, pane->width, at->x,
        at->x + graph->nodes[view->selected].width, view->panned);
    view->y = place_view(view->y, layout->height, pane->height, at->y, at->y + 1, view->panned);
    draw_edges(layout, view, pane);
    for (int i = 0; i < layout->count; i++) {
        int x = layout->nodes[i].x - view->x, y = layout->nodes[i].y - view->y;

        if (y >= 0 && y < pane->height && x < pane->width && x + graph->nodes[i].width > 0)
            draw_node(source, data, i, x, y, graph->nodes[i].width, related != NULL && !related[i],
                i == view->selected, pane);
    }
}

/* ---- acting ---- */

/* How far node `to` is from node `from` in a direction; INT_MAX: it is not there. */
static int distance(const struct layout *layout, int from, int to, enum action action)
{
    int across = layout->nodes[to].x - layout->nodes[from].x;
    int layers = layout->nodes[to].layer - layout->nodes[from].layer;

    if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        if (layers != 0 || across == 0 || (across > 0) != (action == ACTION_RIGHT))
            return INT_MAX;
        return abs(across);
    }
    if (layers == 0 || (layers > 0) != (action == ACTION_DOWN))
        return INT_MAX;
    return abs(layers) * 1000 + abs(across);
}

static bool select_near(const struct layout *layout, struct layout_view *view, enum action action)
{
    int best = INT_MAX, found = view->selected;

    for (int i = 0; i < layout->count; i++) {
        int far = distance(layout, view->selected, i, action);

        if (far < best) {
            best = far;
            found = i;
        }
    }
    view->selected = found;
    view->panned = false;
    return true;
}

static bool pan(struct layout_view *view, int down)
{
    view->y += down;
    view->panned = true;
    return true;
}

bool layout_act(const struct layout *layout, struct layout_view *view, enum action action)
{
    if (layout->count == 0)
        return false;
    if (action == ACTION_DOWN || action == ACTION_UP || action == ACTION_LEFT ||
        action == ACTION_RIGHT)
        return select_near(layout, view, action);
    if (action == ACTION_FIRST || action == ACTION_LAST) {
        view->selected = action == ACTION_FIRST ? 0 : layout->count - 1;
        view->panned = false;
        return true;
    }
    if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        return pan(view, action == ACTION_PAGE_DOWN ? view->height - 1 : 1 - view->height);
    if (action == ACTION_HALF_DOWN || action == ACTION_HALF_UP)
        return pan(view, (action == ACTION_HALF_DOWN ? 1 : -1) * (view->height / 2));
    return false;
}

int layout_node_at(const struct layout *layout, const struct graph *graph,
    const struct layout_view *view, int x, int y)
{
    for (int i = 0; i < layout->count; i++)
        if (layout->nodes[i].y == view->y + y && view->x + x >= layout->nodes[i].x &&
            view->x + x < layout->nodes[i].x + graph->nodes[i].width)
            return i;
    return -1;
}
