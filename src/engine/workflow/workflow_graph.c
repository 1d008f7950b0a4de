/* The given nodes as a graph: its canonical order, its cycles, its one output. */
#include "workflow_private.h"

#include "mem.h"

enum { CYCLE_SHOWN = 6, OUTPUTS_SHOWN = 8 };

void graph_open(struct graph *graph, const struct node_spec *specs, size_t count)
{
    *graph = (struct graph){ .specs = specs, .count = count };
    graph->reads = mem_zalloc(count, sizeof *graph->reads);
    graph->order = mem_zalloc(count, sizeof *graph->order);
    graph->is_placed = mem_zalloc(count, sizeof *graph->is_placed);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < specs[i].input_count; j++)
            graph->reads[i][j] = spec_find(specs, count, specs[i].inputs[j]);
}

void graph_close(struct graph *graph)
{
    free(graph->reads);
    free(graph->order);
    free(graph->is_placed);
}

/* The first input of node i that is a node and has no place yet; -1 where the node is ready. */
static int blocker(const struct graph *graph, size_t i)
{
    for (size_t j = 0; j < graph->specs[i].input_count; j++) {
        int input = graph->reads[i][j];

        if (input >= 0 && !graph->is_placed[input])
            return input;
    }
    return -1;
}

/* Kahn's algorithm; of the ready nodes the first given is placed first. */
void graph_sort(struct graph *graph)
{
    size_t i = 0;

    while (i < graph->count) {
        if (graph->is_placed[i] || blocker(graph, i) >= 0) {
            i++;
            continue;
        }
        graph->is_placed[i] = true;
        graph->order[graph->placed++] = i;
        i = 0;
    }
}

/* From any node without a place, its blockers lead into a cycle: every one of them has a blocker
 * itself. */
bool graph_cycle_error(const struct graph *graph, size_t *culprit, struct err *err)
{
    bool *seen = mem_zalloc(graph->count, sizeof *seen);
    struct str path = STR_INIT;
    size_t len = 0;
    size_t at = 0;
    size_t start;

    while (graph->is_placed[at])
        at++;
    for (; !seen[at]; at = (size_t)blocker(graph, at))
        seen[at] = true;
    start = at;
    do {
        if (len++ < CYCLE_SHOWN)
            str_addf(&path, "%s ← ", graph->specs[at].id);
        at = (size_t)blocker(graph, at);
    } while (at != start);
    *culprit = start;
    err_set(err, ERR_INPUT,
        "%zu node%s in a cycle (each reads the one after the arrow): %s%s%s; take one of these "
        "inputs away",
        len, len == 1 ? " is" : "s are", str_text(&path), len > CYCLE_SHOWN ? "… ← " : "",
        graph->specs[start].id);
    str_free(&path);
    free(seen);
    return false;
}

static bool is_read(const struct graph *graph, size_t node)
{
    for (size_t i = 0; i < graph->count; i++)
        for (size_t j = 0; j < graph->specs[i].input_count; j++)
            if (graph->reads[i][j] == (int)node)
                return true;
    return false;
}

/* A graph without cycles has an end, so there is at least one output. */
bool graph_check_output(const struct graph *graph, struct err *err)
{
    const char **ends = mem_zalloc(graph->count, sizeof *ends);
    struct str list = STR_INIT;
    size_t count = 0;

    for (size_t i = 0; i < graph->count; i++)
        if (!is_read(graph, graph->order[i]))
            ends[count++] = graph->specs[graph->order[i]].id;
    if (count > 1) {
        add_names(&list, ends, count, OUTPUTS_SHOWN);
        err_set(err, ERR_INPUT,
            "%zu nodes are read by no other node (%s), but exactly one may be: the workflow's "
            "output; let another node read them, or remove them",
            count, str_text(&list));
    }
    str_free(&list);
    free(ends);
    return count == 1;
}
