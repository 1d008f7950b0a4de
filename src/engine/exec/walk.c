#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static bool reads(const struct node *node, size_t other)
{
    for (size_t i = 0; i < node->input_count; i++)
        if (node->inputs[i].node == (int)other)
            return true;
    return false;
}

/* True where `later` waits for `earlier` in the walk's direction. */
static bool waits_for(const struct walk *walk, size_t later, size_t earlier)
{
    const struct node *nodes = walk->workflow->nodes;

    return walk->transposed ? reads(&nodes[earlier], later) : reads(&nodes[later], earlier);
}

void walk_open(struct walk *walk, const struct workflow *workflow, bool transposed,
    const unsigned char *members)
{
    size_t count = workflow->count;

    *walk = (struct walk){ .workflow = workflow, .transposed = transposed };
    walk->members = mem_alloc(count);
    walk->blocked = mem_zalloc(count, sizeof *walk->blocked);
    if (members != NULL)
        memcpy(walk->members, members, count);
    else
        memset(walk->members, 1, count);
    for (size_t i = 0; i < count; i++) {
        walk->left += walk->members[i];
        for (size_t j = 0; j < count; j++)
            if (i != j && walk->members[i] && walk->members[j] && waits_for(walk, i, j))
                walk->blocked[i]++;
    }
}

static void set_off(struct walk *walk, size_t node, walk_ready *on_ready, void *data)
{
    walk->running++;
    on_ready(data, node);
}

void walk_start(struct walk *walk, walk_ready *on_ready, void *data)
{
    bool ready[WORKFLOW_MAX_NODES];

    for (size_t i = 0; i < walk->workflow->count; i++)
        ready[i] = walk->members[i] && walk->blocked[i] == 0;
    for (size_t i = 0; i < walk->workflow->count; i++)
        if (ready[i])
            set_off(walk, i, on_ready, data);
}

void walk_done(struct walk *walk, size_t node, walk_ready *on_ready, void *data)
{
    walk->running--;
    walk->left--;
    for (size_t i = 0; i < walk->workflow->count; i++)
        if (i != node && walk->members[i] && waits_for(walk, i, node) && --walk->blocked[i] == 0)
            set_off(walk, i, on_ready, data);
}

void walk_fail(struct walk *walk, size_t node)
{
    (void)node;
    walk->running--;
    walk->left--;
}

void walk_close(struct walk *walk)
{
    free(walk->members);
    free(walk->blocked);
    *walk = (struct walk){ 0 };
}
