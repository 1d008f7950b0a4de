#ifndef NODE_PAGE_H
#define NODE_PAGE_H

/* One node: what it is, its prompt, its gradients with the selected one in full. Where the pane is
 * narrow the prompt and the gradients take turns. A zeroed struct is a closed page. */
#include "gradient_rows.h"
#include "prompt_view.h"
#include "screen.h"
#include "text_view.h"

enum node_focus { FOCUS_PROMPT, FOCUS_GRADIENTS, FOCUS_TEXT, FOCUSES };

struct node_page {
    struct ui *ui;
    char *id;     /* of the node; NULL: closed */
    int workflow; /* VIEW_NONE: the current one, whichever that is */
    enum node_focus focus;
    bool is_zoomed;
    bool is_shown;           /* by node_page_show: it has no keys */
    bool is_both;            /* prompt and gradients were drawn beside each other */
    struct pane at[FOCUSES]; /* where each was drawn last; empty: it was not */
    struct prompt_view prompt;
    struct gradient_rows gradients;
    struct text_view text;
    int came[16]; /* gradients from which `u` led here */
    int came_count;
};

void node_page_free(struct node_page *page);
/* `gradient`: selected, with the focus there; VIEW_NONE: the prompt has the focus. */
void node_page_open(
    struct node_page *page, struct ui *ui, int workflow, const char *id, int gradient);
void node_page_draw(struct node_page *page, const struct pane *pane);
/* Beside or below a list of nodes: what there is room for of it, from the head to the newest
 * gradient in full. Nothing can be selected there; the wheel turns the gradient. */
void node_page_show(struct node_page *page, const struct pane *pane);
/* OUTCOME_IGNORED for ACTION_BACK: the page is left. */
enum outcome node_page_act(struct node_page *page, enum action action);
/* As a screen's (screen.h). */
enum outcome node_page_click(struct node_page *page, int x, int y);
enum outcome node_page_wheel(struct node_page *page, int x, int y, enum action action);
struct division node_page_division(const struct node_page *page);
size_t node_page_hints(const struct node_page *page, enum action hints[HINTS_MAX]);
void node_page_text(struct node_page *page, struct str *out);

#endif
