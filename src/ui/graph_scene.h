#ifndef GRAPH_SCENE_H
#define GRAPH_SCENE_H

/*
 * The current workflow as a drawing with live rows, for the screens Run and Graph: laid out again
 * only when the workflow (or the room for labels) changes; the selected node stays selected by its
 * name. A zeroed struct is a scene.
 */
#include "graph_layers.h"
#include "graph_rail.h"
#include "run_view.h"
#include "screen.h"

enum graph_style {
    STYLE_FITTING, /* layers where they fit with what is known of each node, else rails */
    STYLE_RAIL,
    STYLE_LAYERS,
};

struct graph_scene {
    int selected; /* a node of the workflow */
    enum graph_style style;
    /* private */
    bool layered; /* drawn last; else rails */
    const struct run_view *view;
    struct ui *ui; /* that asks for what to find */
    char *needle;
    unsigned frame;
    char workflow[40]; /* drawn: its id */
    int room;          /* cells that the layers were made for */
    int claim;         /* cells that names claim before numbers */
    int figures;       /* cells that they have for numbers beside a name */
    struct graph graph;
    struct graph_node *nodes;
    char **names;
    struct rail *rail, *compact;
    struct rail *rows; /* the one of them that was drawn last */
    struct layout *layout;
    struct rail_view rail_view;
    struct layout_view layout_view;
};

void graph_scene_free(struct graph_scene *scene);
/* Takes the current workflow up; before graph_scene_act where nothing was drawn yet. */
void graph_scene_update(struct graph_scene *scene, const struct run_view *view);
/* Lines that rails need at least to show every node, with their head. */
int graph_scene_rows(const struct graph_scene *scene);
/* Draws with a head line over rails where there is room. */
void graph_scene_draw(struct graph_scene *scene, const struct run_view *view, struct ui_look look,
    const struct pane *pane, bool focused);
/* Moves the selection; ACTION_GRAPH_STYLE. True: draw again. */
bool graph_scene_act(struct graph_scene *scene, enum action action);
bool graph_scene_click(struct graph_scene *scene, int x, int y);
/* Opens the selected node, or the trace of its last failed example. */
enum outcome graph_scene_open(struct graph_scene *scene, struct ui *ui, enum action action);
/* Asks for a part of a node's name and selects the next node that has it; ACTION_SEARCH and its
 * next and previous. OUTCOME_IGNORED: another action. */
enum outcome graph_scene_find(struct graph_scene *scene, struct ui *ui, enum action action);
/* The selected node in words, with its whole prompt. */
void graph_scene_text(
    const struct graph_scene *scene, const struct run_view *view, struct str *out);

#endif
