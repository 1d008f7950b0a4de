/* The proposals, newest first: the one that waits is the newest. And the words of the one shown. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "review_state.h"

static const struct list_column columns[] = {
    { "no", 4, true },
    { "kind", LIST_COLUMN_REST, false },
    { "gain", 4, true },
    { "", 1, false },
};

size_t review_proposal_at(const struct run_view *view, size_t row)
{
    return view->proposal_list.count - 1 - row;
}

static const struct view_proposal *proposal_at(const void *data, size_t row)
{
    const struct review *review = data;
    const struct run_view *view = ui_view(review->ui);

    return &view->proposal_list.items[review_proposal_at(view, row)];
}

static double gain(const struct view_proposal *proposal)
{
    return proposal->has_evidence ? proposal->score_after - proposal->score_before : NAN;
}

static void add_gain(double value, struct str *out)
{
    char text[16];

    if (isnan(value))
        return;
    (void)snprintf(text, sizeof text, "%+.2f", value);
    if (strcmp(text + 1, "0.00") == 0) {
        str_add(out, "=");
        return;
    }
    str_add_n(out, text, 1);
    str_add(out, text[1] == '0' ? text + 2 : text + 1);
}

static void queue_text(const void *data, size_t row, int column, struct str *out)
{
    static const char *const ascii[] = { "?", "y", "n", "e" };
    static const char *const glyphs[] = { "?", "✓", "✗", "e" };
    const struct review *review = data;
    const struct view_proposal *proposal = proposal_at(data, row);

    if (column == 0)
        str_addf(out, "%u", proposal->ordinal);
    else if (column == 1)
        str_add(out, proposal->sketch ? "structure" : "prompts");
    else if (column == 2)
        add_gain(gain(proposal), out);
    else
        str_add(out, (review->ascii ? ascii : glyphs)[proposal->verdict]);
}

static double queue_number(const void *data, size_t row, int column)
{
    const struct view_proposal *proposal = proposal_at(data, row);

    return column == 0 ? (double)proposal->ordinal : gain(proposal);
}

static enum role queue_role(const void *data, size_t row, int column)
{
    static const enum role verdicts[] = { ROLE_WARNING, ROLE_OK, ROLE_ERROR, ROLE_OK };
    const struct view_proposal *proposal = proposal_at(data, row);

    if (column == 3 || proposal->verdict == VIEW_PENDING)
        return verdicts[proposal->verdict];
    if (column == 2)
        return gain(proposal) > 0 ? ROLE_OK : gain(proposal) < 0 ? ROLE_ERROR : ROLE_DIM;
    return ROLE_TEXT;
}

const struct list_source review_queue_source = { columns, 4, queue_text, queue_number, queue_role,
    NULL };
const struct list_look review_queue_look = { .head = false, .focused = true, .empty = "none yet" };

/* ---- the one shown ---- */

void review_add_title(const struct review *review, struct str *out)
{
    const struct view_proposal *proposal = review_shown(review);

    str_addf(out, "proposal %u: %s, b%u", proposal->ordinal,
        proposal->sketch ? "structure" : "prompts", proposal->batch);
    if (proposal->round > 0)
        str_addf(out, " r%u", proposal->round);
    if (proposal->step > 0)
        str_addf(out, " s%u", proposal->step);
}

void review_add_evidence(struct review *review, struct str *out)
{
    const struct view_proposal *proposal = review_shown(review);
    bool ascii = review->ascii;
    char before[8], after[8];

    if (!proposal->has_evidence) {
        str_add(out, "no evidence: nothing was run with it");
        return;
    }
    str_addf(out, "%s %s %s %s: %u fixed, %u broken, %u same",
        review_is_edited(review) ? "before the edit" : "batch",
        run_view_score(proposal->score_before, before), ascii ? "->" : "→",
        run_view_score(proposal->score_after, after), proposal->fixed, proposal->broken,
        proposal->same);
    if (proposal->missing > 0)
        str_addf(out, ", %u lost", proposal->missing);
}

static const char *verdict_words(const struct review *review, enum role *role)
{
    const struct view_proposal *proposal = review_shown(review);
    bool person = strcmp(proposal->who, "person") == 0;

    switch (proposal->verdict) {
    case VIEW_PENDING:
        *role = ROLE_WARNING;
        return review_shows_waiting(review) ? "waits for you" : "undecided";
    case VIEW_REJECTED:
        *role = ROLE_ERROR;
        return person ? "declined by you" : "declined by the schedule";
    case VIEW_EDITED:
        *role = ROLE_OK;
        return "accepted as you edited it";
    case VIEW_ACCEPTED:
        break;
    }
    *role = ROLE_OK;
    return person ? "accepted by you" : "taken by the schedule";
}

struct pane review_draw_verdict(const struct review *review, const struct pane *row)
{
    enum role role;
    const char *words = verdict_words(review, &role);
    struct pane rest = *row;

    (void)pane_text_right(row, row->width, 0, role, words);
    (void)pane_cut_right(&rest, (int)strlen(words) + 1);
    return rest;
}
