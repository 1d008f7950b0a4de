#include "layout_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { SWEEPS = 12, COLUMN_ROUNDS = 6 };

/* ---- layers ---- */

static bool is_input(const struct graph *graph, int node, int index)
{
    int input = graph->nodes[node].inputs[index];

    return input >= 0 && input < node;
}

/* Longest path from the top; then sources go down to just above their first consumer. */
static int *make_layers(const struct graph *graph)
{
    int *layer = mem_zalloc((size_t)graph->count + 1, sizeof *layer);
    int *first = mem_alloc(((size_t)graph->count + 1) * sizeof *first);

    for (int i = 0; i < graph->count; i++) {
        first[i] = -1;
        for (int j = 0; j < graph->nodes[i].input_count; j++)
            if (is_input(graph, i, j) && layer[graph->nodes[i].inputs[j]] >= layer[i])
                layer[i] = layer[graph->nodes[i].inputs[j]] + 1;
    }
    for (int i = graph->count - 1; i >= 0; i--) {
        bool source = true;

        for (int j = 0; j < graph->nodes[i].input_count; j++)
            source &= !is_input(graph, i, j);
        if (source && first[i] > 0)
            layer[i] = first[i] - 1;
        for (int j = 0; j < graph->nodes[i].input_count; j++) {
            int input = graph->nodes[i].inputs[j];

            if (is_input(graph, i, j) && (first[input] < 0 || layer[i] < first[input]))
                first[input] = layer[i];
        }
    }
    free(first);
    return layer;
}

/* ---- items ---- */

static void push_int(int **list, int *count, int value)
{
    for (int i = 0; i < *count; i++)
        if ((*list)[i] == value)
            return;
    *list = mem_realloc(*list, (size_t)*count + 1, sizeof **list);
    (*list)[(*count)++] = value;
}

static void link_items(struct draft *draft, int above, int below)
{
    push_int(&draft->items[above].down, &draft->items[above].down_count, below);
    push_int(&draft->items[below].up, &draft->items[below].up_count, above);
}

static int add_item(struct draft *draft, int node, bool bend, int layer, int width)
{
    draft->items = mem_realloc(draft->items, (size_t)draft->count + 1, sizeof *draft->items);
    draft->items[draft->count] =
        (struct item){ .node = node, .bend = bend, .layer = layer, .width = width };
    return draft->count++;
}

/* The item of a source's chain on a layer, made where it is not there. `chain` is by layer. */
static int chain_item(struct draft *draft, int *chain, int source, int layer)
{
    if (chain[layer] >= 0)
        return chain[layer];
    chain[layer] = add_item(draft, source, true, layer, 1);
    link_items(draft, chain_item(draft, chain, source, layer - 1), chain[layer]);
    return chain[layer];
}

static void make_chains(struct draft *draft, const struct graph *graph, int source)
{
    int *chain = mem_alloc(((size_t)draft->layer_count + 1) * sizeof *chain);

    memset(chain, 0xFF, ((size_t)draft->layer_count + 1) * sizeof *chain);
    chain[draft->items[source].layer] = source;
    for (int i = source + 1; i < graph->count; i++)
        for (int j = 0; j < graph->nodes[i].input_count; j++)
            if (graph->nodes[i].inputs[j] == source)
                link_items(draft, chain_item(draft, chain, source, draft->items[i].layer - 1), i);
    free(chain);
}

static void make_items(struct draft *draft, const struct graph *graph)
{
    int *layer = make_layers(graph);

    for (int i = 0; i < graph->count; i++) {
        (void)add_item(
            draft, i, false, layer[i], graph->nodes[i].width > 0 ? graph->nodes[i].width : 1);
        if (layer[i] >= draft->layer_count)
            draft->layer_count = layer[i] + 1;
    }
    for (int i = 0; i < graph->count; i++)
        make_chains(draft, graph, i);
    draft->layers = mem_zalloc((size_t)draft->layer_count + 1, sizeof *draft->layers);
    for (int i = 0; i < draft->count; i++) {
        struct layer *to = &draft->layers[draft->items[i].layer];

        to->items = mem_realloc(to->items, (size_t)to->count + 1, sizeof *to->items);
        draft->items[i].place = to->count;
        to->items[to->count++] = i;
    }
    free(layer);
}

