#ifndef TRACE_PAGE_H
#define TRACE_PAGE_H

/*
 * One example of one pass: its way through the workflow as a rail, from the input to the score, or
 * backward, the gradients from the score to the first node; beside it what the selected step read,
 * said, was told. A zeroed struct is a closed page.
 */
#include "graph_rail.h"
#include "prompt_view.h"
#include "screen.h"
#include "text_view.h"

enum trace_tab { TAB_OUTPUT, TAB_INPUT, TAB_PROMPT, TAB_GRADIENT, TAB_CALLS, TRACE_TABS };

/* A step: the input, the nodes in order, the score. */
struct trace_page {
    struct ui *ui;
    int rollout;
    char *example; /* id; NULL: closed */
    int step;      /* 0: the input; n: node n-1; the last: the score */
    enum trace_tab tab;
    bool is_backward, in_text, is_zoomed;
    bool is_raw;       /* calls as JSON */
    struct pane at[2]; /* where the rail and the text were drawn last; empty: it was not */
    struct pane tabs;  /* the same of the tabs' names */
    /* private */
    bool seeks;    /* the step where it failed, once that is known */
    bool compares; /* this pass is looked at beside another one */
    int other;     /* that one */
    int laid_workflow;
    bool laid_backward;
    struct rail *rail;
    struct graph_node *nodes;
    struct rail_view rail_view;
    struct prompt_view prompt;
    struct text_view text;
    struct hash shown; /* what the text is of: another one begins at its top */
};

void trace_page_free(struct trace_page *page);
/* Keeps step, tab and direction where the workflow is the same. */
void trace_page_open(struct trace_page *page, struct ui *ui, int rollout, const char *example);
/* Goes to a node's gradient (`node` VIEW_NONE: to the score, forward). */
void trace_page_show_gradient(struct trace_page *page, int node);
/* The node of the step; VIEW_NONE: the input or the score. */
int trace_page_node(const struct trace_page *page);
/* The gradient that is shown; VIEW_NONE: another tab is. */
int trace_page_gradient(const struct trace_page *page);
void trace_page_show_node(struct trace_page *page, int node);
void trace_page_draw(struct trace_page *page, const struct pane *pane, size_t place, size_t count);
enum outcome trace_page_act(struct trace_page *page, enum action action);
/* As a screen's (screen.h). */
enum outcome trace_page_click(struct trace_page *page, int x, int y);
enum outcome trace_page_wheel(struct trace_page *page, int x, int y, enum action action);
struct division trace_page_division(const struct trace_page *page);
size_t trace_page_hints(const struct trace_page *page, enum action hints[HINTS_MAX]);
const char *trace_page_hint(const struct trace_page *page, enum action action);
void trace_page_text(struct trace_page *page, struct str *out);

#endif
