#ifndef TRACE_RAIL_H
#define TRACE_RAIL_H

/* The steps of a trace page, and their drawing as a rail. Private to the page. */
#include "trace_page.h"

const struct run_view *trace_page_view(const struct trace_page *page);
/* NULL: the pass's workflow is not known. */
const struct view_workflow *trace_page_workflow(const struct trace_page *page);
const struct trace_view *trace_page_trace(const struct trace_page *page); /* NULL: on its way */
int trace_last_step(const struct trace_page *page);                       /* the score */
int trace_last_node(const struct trace_page *page); /* the step of the last node */
/* The node of a step; VIEW_NONE or NULL: the input or the score. */
int trace_node_at(const struct trace_page *page, int step);
const struct view_node *trace_view_node_at(const struct trace_page *page, int step);
bool trace_has_output(const struct trace_view *trace, int node);

void trace_rail_free(struct trace_page *page);
void trace_rail_draw(struct trace_page *page, const struct pane *pane);
/* Moves the step along the drawing; false: the action means nothing here. */
bool trace_rail_act(struct trace_page *page, enum action action);
/* The click on line y of the pane that was drawn. */
void trace_rail_click(struct trace_page *page, int y);

#endif
