#include "pass_rows.h"

#include <string.h>

#include "view_words.h"

enum { NARROW = 60 }; /* columns */

enum { PASS_NAME, PASS_KIND, PASS_SCORE, PASS_LOST, PASS_WORKFLOW, PASS_NOTE, PASS_COLUMNS };

static const struct list_column pass_columns[PASS_COLUMNS] = {
    [PASS_NAME] = { "pass", 26, false },
    [PASS_KIND] = { "for", 10, false },
    [PASS_SCORE] = { "score", 5, true },
    [PASS_LOST] = { "lost", 4, true },
    [PASS_WORKFLOW] = { "workflow", 9, false },
    [PASS_NOTE] = { "", LIST_COLUMN_REST, false },
};

static const struct list_column narrow_pass_columns[PASS_COLUMNS] = {
    [PASS_NAME] = { "pass", LIST_COLUMN_REST, false },
    [PASS_KIND] = { "for", LIST_COLUMN_HIDDEN, false },
    [PASS_SCORE] = { "score", 5, true },
    [PASS_LOST] = { "lost", 4, true },
    [PASS_WORKFLOW] = { "workflow", LIST_COLUMN_HIDDEN, false },
    [PASS_NOTE] = { "", LIST_COLUMN_HIDDEN, false },
};

static const struct view_rollout *pass_at(const void *data, size_t row)
{
    const struct pass_rows *rows = data;

    return &ui_view(rows->ui)->rollouts.items[row];
}

static double pass_number(const void *data, size_t row, int column)
{
    const struct view_rollout *pass = pass_at(data, row);

    return column == PASS_SCORE ? pass->score : pass->lost;
}

static const char *verdict_of(const struct run_view *view, unsigned proposal)
{
    for (size_t i = view->proposal_list.count; i-- > 0;)
        if (view->proposal_list.items[i].ordinal == proposal)
            return words_verdict(view->proposal_list.items[i].verdict);
    return "";
}

static void pass_text(const void *data, size_t row, int column, struct str *out)
{
    const struct run_view *view = ui_view(((const struct pass_rows *)data)->ui);
    const struct view_rollout *pass = pass_at(data, row);
    char name[WORDS], id[WORDS_ID], score[8];

    if (column == PASS_NAME)
        str_add(out, words_pass(view, (int)row, name));
    else if (column == PASS_KIND)
        str_add(out, pass->test         ? "test"
                     : pass->validation ? "validation"
                     : pass->proposal   ? "evidence"
                     : pass->under_way  ? "batch"
                     : pass->outer      ? "structure"
                                        : "prompts");
    else if (column == PASS_SCORE)
        str_add(out, run_view_score(pass->score, score));
    else if (column == PASS_LOST && pass->lost > 0)
        str_addf(out, "%u", pass->lost);
    else if (column == PASS_WORKFLOW && pass->workflow >= 0)
        str_add(out, words_id(view->workflows.items[pass->workflow].id, id));
    else if (column == PASS_NOTE && pass->proposal > 0)
        str_add(out, verdict_of(view, pass->proposal));
    else if (column == PASS_NOTE && pass->again)
        str_add(out, "as before");
    else if (column == PASS_NOTE && pass->best && !pass->test && pass->batch > 0)
        str_add(out, "the best so far");
}

static enum role pass_role(const void *data, size_t row, int column)
{
    const struct view_rollout *pass = pass_at(data, row);

    if (column == PASS_NAME)
        return pass->validation || pass->test ? ROLE_TITLE : ROLE_TEXT;
    if (column == PASS_NOTE)
        return ROLE_BEST;
    return column == PASS_LOST ? ROLE_WARNING : column == PASS_SCORE ? ROLE_ACCENT : ROLE_DIM;
}

static const struct list_source pass_source = { pass_columns, PASS_COLUMNS, pass_text, pass_number,
    pass_role, NULL };

static const struct list_source narrow_pass_source = { narrow_pass_columns, PASS_COLUMNS, pass_text,
    pass_number, pass_role, NULL };

static void update_passes(struct pass_rows *rows)
{
    const struct run_view *view = ui_view(rows->ui);

    list_update(
        &rows->list, &pass_source, rows, view->rollouts.count, view->accepted + view->rejected);
}

void pass_rows_free(struct pass_rows *rows)
{
    list_free(&rows->list);
}

void pass_rows_draw(struct pass_rows *rows, const struct pane *pane)
{
    struct list_look look = { list_has_head(&rows->list, pane), true, "no pass has begun yet" };

    if (ui_view(rows->ui)->rollouts.count > 0)
        look.empty = "no pass is like that: f with an empty line shows all, / finds an example";
    update_passes(rows);
    list_draw(
        &rows->list, pane->width < NARROW ? &narrow_pass_source : &pass_source, rows, pane, &look);
}

bool pass_rows_act(struct pass_rows *rows, enum action action)
{
    update_passes(rows);
    if (!list_act(&rows->list, &pass_source, action))
        return false;
    update_passes(rows);
    return true;
}

bool pass_rows_filter(struct pass_rows *rows, const char *filter, struct err *err)
{
    return list_set_filter(&rows->list, &pass_source, filter, err);
}

int pass_rows_selected(const struct pass_rows *rows)
{
    size_t row;

    return list_selected(&rows->list, &row) && row < ui_view(rows->ui)->rollouts.count ? (int)row
                                                                                       : VIEW_NONE;
}

void pass_rows_select(struct pass_rows *rows, int rollout)
{
    update_passes(rows);
    if (rollout >= 0)
        (void)list_select(&rows->list, (size_t)rollout);
}
