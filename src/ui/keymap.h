#ifndef KEYMAP_H
#define KEYMAP_H

/*
 * What keys do: one table of actions (actions.c) holds each action's name, its words for help and
 * hints, the contexts in which it means something, and its default keys. Keys, help, hints and the
 * searchable palette come from that table alone; ~/.config/flowbot/keys.json changes the keys.
 * Screens are told actions, never keys.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "keys.h"

/* Where an action means something; a screen names its context. Bits. */
enum context {
    CONTEXT_ALL = 1u << 0, /* everywhere */
    CONTEXT_RUN = 1u << 1,
    CONTEXT_GRAPH = 1u << 2,
    CONTEXT_NODES = 1u << 3, /* table of nodes and one node */
    CONTEXT_TRACES = 1u << 4,
    CONTEXT_REVIEW = 1u << 5,
    CONTEXT_HISTORY = 1u << 6,
    CONTEXT_CALLS = 1u << 7,
    CONTEXT_LOG = 1u << 8,
    CONTEXT_REPLAY = 1u << 9, /* any screen while a run is replayed or watched */
};

enum action {
    ACTION_NONE,
    /* moving */
    ACTION_DOWN,
    ACTION_UP,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_DOWN,
    ACTION_PAGE_UP,
    ACTION_HALF_DOWN,
    ACTION_HALF_UP,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_NEXT,
    ACTION_PREVIOUS, /* sibling: example, hunk, batch, gradient */
    ACTION_NEXT_FAILED,
    ACTION_PREVIOUS_FAILED,
    ACTION_OPEN,
    ACTION_BACK, /* Enter; Esc: one layer out, never quits */
    ACTION_NEXT_PANE,
    ACTION_PREVIOUS_PANE,
    ACTION_NEXT_TAB,
    ACTION_PREVIOUS_TAB, /* of a detail pane */
    ACTION_SCREEN_1,
    ACTION_SCREEN_2,
    ACTION_SCREEN_3,
    ACTION_SCREEN_4,
    ACTION_SCREEN_5,
    ACTION_SCREEN_6,
    ACTION_SCREEN_7,
    ACTION_SCREEN_8,
    /* finding */
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_PREVIOUS,
    ACTION_FILTER,
    ACTION_SORT,
    ACTION_FOLLOW, /* the live tail */
    /* looking */
    ACTION_TRACE,
    ACTION_UPSTREAM,  /* trace of the selection; the gradient it came from */
    ACTION_DIRECTION, /* forward (input to loss) or backward chain */
    ACTION_COMPARE,   /* against the target, another revision */
    ACTION_MARK,      /* a point, to compare with another */
    ACTION_RAW,
    ACTION_PAGER,
    ACTION_COPY,
    ACTION_ZOOM,
    ACTION_WIDER,
    ACTION_NARROWER,
    ACTION_RESET_PANES,
    ACTION_GRAPH_STYLE,
    ACTION_CHART_STYLE,
    ACTION_LOG_SCALE,
    ACTION_THEME,
    ACTION_HINTS,
    /* deciding */
    ACTION_REVIEW,
    ACTION_ACCEPT,
    ACTION_REJECT,
    ACTION_CYCLE,
    ACTION_SPLIT,
    ACTION_ACCEPT_REST,
    ACTION_REJECT_REST,
    ACTION_ACCEPT_KIND,
    ACTION_EDIT,
    ACTION_EDIT_WHOLE,
    ACTION_UNDO,
    ACTION_REDO,
    ACTION_COMMIT,
    ACTION_SIDE_BY_SIDE,
    ACTION_LESS_CONTEXT,
    ACTION_MORE_CONTEXT,
    ACTION_WHITE_SPACE,
    ACTION_REVIEW_MODE,
    ACTION_REVERT,
    /* the run */
    ACTION_PAUSE,
    ACTION_STEP,
    ACTION_STEP_BACK,
    ACTION_FASTER,
    ACTION_SLOWER,
    ACTION_SEEK,
    ACTION_COMMAND,
    ACTION_HELP,
    ACTION_SUSPEND,
    ACTION_REDRAW,
    ACTION_REFRESH,
    ACTION_QUIT,
    ACTION_INTERRUPT,
    ACTIONS
};

struct action_info {
    const char *name;  /* "next-failed": in keys.json, in `:` */
    const char *help;  /* "next failed example" */
    const char *hint;  /* short, for the hint bar: "next failed"; NULL: not in it */
    unsigned contexts; /* of enum context */
    const char *keys;  /* default keys, by blanks: "J ]" */
};

const struct action_info *action_info(enum action action);
enum action action_by_name(const char *name); /* ACTION_NONE: there is none */
/* "Review", "Traces, Calls", "everywhere": where it means something. Returns `text`. */
const char *action_where(enum action action, char text[64]);

struct keymap;

struct keymap *keymap_new(void); /* the defaults */
void keymap_free(struct keymap *keymap);
/* Reads { "action": ["key", …] … } (JSON with comments; a string is one key): the keys of an action
 * that is named are replaced. ERR_INPUT with file, line, the unknown action or key and the nearest
 * known one, or the two actions of one context that a key would have; the keymap stays as it was. A
 * missing file is no error. */
bool keymap_read(struct keymap *keymap, const char *path, struct err *err);
/* The action of a key where `contexts` hold (those of CONTEXT_ALL always do). */
enum action keymap_action(const struct keymap *keymap, unsigned contexts, key_code key);
/* The first key of an action as shown: "J", "Enter", "^D"; "" where it has none. */
const char *keymap_key(const struct keymap *keymap, enum action action, char text[KEY_NAME_SIZE]);
/* All of them, by blanks. Returns `text`. */
const char *keymap_keys(const struct keymap *keymap, enum action action, char text[64]);

#endif
