#include "graph.h"

#include <string.h>

void graph_draw_edge(const struct pane *pane, int x, int y, enum role role, unsigned edges)
{
    /* by UP 1, DOWN 2, LEFT 4, RIGHT 8 */
    static const uint16_t codes[16] = { 0, 0x2575, 0x2577, 0x2502, 0x2574, 0x256F, 0x256E, 0x2524,
        0x2576, 0x2570, 0x256D, 0x251C, 0x2500, 0x2534, 0x252C, 0x253C };
    static const char ascii[] = " |||-'.+-'.+-+++";

    if ((edges & EDGE_CROSS) != 0)
        edges = EDGE_UP | EDGE_DOWN;
    edges &= 15;
    if (edges != 0)
        pane_glyph(pane, x, y, role, codes[edges], ascii[edges]);
}

void graph_related(const struct graph *graph, int node, bool *related)
{
    memset(related, 0, (size_t)graph->count);
    related[node] = true;
    for (int i = node; i >= 0; i--)
        for (int j = 0; related[i] && j < graph->nodes[i].input_count; j++) {
            int input = graph->nodes[i].inputs[j];

            if (input >= 0 && input < i)
                related[input] = true;
        }
    /* Descendants: by a second set, since an ancestor's other consumers are not related. */
    for (int i = node + 1; i < graph->count; i++)
        for (int j = 0; j < graph->nodes[i].input_count; j++) {
            int input = graph->nodes[i].inputs[j];

            if (input >= node && input < i && related[input])
                related[i] = true;
        }
}
