/* What the last line names: what decides while a proposal waits, else the ways to look. */
#include "review_state.h"

struct hints {
    enum action *items;
    size_t count;
};

static void add(struct hints *hints, enum action action)
{
    if (hints->count < HINTS_MAX)
        hints->items[hints->count++] = action;
}

static bool is_chosen(struct review *review)
{
    const struct draft *draft = drafts_current(&review->drafts);
    const enum take *takes = review_takes(review);

    for (size_t i = 0; takes != NULL && i < draft->count; i++)
        if (takes[i] != TAKE_OPEN)
            return true;
    return false;
}

/* In one pane there is hardly room: the way to the others comes third. */
static void add_first(struct review *review, struct hints *hints)
{
    bool chosen = is_chosen(review);

    if (chosen && review->is_one_pane)
        add(hints, ACTION_COMMIT);
    add(hints, ACTION_ACCEPT);
    if (review->is_one_pane && chosen)
        add(hints, ACTION_NEXT_PANE);
    add(hints, ACTION_REJECT);
    if (review->is_one_pane && !chosen)
        add(hints, ACTION_NEXT_PANE);
    if (chosen && !review->is_one_pane)
        add(hints, ACTION_COMMIT);
}

static void add_decisions(struct review *review, struct hints *hints)
{
    static const enum action rest[] = { ACTION_CYCLE, ACTION_EDIT, ACTION_EDIT_WHOLE, ACTION_SPLIT,
        ACTION_NEXT, ACTION_ACCEPT_REST, ACTION_REJECT_REST, ACTION_ACCEPT_KIND, ACTION_UNDO,
        ACTION_SIDE_BY_SIDE };

    add_first(review, hints);
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (delta_has_hunks(review->delta) ||
            (rest[i] != ACTION_SPLIT && rest[i] != ACTION_SIDE_BY_SIDE))
            add(hints, rest[i]);
}

size_t review_hints(struct review *review, enum action items[HINTS_MAX])
{
    struct hints hints = { items, 0 };
    bool has_sides = review->delta != NULL && delta_has_hunks(review->delta);

    if (review_takes(review) != NULL && session_kind(ui_session(review->ui)) == SESSION_LIVE) {
        add_decisions(review, &hints);
        return hints.count;
    }
    if (review_shown(review) != NULL) {
        add(&hints, ACTION_NEXT_PANE);
        add(&hints, ACTION_OPEN);
        add(&hints, ACTION_NEXT);
        add(&hints, ACTION_TRACE);
        add(&hints, ACTION_SEARCH);
        if (has_sides)
            add(&hints, ACTION_SIDE_BY_SIDE);
    }
    add(&hints, ACTION_BACK);
    add(&hints, ACTION_COMMAND);
    return hints.count;
}

const char *review_hint(struct review *review, enum action action)
{
    static const char *const cycle[] = {
        [TAKE_OPEN] = "take", [TAKE_YES] = "leave", [TAKE_NO] = "clear"
    };
    const enum take *takes = review_takes(review);
    int item = review->diff.doc.selected;

    if (action == ACTION_SIDE_BY_SIDE && review->diff.side_by_side)
        return "unified";
    if (action == ACTION_CYCLE && takes != NULL && item >= 0 && (size_t)item < review->delta->count)
        return cycle[takes[item]];
    return NULL;
}