/* ---- order ---- */

static void sort_layer(struct draft *draft, struct layer *layer)
{
    /* insertion sort: stable, and layers are nearly sorted after the first sweeps */
    for (int i = 1; i < layer->count; i++) {
        int item = layer->items[i], j = i;

        for (; j > 0 && draft->items[layer->items[j - 1]].want > draft->items[item].want; j--)
            layer->items[j] = layer->items[j - 1];
        layer->items[j] = item;
    }
    for (int i = 0; i < layer->count; i++)
        draft->items[layer->items[i]].place = i;
}

static int find_name(const struct layout *before, const char *name)
{
    for (int i = 0; name != NULL && i < before->count; i++)
        if (before->names[i] != NULL && strcmp(before->names[i], name) == 0)
            return i;
    return -1;
}

/* Nodes that were in the layout before get their columns of then; all other items those of their
 * neighbours above. */
static void seed_order(struct draft *draft, const struct graph *graph, const struct layout *before)
{
    for (int l = 0; l < draft->layer_count; l++) {
        struct layer *layer = &draft->layers[l];

        for (int i = 0; i < layer->count; i++) {
            struct item *item = &draft->items[layer->items[i]];
            int old = item->bend ? -1 : find_name(before, graph->nodes[item->node].name);

            item->want = old >= 0             ? before->nodes[old].x
                         : item->up_count > 0 ? draft->items[item->up[0]].want + 0.5
                                              : 1e6;
        }
        sort_layer(draft, layer);
    }
}

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return x < y ? -1 : x > y;
}

/* Sorts; the mean of the two in the middle where the count is even. */
static double median(int *values, int count)
{
    int low = (count - 1) / 2, high = count / 2;

    qsort(values, (size_t)count, sizeof *values, compare_ints);
    return ((double)values[low] + values[high]) / 2;
}

/* The median place of the neighbours; the item's own place where it has none. */
static double median_place(const struct draft *draft, const struct item *item, bool up, int *places)
{
    const int *of = up ? item->up : item->down;
    int count = up ? item->up_count : item->down_count;

    if (count == 0)
        return item->place;
    for (int i = 0; i < count; i++)
        places[i] = draft->items[of[i]].place;
    return median(places, count);
}

/* Crossings between the lines of two neighbours a (left) and b towards one side. */
static int pair_crossings(
    const struct draft *draft, const struct item *a, const struct item *b, bool up)
{
    int a_count = up ? a->up_count : a->down_count, b_count = up ? b->up_count : b->down_count;
    int crossings = 0;

    for (int i = 0; i < a_count; i++)
        for (int j = 0; j < b_count; j++)
            crossings += draft->items[(up ? a->up : a->down)[i]].place >
                         draft->items[(up ? b->up : b->down)[j]].place;
    return crossings;
}

static int count_crossings(const struct draft *draft)
{
    int crossings = 0;

    for (int l = 0; l + 1 < draft->layer_count; l++)
        for (int i = 0; i < draft->layers[l].count; i++)
            for (int j = i + 1; j < draft->layers[l].count; j++)
                crossings += pair_crossings(draft, &draft->items[draft->layers[l].items[i]],
                    &draft->items[draft->layers[l].items[j]], false);
    return crossings;
}

static bool swap_neighbours(struct draft *draft, struct layer *layer)
{
    bool changed = false;

    for (int i = 0; i + 1 < layer->count; i++) {
        struct item *a = &draft->items[layer->items[i]], *b = &draft->items[layer->items[i + 1]];
        int now = pair_crossings(draft, a, b, true) + pair_crossings(draft, a, b, false);
        int then = pair_crossings(draft, b, a, true) + pair_crossings(draft, b, a, false);
        int first = layer->items[i];

        if (then >= now)
            continue;
        layer->items[i] = layer->items[i + 1];
        layer->items[i + 1] = first;
        b->place = i;
        a->place = i + 1;
        changed = true;
    }
    return changed;
}

