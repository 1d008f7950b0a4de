#ifndef SCREEN_H
#define SCREEN_H

/*
 * A screen: a const table and a state of its own. It draws the session's run_view and what the
 * reader has into a pane, and is told actions, never keys. Adding a screen = one file with one
 * `const struct screen`, one line in the list of ui.c, one in the enum below.
 *
 * Drawing is free of side effects but for the reader's loading: what is not there yet is drawn as
 * "…", and the ui draws again when it has come. A screen works at every size from 1x1 on; below
 * what it needs it leaves out the less important.
 */
#include "canvas.h"
#include "chart.h"
#include "keymap.h"
#include "session.h"

enum screen_id {
    SCREEN_RUN,
    SCREEN_GRAPH,
    SCREEN_NODES,
    SCREEN_TRACES,
    SCREEN_REVIEW,
    SCREEN_HISTORY,
    SCREEN_CALLS,
    SCREEN_LOG,
    SCREENS
};

/* Something to be shown: links between screens. What does not matter is NONE or "". */
enum { PLACE_NONE = -1 };
struct place {
    enum screen_id screen;
    int rollout;  /* index in run_view.rollouts */
    int example;  /* index in run_view.examples */
    int node;     /* index in the workflow of that rollout, or in the current one */
    int gradient; /* index in run_view.gradients */
    int proposal; /* index in run_view.proposals */
    int workflow; /* index in run_view.workflows */
    int line;     /* index in run_view.log */
};
struct place place_of(enum screen_id screen); /* everything else PLACE_NONE */

/* What follows an action. */
enum outcome {
    OUTCOME_IGNORED, /* the ui may do something with it */
    OUTCOME_NONE,    /* handled, nothing to draw */
    OUTCOME_REDRAW,
};

/* How a screen is divided into panes, as it was drawn last. */
struct division {
    bool is_one; /* one of several panes has all the room: ACTION_NEXT_PANE shows the next */
    int side;    /* the focused pane is before (1) or behind (-1) the line that ACTION_WIDER moves;
                    0: there is none beside it */
};

enum { HINTS_MAX = 16 };

struct ui;

struct screen {
    const char *name; /* in the tab bar */
    enum context context;
    void *(*open)(struct ui *ui);
    void (*close)(void *state);
    void (*draw)(void *state, const struct pane *pane);
    enum outcome (*act)(void *state, enum action action);
    void (*show)(void *state, const struct place *place); /* may be NULL */
    /* The place that is shown now, for the way back: what `show` would bring back. NULL: what was
     * shown last. */
    struct place (*where)(const void *state);
    /* The row that was clicked; may be NULL. */
    enum outcome (*click)(void *state, int x, int y);
    /* ACTION_UP or ACTION_DOWN in the pane at this place, whichever has the focus, which stays.
     * NULL: there is one pane. */
    enum outcome (*wheel)(void *state, int x, int y, enum action action);
    /* NULL: there is one pane. */
    struct division (*division)(const void *state);
    /* The actions that the hints name now, the most useful first; returns how many. NULL: all that
     * the context has. */
    size_t (*hints)(void *state, enum action hints[HINTS_MAX]);
    /* What an action would do now where that is not what its hint usually says: one that turns
     * something on and off. NULL: as usual; may be NULL. */
    const char *(*hint)(void *state, enum action action);
    /* Appends what ACTION_COPY copies and ACTION_PAGER pages: the selection's whole text; may be
     * NULL. */
    void (*text)(void *state, struct str *out);
};

/* ---- what a screen may ask of the ui (ui.c) ---- */

struct session *ui_session(const struct ui *ui);
const struct run_view *ui_view(const struct ui *ui); /* session_view(ui_session(ui)) */
struct reader *ui_reader(const struct ui *ui);

/* Goes to a place and remembers this one for Esc. */
void ui_go(struct ui *ui, const struct place *place);
/* Whether ACTION_BACK would lead to where a link was followed from. */
bool ui_can_go_back(const struct ui *ui);
/* One line at the bottom until the next key or for some seconds; cleaned like all text. */
void ui_say(struct ui *ui, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What was drawn is not all there is to say: another frame follows in the loop's next turn. */
void ui_draw_on(struct ui *ui);
/* Asks for a line of text; on_line gets it (NULL: given up) with `data`, not from inside this call.
 * `initial` may be NULL. */
void ui_ask_line(struct ui *ui, const char *label, const char *initial,
    void (*on_line)(void *data, const char *line), void *data);
/* A question with answers, each with its key: "a accept|c cancel"; the last is the default and what
 * Esc means. on_answer gets the index. */
void ui_ask_choice(struct ui *ui, const char *question, const char *answers,
    void (*on_answer)(void *data, int answer), void *data);
/* Opens $VISUAL or $EDITOR on a text, the engine running on; on_text gets what came back (NULL:
 * unchanged, or the editor failed, which the ui has said, also where what was written is). */
void ui_edit(struct ui *ui, const char *suffix, const char *text,
    void (*on_text)(void *data, const char *text), void *data);
/* Puts what a person wrote, and what is used nowhere, into a file that stays, and says so: `what`
 * and its path. Also while the screen closes. */
void ui_keep(struct ui *ui, const char *suffix, const char *text, const char *what);
/* Whether hints, ASCII, braille … are on; the frame counter for spinners. */
struct ui_look {
    bool ascii;
    enum chart_style charts;
    unsigned frame; /* counts up four times a second while something runs */
};
struct ui_look ui_look(const struct ui *ui);
/* Of `size` cells how many the first of two panes of the screen shown has, which usually are
 * `usual`. */
int ui_divide(const struct ui *ui, int size, int usual);
/* Whether a pane of the picture has this place of the screen. */
bool ui_pane_has(const struct pane *pane, int x, int y);
/* The line of the pane at row y of the screen. */
int ui_pane_line(const struct pane *pane, int y);

#endif
