#include "trace_rail.h"

#include <stdlib.h>

#include "mem.h"
#include "trace_sections.h"
#include "view_words.h"

/* ---- steps ---- */

const struct run_view *trace_page_view(const struct trace_page *page)
{
    return ui_view(page->ui);
}

const struct view_workflow *trace_page_workflow(const struct trace_page *page)
{
    const struct run_view *view = trace_page_view(page);
    int workflow = (size_t)page->rollout < view->rollouts.count
                       ? view->rollouts.items[page->rollout].workflow
                       : VIEW_NONE;

    return workflow >= 0 ? &view->workflows.items[workflow] : NULL;
}

int trace_last_step(const struct trace_page *page)
{
    const struct view_workflow *workflow = trace_page_workflow(page);

    return workflow != NULL ? (int)workflow->count + 1 : 1;
}

int trace_node_at(const struct trace_page *page, int step)
{
    return step > 0 && step < trace_last_step(page) ? step - 1 : VIEW_NONE;
}

int trace_last_node(const struct trace_page *page)
{
    return trace_last_step(page) - 1;
}

const struct view_node *trace_view_node_at(const struct trace_page *page, int step)
{
    const struct view_workflow *workflow = trace_page_workflow(page);
    int node = trace_node_at(page, step);

    return workflow != NULL && node >= 0 ? &workflow->nodes[node] : NULL;
}

const struct trace_view *trace_page_trace(const struct trace_page *page)
{
    return reader_trace(ui_reader(page->ui),
        trace_page_view(page)->rollouts.items[page->rollout].pass, page->example);
}

bool trace_has_output(const struct trace_view *trace, int node)
{
    return (size_t)node < trace->node_count && !hash_is_zero(trace->outputs[node]);
}

/* ---- the rail ---- */

/* A node of the drawing and a step are each other's mirror where it goes backward. */
static int mirror(const struct trace_page *page, int at)
{
    return page->is_backward ? trace_last_step(page) - at : at;
}

/* The steps that a step reads. `inputs` has room for all. */
static int readings(const struct trace_page *page, int step, int *inputs)
{
    const struct view_workflow *workflow = trace_page_workflow(page);
    const struct view_node *node;
    bool reads_task = false;
    int count = 0;

    if (step == 0)
        return 0;
    if (step == trace_last_step(page)) {
        inputs[0] = step - 1;
        return 1;
    }
    node = &workflow->nodes[step - 1];
    for (size_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i].node >= 0)
            inputs[count++] = node->inputs[i].node + 1;
        else if (!reads_task)
            inputs[count++] = 0;
        reads_task = reads_task || node->inputs[i].node < 0;
    }
    return count;
}

static void add_edge(struct graph_node *node, int from)
{
    int *inputs = mem_realloc((int *)node->inputs, (size_t)node->input_count + 1, sizeof *inputs);

    inputs[node->input_count++] = from;
    node->inputs = inputs;
}

static void lay_out(struct trace_page *page)
{
    int count = trace_last_step(page) + 1;
    int *inputs = mem_zalloc((size_t)count + 1, sizeof *inputs);
    struct graph graph;

    trace_rail_free(page);
    page->nodes = mem_zalloc((size_t)count, sizeof *page->nodes);
    for (int step = 0; step < count; step++) {
        int read = readings(page, step, inputs);

        for (int i = 0; i < read; i++) {
            if (page->is_backward)
                add_edge(&page->nodes[mirror(page, inputs[i])], mirror(page, step));
            else
                add_edge(&page->nodes[step], inputs[i]);
        }
    }
    graph = (struct graph){ page->nodes, count };
    page->rail = rail_new(&graph);
    page->laid_workflow = trace_page_view(page)->rollouts.items[page->rollout].workflow;
    page->laid_backward = page->is_backward;
    free(inputs);
}

/* What is drawn on the rail's rows. */
struct rail_data {
    const struct trace_page *page;
    const struct trace_view *trace; /* NULL: on its way */
};

/* Whether a step's gradient wants something changed; false also where it is not there yet. */
static bool wants_change(const struct rail_data *data, int step)
{
    struct trace_step at = { data->page->ui, data->page->rollout, trace_node_at(data->page, step),
        data->trace };
    int gradient = step > 0 ? trace_step_gradient(&at) : VIEW_NONE;
    const struct text *text =
        gradient >= 0 ? reader_text(ui_reader(at.ui),
                            trace_page_view(data->page)->gradient_list.items[gradient].text, NULL)
                      : NULL;

    return text != NULL && gradient_halves(text->data, text->len).wants_change;
}

