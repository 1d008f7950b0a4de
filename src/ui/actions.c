/* The table of actions: names, words, where they mean something, default keys. No key stands twice
 * where both of its actions could be meant (test_keymap). Kept free: ^A ^B (multiplexers), ^S ^Q
 * (flow control), ^H ^I ^J ^M ^[ (other names of keys), Alt. */
#include "keymap.h"

#include <stdio.h>
#include <string.h>

#include "str.h"

enum {
    ALL = CONTEXT_ALL,
    RUN = CONTEXT_RUN,
    GRAPH = CONTEXT_GRAPH,
    NODES = CONTEXT_NODES,
    TRACES = CONTEXT_TRACES,
    REVIEW = CONTEXT_REVIEW,
    HISTORY = CONTEXT_HISTORY,
    CALLS = CONTEXT_CALLS,
    LOG = CONTEXT_LOG,
    REPLAY = CONTEXT_REPLAY,
    PANES = RUN | NODES | TRACES | REVIEW | HISTORY, /* those with several panes */
};

static const struct action_info actions[ACTIONS] = {
    [ACTION_NONE] = { "none", "nothing", NULL, 0, "" },
    /* moving */
    [ACTION_DOWN] = { "down", "down", NULL, ALL, "j Down" },
    [ACTION_UP] = { "up", "up", NULL, ALL, "k Up" },
    [ACTION_LEFT] = { "left", "left", NULL, ALL, "h Left" },
    [ACTION_RIGHT] = { "right", "right", NULL, ALL, "l Right" },
    [ACTION_PAGE_DOWN] = { "page-down", "a page down", NULL, ALL, "PgDn ^F" },
    [ACTION_PAGE_UP] = { "page-up", "a page up", NULL, ALL, "PgUp" },
    [ACTION_HALF_DOWN] = { "half-down", "half a page down", NULL, ALL, "^D" },
    [ACTION_HALF_UP] = { "half-up", "half a page up", NULL, ALL, "^U" },
    [ACTION_FIRST] = { "first", "to the beginning", NULL, ALL, "g Home" },
    [ACTION_LAST] = { "last", "to the end", NULL, ALL, "G End" },
    [ACTION_NEXT] = { "next", "next example, hunk, batch or gradient", "next",
        NODES | TRACES | REVIEW | HISTORY, "J ]" },
    [ACTION_PREVIOUS] = { "previous", "previous example, hunk, batch or gradient", NULL,
        NODES | TRACES | REVIEW | HISTORY, "K [" },
    [ACTION_NEXT_FAILED] = { "next-failed", "next failed example", "next failed", TRACES, "x" },
    [ACTION_PREVIOUS_FAILED] = { "previous-failed", "previous failed example", NULL, TRACES, "X" },
    [ACTION_OPEN] = { "open", "open what is selected", "open", ALL, "Enter" },
    [ACTION_BACK] = { "back", "one layer out; never quits", "back", ALL, "Esc Backspace" },
    [ACTION_NEXT_PANE] = { "next-pane", "next pane", "pane", ALL, "Tab" },
    [ACTION_PREVIOUS_PANE] = { "previous-pane", "previous pane", NULL, ALL, "S-Tab" },
    [ACTION_NEXT_TAB] = { "next-tab", "next tab of the pane", "tab", NODES | TRACES | CALLS, "." },
    [ACTION_PREVIOUS_TAB] = { "previous-tab", "previous tab of the pane", NULL,
        NODES | TRACES | CALLS, "," },
    [ACTION_SCREEN_1] = { "screen-run", "the run at a glance", NULL, ALL, "1" },
    [ACTION_SCREEN_2] = { "screen-graph", "the workflow's graph", NULL, ALL, "2" },
    [ACTION_SCREEN_3] = { "screen-nodes", "nodes: prompts and gradients", NULL, ALL, "3" },
    [ACTION_SCREEN_4] = { "screen-traces", "traces: every example of a pass", NULL, ALL, "4" },
    [ACTION_SCREEN_5] = { "screen-review", "review: proposals to decide on", NULL, ALL, "5" },
    [ACTION_SCREEN_6] = { "screen-history", "history: batches and decisions", NULL, ALL, "6" },
    [ACTION_SCREEN_7] = { "screen-calls", "calls to the models", NULL, ALL, "7" },
    [ACTION_SCREEN_8] = { "screen-log", "the log of what happened", NULL, ALL, "8" },
    /* finding */
    [ACTION_SEARCH] = { "search", "search in the text", "search", ALL, "/" },
    [ACTION_SEARCH_NEXT] = { "search-next", "next match", NULL, ALL, "n" },
    [ACTION_SEARCH_PREVIOUS] = { "search-previous", "previous match", NULL, ALL, "N" },
    [ACTION_FILTER] = { "filter", "show only what matches", "filter", NODES | TRACES | CALLS | LOG,
        "f" },
    [ACTION_SORT] = { "sort", "sort by another column", "sort", NODES | TRACES | CALLS, "o" },
    [ACTION_FOLLOW] = { "follow", "follow the newest line", "follow",
        RUN | TRACES | HISTORY | CALLS | LOG, "F" },
    /* looking */
    [ACTION_TRACE] = { "trace", "the trace of what is selected", "trace",
        RUN | GRAPH | NODES | REVIEW | HISTORY | CALLS | LOG, "t" },
    [ACTION_UPSTREAM] = { "upstream", "the gradient that this one came from", "came from",
        NODES | TRACES, "u" },
    [ACTION_DIRECTION] = { "direction", "forward, or the gradients backward", "backward", TRACES,
        "b" },
    [ACTION_COMPARE] = { "compare", "the same example in the pass before; a node's update",
        "compare", NODES | TRACES, "D" },
    [ACTION_MARK] = { "mark", "mark a point to compare with", "mark", HISTORY, "m Space" },
    [ACTION_RAW] = { "raw", "the raw request and reply", "raw", TRACES | CALLS, "v" },
    [ACTION_PAGER] = { "pager", "show the text in $PAGER", NULL, ALL, "|" },
    [ACTION_COPY] = { "copy", "copy the text", NULL, ALL, "y" },
    [ACTION_ZOOM] = { "zoom", "the focused pane alone, and back", NULL, ALL, "z" },
    [ACTION_WIDER] = { "wider", "the focused pane wider", NULL, PANES, ">" },
    [ACTION_NARROWER] = { "narrower", "the focused pane narrower", NULL, PANES, "<" },
    [ACTION_RESET_PANES] = { "reset-panes", "panes as at the start", NULL, PANES, "=" },
    [ACTION_GRAPH_STYLE] = { "graph-style", "the graph as rails or in layers", "style", RUN | GRAPH,
        "s" },
    [ACTION_CHART_STYLE] = { "chart-style", "charts of dots, blocks or ASCII", NULL, ALL, "c" },
    [ACTION_LOG_SCALE] = { "log-scale", "charts with a logarithmic scale", NULL, RUN, "L" },
    [ACTION_THEME] = { "theme", "the next theme", NULL, ALL, "T" },
    [ACTION_HINTS] = { "hints", "this line on and off", NULL, ALL, "H" },
    /* deciding */
    [ACTION_REVIEW] = { "review", "the proposal that waits", "review",
        RUN | GRAPH | NODES | TRACES | REVIEW | HISTORY | CALLS | LOG, "r" },
    [ACTION_ACCEPT] = { "accept", "accept", "accept", REVIEW, "a" },
    [ACTION_REJECT] = { "reject", "decline, with a reason", "decline", REVIEW, "x" },
    [ACTION_CYCLE] = { "cycle", "a change: undecided, taken, left out by turns", "take", REVIEW,
        "Space" },
    [ACTION_SPLIT] = { "split", "split a change of a prompt into its sentences", "split", REVIEW,
        "s" },
    [ACTION_ACCEPT_REST] = { "accept-rest", "take the rest of the proposal", "take rest", REVIEW,
        "A" },
    [ACTION_REJECT_REST] = { "reject-rest", "leave out the rest of the proposal", "reject rest",
        REVIEW, "X" },
    [ACTION_ACCEPT_KIND] = { "accept-kind", "accept all proposals of this kind", "same kind",
        REVIEW, "Y" },
    [ACTION_EDIT] = { "edit", "edit the selected part", "edit", REVIEW, "e" },
    [ACTION_EDIT_WHOLE] = { "edit-whole", "edit the whole in $EDITOR", "all", REVIEW, "E" },
    [ACTION_UNDO] = { "undo", "undo the last decision", "undo", REVIEW, "u" },
    [ACTION_REDO] = { "redo", "redo it", NULL, REVIEW, "^R" },
    [ACTION_COMMIT] = { "commit", "make the decisions final", "commit", REVIEW, "C" },
    [ACTION_SIDE_BY_SIDE] = { "side-by-side", "the diff side by side, or unified", "side by side",
        REVIEW | HISTORY, "S" },
    [ACTION_LESS_CONTEXT] = { "less-context", "fewer unchanged lines around a change", NULL,
        REVIEW | HISTORY, "{" },
    [ACTION_MORE_CONTEXT] = { "more-context", "more unchanged lines around a change", NULL,
        REVIEW | HISTORY, "}" },
    [ACTION_WHITE_SPACE] = { "white-space", "changes of white space alone, shown or not", NULL,
        REVIEW | HISTORY, "W" },
    [ACTION_REVIEW_MODE] = { "review-mode", "which proposals wait for a person", NULL, ALL, "M" },
    [ACTION_REVERT] = { "revert", "go back to this workflow", "go back", HISTORY, "B" },
    /* the run */
    [ACTION_PAUSE] = { "pause", "pause the run, or what is shown of it; go on", NULL, ALL, "p" },
    [ACTION_STEP] = { "step", "one event on (watch, replay)", "step", REPLAY, ")" },
    [ACTION_STEP_BACK] = { "step-back", "one event back (watch, replay)", "back", REPLAY, "(" },
    [ACTION_FASTER] = { "faster", "faster (watch, replay)", "faster", REPLAY, "+" },
    [ACTION_SLOWER] = { "slower", "slower (watch, replay)", "slower", REPLAY, "-" },
    [ACTION_SEEK] = { "seek", "go to a share of the run or a batch (watch, replay)", "seek", REPLAY,
        "%" },
    [ACTION_COMMAND] = { "command", "a command by its name", "command", ALL, ":" },
    [ACTION_HELP] = { "help", "every key, to be searched", "help", ALL, "? F1" },
    [ACTION_SUSPEND] = { "suspend", "back to the shell; fg returns", NULL, ALL, "^Z" },
    [ACTION_REDRAW] = { "redraw", "draw the whole screen again", NULL, ALL, "^L" },
    [ACTION_REFRESH] = { "refresh", "load what is shown again", NULL, ALL, "R" },
    [ACTION_QUIT] = { "quit", "leave: asks what becomes of the run", "quit", ALL, "q" },
    [ACTION_INTERRUPT] = { "interrupt", "stop the run: asks how; twice: save and end", NULL, ALL,
        "^C" },
};

const struct action_info *action_info(enum action action)
{
    return &actions[action];
}

enum action action_by_name(const char *name)
{
    for (int i = ACTION_NONE + 1; i < ACTIONS; i++)
        if (str_equal(actions[i].name, name))
            return (enum action)i;
    return ACTION_NONE;
}

const char *action_where(enum action action, char text[64])
{
    static const char *const names[] = { "everywhere", "Run", "Graph", "Nodes", "Traces", "Review",
        "History", "Calls", "Log", "watch and replay" };
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if ((actions[action].contexts & 1u << i) != 0 && used < 64)
            used +=
                (size_t)snprintf(text + used, 64 - used, "%s%s", used > 0 ? ", " : "", names[i]);
    return text;
}
