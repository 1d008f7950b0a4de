#include "layout_route.h"

#include <limits.h>
#include <stdlib.h>

#include "mem.h"

enum { PUSHES = 200 };

/* ---- nets ---- */

static bool same_targets(const struct item *a, const struct item *b)
{
    if (a->down_count != b->down_count)
        return false;
    for (int i = 0; i < a->down_count; i++) {
        bool found = false;

        for (int j = 0; j < b->down_count; j++)
            found |= a->down[i] == b->down[j];
        if (!found)
            return false;
    }
    return true;
}

static void add_above(const struct draft *draft, struct net *net, int index)
{
    const struct item *item = &draft->items[index];

    if (net->above_count == 0) {
        net->below = item->down; /* borrowed */
        net->below_count = item->down_count;
    }
    net->above = mem_realloc(net->above, (size_t)net->above_count + 1, sizeof *net->above);
    net->above[net->above_count++] = index;
}

static void make_nets(const struct draft *draft, int l, struct channel *channel)
{
    const struct layer *layer = &draft->layers[l];

    *channel = (struct channel){ .nets = mem_zalloc((size_t)layer->count + 1, sizeof(struct net)) };
    for (int i = 0; i < layer->count; i++) {
        const struct item *item = &draft->items[layer->items[i]];
        int n = 0;

        if (item->down_count == 0)
            continue;
        while (n < channel->count && !same_targets(item, &draft->items[channel->nets[n].above[0]]))
            n++;
        channel->count = n < channel->count ? channel->count : n + 1;
        add_above(draft, &channel->nets[n], layer->items[i]);
    }
}

static void measure_nets(const struct draft *draft, struct channel *channel)
{
    for (int i = 0; i < channel->count; i++) {
        struct net *net = &channel->nets[i];

        net->left = INT_MAX;
        net->right = 0;
        for (int j = 0; j < net->above_count + net->below_count; j++) {
            int x =
                draft
                    ->items[j < net->above_count ? net->above[j] : net->below[j - net->above_count]]
                    .x;

            net->left = x < net->left ? x : net->left;
            net->right = x > net->right ? x : net->right;
        }
        net->row = net->left == net->right ? -1 : 0;
    }
}

/* ---- tracks ---- */

static bool goes_to(const struct net *net, int item)
{
    for (int i = 0; i < net->below_count; i++)
        if (net->below[i] == item)
            return true;
    return false;
}

/* Whether a goes to all that b goes to, and further. */
static bool goes_further(const struct net *a, const struct net *b)
{
    for (int i = 0; i < b->below_count; i++)
        if (!goes_to(a, b->below[i]))
            return false;
    return a->below_count > b->below_count;
}

/* Whether net a must run above net b, and *item, the one below at which they meet: where a comes
 * down in a column in which b goes on down; and where they meet in the line of a target, since who
 * comes down that line could also be read as taking the lower track. */
static bool must_be_above(
    const struct draft *draft, const struct net *a, const struct net *b, int *item)
{
    bool further = goes_further(a, b);

    for (int j = 0; j < b->below_count; j++) {
        bool shared = goes_to(a, b->below[j]);

        *item = b->below[j];
        if (shared && further)
            return true;
        for (int i = 0; i < a->above_count; i++)
            if (draft->items[a->above[i]].x == draft->items[b->below[j]].x &&
                (!shared || a->row >= 0))
                return true;
    }
    return false;
}

/* The first row at which a net does not touch another one that has its row, from `row` on. */
static int free_row(const struct channel *channel, const bool *done, int n, int row)
{
    const struct net *net = &channel->nets[n];

    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < channel->count; i++) {
            const struct net *other = &channel->nets[i];

            if (!done[i] || other->row != row || other->right + 1 < net->left ||
                net->right + 1 < other->left)
                continue;
            row++;
            again = true;
        }
    }
    return row;
}

/* Gives each net a row, those that must be above first. False: a cycle; *item is to be moved. */
static bool give_rows(const struct draft *draft, struct channel *channel, int *item)
{
    bool *done = mem_zalloc((size_t)channel->count + 1, sizeof *done);
    int left = channel->count;
    bool moved = true;

    channel->rows = 0;
    while (left > 0 && moved) {
        moved = false;
        for (int i = 0; i < channel->count; i++) {
            struct net *net = &channel->nets[i];
            bool ready = !done[i];
            int row = 0;

            for (int j = 0; ready && j < channel->count; j++) {
                const struct net *other = &channel->nets[j];
                int at;

                if (j == i || net->row < 0 || other->row < 0 ||
                    !must_be_above(draft, other, net, &at))
                    continue;
                *item = at;
                ready = done[j];
                row = done[j] && other->row >= row ? other->row + 1 : row;
            }
            if (!ready)
                continue;
            if (net->row >= 0)
                net->row = free_row(channel, done, i, row);
            channel->rows = net->row >= channel->rows ? net->row + 1 : channel->rows;
            done[i] = true;
            left--;
            moved = true;
        }
    }
    free(done);
    return left == 0;
}

/* A straight net has its column from top to bottom: nobody else may go on down there but into the
 * same target, and then nowhere else. */
static bool straight_is_free(const struct draft *draft, const struct channel *channel, int *item)
{
    for (int i = 0; i < channel->count; i++)
        for (int j = 0; j < channel->count; j++)
            if (i != j && channel->nets[i].row < 0 && channel->nets[j].row >= 0 &&
                (must_be_above(draft, &channel->nets[i], &channel->nets[j], item) ||
                    (goes_further(&channel->nets[j], &channel->nets[i]) &&
                        goes_to(&channel->nets[j], *item = channel->nets[i].below[0]))))
                return false;
    return true;
}

void channel_route(struct draft *draft, int l, struct channel *channel)
{
    make_nets(draft, l, channel);
    for (int i = 0; i < PUSHES; i++) {
        int item = -1;

        measure_nets(draft, channel);
        if (straight_is_free(draft, channel, &item) && give_rows(draft, channel, &item))
            return;
        draft_push(draft, item);
    }
    measure_nets(draft, channel); /* not seen: each push frees a column */
    for (int i = 0; i < channel->count; i++)
        channel->nets[i].row = channel->nets[i].row < 0 ? -1 : i;
    channel->rows = channel->count;
}

void channel_free(struct channel *channel)
{
    for (int i = 0; i < channel->count; i++)
        free(channel->nets[i].above);
    free(channel->nets);
}