static struct graph_glyph rail_glyph(const void *opaque, int row)
{
    const struct rail_data *data = opaque;
    int step = mirror(data->page, row), node = trace_node_at(data->page, step);

    if (data->trace == NULL)
        return (struct graph_glyph){ 0x00B7, '.', ROLE_DIM };
    if (step == trace_last_step(data->page))
        return data->trace->score >= 0.5 ? (struct graph_glyph){ 0x2713, '*', ROLE_OK }
                                         : (struct graph_glyph){ 0x2717, 'x', ROLE_ERROR };
    if (node >= 0 && !trace_has_output(data->trace, node))
        return (struct graph_glyph){ 0x2717, 'x', ROLE_ERROR };
    if (wants_change(data, step))
        return (struct graph_glyph){ 0x25BD, 'v', ROLE_CHANGE };
    return (struct graph_glyph){ 0x25CF, 'o', ROLE_OK };
}

/* The first words of what a step said, or of what its gradient wants. */
static void draw_words(const struct rail_data *data, int step, const struct pane *line, int x)
{
    struct trace_step at = { data->page->ui, data->page->rollout, trace_node_at(data->page, step),
        data->trace };
    bool backward = data->page->is_backward;
    int gradient = backward ? trace_step_gradient(&at) : VIEW_NONE;
    struct hash id = { 0, 0 };
    const struct text *text;
    struct gradient_halves halves;

    if (gradient >= 0)
        id = trace_page_view(data->page)->gradient_list.items[gradient].text;
    else if (step == trace_last_step(data->page))
        id = data->trace->words;
    else if (at.node >= 0 && !backward && trace_has_output(data->trace, at.node))
        id = data->trace->outputs[at.node];
    else if (step == 0)
        id = data->trace->input;
    text = reader_text(ui_reader(at.ui), id, NULL);
    if (text == NULL)
        return;
    halves = (struct gradient_halves){ .change = text->data, .change_len = text->len };
    if (gradient >= 0)
        halves = gradient_halves(text->data, text->len);
    while (step == 0 && halves.change_len > 0 &&
           (halves.change[0] == '#' || halves.change[0] == ' ')) {
        halves.change++; /* the bars of the first field's head */
        halves.change_len--;
    }
    (void)pane_text_n(line, x, 0, -1, halves.wants_change ? ROLE_CHANGE : ROLE_DIM, ATTR_NONE,
        halves.change, halves.change_len < 500 ? halves.change_len : 500);
}

static void rail_line(const void *opaque, int row, const struct pane *line)
{
    const struct rail_data *data = opaque;
    const struct trace_page *page = data->page;
    int step = mirror(page, row);
    const struct view_node *node = trace_view_node_at(page, step);
    char score[8];
    int x;

    if (step == trace_last_step(page))
        x = pane_print(line, 0, 0, ROLE_TITLE, "score %s",
            data->trace != NULL ? run_view_score(data->trace->score, score) : "");
    else
        x = pane_text(
            line, 0, 0, node != NULL ? ROLE_TEXT : ROLE_TITLE, node != NULL ? node->id : "input");
    if (data->trace != NULL && line->width > 24)
        draw_words(data, step, line, x < 14 ? 15 : x + 1);
}

static const struct rail_source rail_source = { rail_glyph, rail_line };

void trace_rail_free(struct trace_page *page)
{
    for (int i = 0; page->rail != NULL && i < page->rail->count; i++)
        free((int *)page->nodes[i].inputs);
    free(page->nodes);
    rail_free(page->rail);
    page->nodes = NULL;
    page->rail = NULL;
}

void trace_rail_draw(struct trace_page *page, const struct pane *pane)
{
    struct rail_data data = { page, trace_page_trace(page) };

    if (page->rail == NULL || page->laid_backward != page->is_backward ||
        page->laid_workflow != trace_page_view(page)->rollouts.items[page->rollout].workflow)
        lay_out(page);
    page->rail_view.selected = mirror(page, page->step);
    rail_draw(page->rail, &page->rail_view, &rail_source, &data, pane, !page->in_text);
}

bool trace_rail_act(struct trace_page *page, enum action action)
{
    if (page->rail == NULL || !rail_act(page->rail, &page->rail_view, action))
        return false;
    page->step = mirror(page, page->rail_view.selected);
    return true;
}

void trace_rail_click(struct trace_page *page, int y)
{
    int node = page->rail != NULL ? rail_node_at(page->rail, &page->rail_view, y) : -1;

    if (node >= 0)
        page->step = mirror(page, node);
}