static void sweep(struct draft *draft, bool down)
{
    int *places = mem_alloc(((size_t)draft->count + 1) * sizeof *places);

    for (int k = 0; k < draft->layer_count; k++) {
        struct layer *layer = &draft->layers[down ? k : draft->layer_count - 1 - k];

        for (int i = 0; i < layer->count; i++) {
            struct item *item = &draft->items[layer->items[i]];

            item->want = median_place(draft, item, down, places);
        }
        sort_layer(draft, layer);
    }
    for (int l = 0; l < draft->layer_count; l++)
        for (int tries = 0; tries < 4 && swap_neighbours(draft, &draft->layers[l]); tries++)
            continue;
    free(places);
}

static void save_places(const struct draft *draft, int *places)
{
    for (int i = 0; i < draft->count; i++)
        places[i] = draft->items[i].place;
}

static void load_places(struct draft *draft, const int *places)
{
    for (int i = 0; i < draft->count; i++) {
        draft->items[i].place = places[i];
        draft->layers[draft->items[i].layer].items[places[i]] = i;
    }
}

static void make_order(struct draft *draft)
{
    int *best = mem_alloc(((size_t)draft->count + 1) * sizeof *best);

    draft->crossings = count_crossings(draft);
    save_places(draft, best);
    for (int i = 0; i < SWEEPS && draft->crossings > 0; i++) {
        int crossings;

        sweep(draft, i % 2 == 0);
        crossings = count_crossings(draft);
        if (crossings < draft->crossings) {
            draft->crossings = crossings;
            save_places(draft, best);
        }
    }
    load_places(draft, best);
    free(best);
}

/* ---- columns ---- */

/* A run of items that touch: they keep their offsets, `sum` is that of the columns that their
 * first one wants. */
struct block {
    int first, last;
    double sum, weight;
};

/* Columns nearest to what the items want, in least squares, with order and gaps kept: pool adjacent
 * violators over want - offset. */
static void place_layer(struct draft *draft, const struct layer *layer, struct block *blocks)
{
    int count = 0, offset = 0;
    int *offsets = mem_alloc(((size_t)layer->count + 1) * sizeof *offsets);

    for (int i = 0; i < layer->count; i++) {
        struct item *item = &draft->items[layer->items[i]];
        double weight = item->bend ? 2 : 1;

        offsets[i] = offset;
        blocks[count++] = (struct block){ i, i, (item->want - offset) * weight, weight };
        offset += item->width + LAYOUT_GAP;
        while (count > 1 && blocks[count - 2].sum / blocks[count - 2].weight >=
                                blocks[count - 1].sum / blocks[count - 1].weight) {
            count--;
            blocks[count - 1].last = blocks[count].last;
            blocks[count - 1].sum += blocks[count].sum;
            blocks[count - 1].weight += blocks[count].weight;
        }
    }
    for (int b = 0; b < count; b++) {
        double at = blocks[b].sum / blocks[b].weight;
        int x = (int)(at + 1e6 + 0.5) - 1000000;

        for (int i = blocks[b].first; i <= blocks[b].last; i++)
            draft->items[layer->items[i]].x = x + offsets[i];
    }
    free(offsets);
}

/* Towards one side: the median of the neighbours there, or where the item is. */
static void want_columns(struct draft *draft, const struct layer *layer, bool up, int *columns)
{
    for (int i = 0; i < layer->count; i++) {
        struct item *item = &draft->items[layer->items[i]];
        const int *of = up ? item->up : item->down;
        int count = up ? item->up_count : item->down_count;

        item->want = item->x;
        if (count == 0)
            continue;
        for (int j = 0; j < count; j++)
            columns[j] = draft->items[of[j]].x;
        item->want = floor(median(columns, count));
    }
}

