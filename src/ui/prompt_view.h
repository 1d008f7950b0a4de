#ifndef PROMPT_VIEW_H
#define PROMPT_VIEW_H

/*
 * A node's prompt: its lines with numbers, each with the proposal that it came with ("#14";
 * nothing: of the start), and a mark where the next update does away with it. A line is selected;
 * what is known of it stands below. A zeroed struct is an empty view.
 */
#include "blame.h"
#include "canvas.h"
#include "keymap.h"
#include "list.h"

struct prompt_row;

struct prompt_view {
    struct list list; /* of rows */
    const char *hint; /* what can be done with a line that came with a proposal; NULL: nothing */
    /* private */
    const struct run_view *view; /* between set and draw */
    int workflow, node;
    size_t proposals; /* that were known */
    char *prompt;     /* a copy */
    struct blame blame;
    int width; /* that the rows are wrapped for */
    bool seeks;
    int sought; /* the proposal */
    struct {
        struct prompt_row *items;
        size_t count, cap;
    } rows;
    char *needle;
};

void prompt_view_free(struct prompt_view *prompt);
/* What is shown; before every drawing. Keeps the place while it is the same node. */
void prompt_view_set(
    struct prompt_view *prompt, const struct run_view *view, int workflow, int node);
void prompt_view_draw(struct prompt_view *prompt, const struct pane *pane, bool focused);
/* The same from its first line on, without a selection and what is known of its line; where it is
 * longer the last line says so. Returns the rows that it took. */
int prompt_view_show(struct prompt_view *prompt, const struct pane *pane);
/* The click on line y of the pane that was drawn: selects; false where no line is there. */
bool prompt_view_click(struct prompt_view *prompt, int y);
/* Moves; next and previous match. True: draw again. */
bool prompt_view_act(struct prompt_view *prompt, enum action action);
/* Selects the next line with the needle; false: there is none. */
bool prompt_view_search(struct prompt_view *prompt, const char *needle);
/* Selects the first line of words that came with a proposal, as soon as it is drawn. */
void prompt_view_seek(struct prompt_view *prompt, int proposal);
/* Of the selected line: the proposal that it came with, or VIEW_NONE. */
int prompt_view_origin(const struct prompt_view *prompt);

#endif