static bool fits_at(const struct draft *draft, const struct layer *layer, int place, int x)
{
    const struct item *item = &draft->items[layer->items[place]];
    const struct item *left = place > 0 ? &draft->items[layer->items[place - 1]] : NULL;
    const struct item *right =
        place + 1 < layer->count ? &draft->items[layer->items[place + 1]] : NULL;

    return (left == NULL || left->x + left->width + LAYOUT_GAP <= x) &&
           (right == NULL || x + item->width + LAYOUT_GAP <= right->x);
}

/* Items whose only line leads to an item with no other line there go straight above (or below) it
 * where there is room. */
static void straighten(struct draft *draft, bool up)
{
    for (int k = 0; k < draft->layer_count; k++) {
        const struct layer *layer = &draft->layers[up ? k : draft->layer_count - 1 - k];

        for (int i = 0; i < 2 * layer->count; i++) { /* from the left, then from the right */
            int place = i < layer->count ? i : 2 * layer->count - 1 - i;
            struct item *item = &draft->items[layer->items[place]];
            const struct item *to;

            if ((up ? item->up_count : item->down_count) != 1)
                continue;
            to = &draft->items[(up ? item->up : item->down)[0]];
            if ((up ? to->down_count : to->up_count) == 1 && fits_at(draft, layer, place, to->x))
                item->x = to->x;
        }
    }
}

static void align_left(struct draft *draft)
{
    int left = draft->count > 0 ? draft->items[0].x : 0;

    for (int i = 0; i < draft->count; i++)
        left = draft->items[i].x < left ? draft->items[i].x : left;
    for (int i = 0; i < draft->count; i++)
        draft->items[i].x -= left;
}

static void make_columns(struct draft *draft)
{
    struct block *blocks = mem_alloc(((size_t)draft->count + 1) * sizeof *blocks);
    int *columns = mem_alloc(((size_t)draft->count + 1) * sizeof *columns);

    for (int l = 0; l < draft->layer_count; l++) {
        for (int i = 0, x = 0; i < draft->layers[l].count; i++) {
            struct item *item = &draft->items[draft->layers[l].items[i]];

            item->x = x;
            x += item->width + LAYOUT_GAP;
        }
    }
    for (int round = 0; round < COLUMN_ROUNDS; round++) {
        bool up = round % 2 == 1; /* the last round looks up: a single input is straight above */

        for (int k = 0; k < draft->layer_count; k++) {
            const struct layer *layer = &draft->layers[up ? k : draft->layer_count - 1 - k];

            want_columns(draft, layer, up, columns);
            place_layer(draft, layer, blocks);
        }
    }
    straighten(draft, false);
    straighten(draft, true);
    align_left(draft);
    free(blocks);
    free(columns);
}

void draft_push(struct draft *draft, int index)
{
    const struct layer *layer = &draft->layers[draft->items[index].layer];
    struct item *item = &draft->items[index];

    item->x++;
    for (int i = item->place + 1; i < layer->count; i++) {
        struct item *left = &draft->items[layer->items[i - 1]];
        struct item *right = &draft->items[layer->items[i]];

        if (right->x < left->x + left->width + LAYOUT_GAP)
            right->x = left->x + left->width + LAYOUT_GAP;
    }
}

void draft_make(struct draft *draft, const struct graph *graph, const struct layout *before)
{
    *draft = (struct draft){ 0 };
    make_items(draft, graph);
    if (before != NULL)
        seed_order(draft, graph, before);
    make_order(draft);
    make_columns(draft);
}

void draft_free(struct draft *draft)
{
    for (int i = 0; i < draft->count; i++) {
        free(draft->items[i].up);
        free(draft->items[i].down);
    }
    for (int i = 0; i < draft->layer_count; i++)
        free(draft->layers[i].items);
    free(draft->items);
    free(draft->layers);
}
