#include "history_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "chart.h"

void history_rows_free(struct history_rows *rows)
{
    free(rows->items);
    *rows = (struct history_rows){ 0 };
}

/* ---- what happened, in its order ---- */

static int64_t time_of(const struct run_view *view, const struct history_row *row)
{
    switch (row->kind) {
    case HISTORY_PROPOSAL:
        return view->proposal_list.items[row->index].t;
    case HISTORY_BACK:
        return view->log.items[row->index].t;
    case HISTORY_PASS:
    case HISTORY_GRADIENTS:
        break;
    }
    return view->rollouts.items[row->index].t;
}

/* Of rows with one time: the place in the schedule; a step's pass before what was made of it. */
static unsigned long place_of_row(const struct run_view *view, const struct history_row *row)
{
    unsigned batch, round, step;

    if (row->kind == HISTORY_BACK)
        return 0;
    if (row->kind == HISTORY_PROPOSAL) {
        const struct view_proposal *proposal = &view->proposal_list.items[row->index];

        batch = proposal->batch, round = proposal->round, step = proposal->step;
    } else {
        const struct view_rollout *pass = &view->rollouts.items[row->index];

        batch = pass->batch, round = pass->round, step = pass->step;
    }
    return (((unsigned long)batch * 100 + round) * 100 + step) * 4 + (unsigned long)row->kind;
}

static bool comes_before(
    const struct run_view *view, const struct history_row *a, const struct history_row *b)
{
    int64_t at = time_of(view, a), bt = time_of(view, b);

    return at != bt ? at < bt : place_of_row(view, a) <= place_of_row(view, b);
}

static unsigned workflow_gradients(const struct run_view *view, int rollout, size_t *at)
{
    unsigned count = 0;

    while (*at < view->gradient_list.count && view->gradient_list.items[*at].rollout < rollout)
        (*at)++;
    for (size_t i = *at;
         i < view->gradient_list.count && view->gradient_list.items[i].rollout == rollout; i++)
        count += view->gradient_list.items[i].node == VIEW_NONE;
    return count;
}

struct row_list {
    struct history_row *items;
    size_t count, cap;
};

static void add_passes(const struct run_view *view, struct row_list *list)
{
    size_t gradient = 0;

    for (size_t i = 0; i < view->rollouts.count; i++) {
        struct history_row row = { HISTORY_PASS, (int)i, view->rollouts.items[i].workflow, 0 };

        if (!run_view_is_of_schedule(&view->rollouts.items[i]))
            continue; /* a proposal has a row of its own */
        ARRAY_PUSH(list, row);
        row.kind = HISTORY_GRADIENTS;
        row.number = workflow_gradients(view, (int)i, &gradient);
        if (row.number > 0)
            ARRAY_PUSH(list, row);
    }
}

static void add_decisions(const struct run_view *view, struct row_list *list)
{
    for (size_t i = 0; i < view->proposal_list.count; i++) {
        const struct view_proposal *proposal = &view->proposal_list.items[i];
        struct history_row row = { HISTORY_PROPOSAL, (int)i,
            proposal->after != VIEW_NONE ? proposal->after : proposal->before, 0 };

        ARRAY_PUSH(list, row);
    }
}

static void add_backs(const struct run_view *view, struct row_list *list)
{
    for (size_t i = 0; i < view->log.count; i++) {
        const struct view_line *line = &view->log.items[i];
        struct history_row row = { HISTORY_BACK, (int)i, line->workflow, 0 };

        if (line->tone == TONE_DECISION && line->proposal == VIEW_NONE)
            ARRAY_PUSH(list, row);
    }
}

/* Two lists in order become one. */
static void merge(const struct run_view *view, struct row_list *into, struct row_list *more)
{
    struct row_list both = { 0 };
    size_t a = 0, b = 0;

    while (a < into->count || b < more->count) {
        bool first = b == more->count ||
                     (a < into->count && comes_before(view, &into->items[a], &more->items[b]));

        if (first)
            ARRAY_PUSH(&both, into->items[a++]);
        else
            ARRAY_PUSH(&both, more->items[b++]);
    }
    free(into->items);
    free(more->items);
    *into = both;
}

/* Where a person went back the workflow is that of the next rollout. */
static void find_workflows(const struct run_view *view, struct row_list *list)
{
    int next = view->current;
    unsigned batch = 0;

    for (size_t i = list->count; i-- > 0;) {
        struct history_row *row = &list->items[i];

        if (row->kind == HISTORY_PASS && view->rollouts.items[row->index].step > 0) {
            next = row->workflow;
            batch = view->rollouts.items[row->index].batch;
        } else if (row->kind == HISTORY_BACK) {
            row->workflow = next;
            row->number = batch;
        }
    }
}

void history_rows_update(struct history_rows *rows, const struct run_view *view)
{
    struct row_list all = { 0 }, decisions = { 0 }, backs = { 0 };
    size_t made_of = view->facts + view->proposal_list.count + view->log.count +
                     view->workflows.count + view->gradient_list.count + view->accepted +
                     view->rejected + 1;

    rows->view = view;
    if (rows->made_of == 0)
        rows->marks[0] = rows->marks[1] = -1;
    if (made_of == rows->made_of)
        return;
    add_passes(view, &all);
    add_decisions(view, &decisions);
    merge(view, &all, &decisions);
    add_backs(view, &backs);
    merge(view, &all, &backs);
    find_workflows(view, &all);
    free(rows->items);
    rows->items = all.items;
    rows->count = all.count;
    rows->cap = all.cap;
    rows->made_of = made_of;
}

/* ---- words ---- */

static void add_place(unsigned batch, unsigned round, unsigned step, struct str *out)
{
    str_addf(out, "b%u", batch);
    if (round > 0)
        str_addf(out, " r%u", round);
    if (step > 0)
        str_addf(out, " s%u", step);
}

void history_place(const struct history_rows *rows, size_t row, struct str *out)
{
    const struct history_row *at = &rows->items[row];
    const struct view_rollout *pass;

    if (at->kind == HISTORY_BACK) {
        if (at->number > 0)
            add_place(at->number, 0, 0, out);
        return;
    }
    if (at->kind == HISTORY_PROPOSAL) {
        const struct view_proposal *proposal = &rows->view->proposal_list.items[at->index];

        add_place(proposal->batch, proposal->round, proposal->step, out);
        return;
    }
    pass = &rows->view->rollouts.items[at->index];
    if (pass->test || (pass->validation && pass->batch == 0))
        str_add(out, pass->test && pass->best ? "best" : "start");
    else
        add_place(pass->batch, pass->round, pass->step, out);
}

void history_what(const struct history_rows *rows, size_t row, struct str *out)
{
    const struct history_row *at = &rows->items[row];
    const struct view_rollout *pass;

    switch (at->kind) {
    case HISTORY_PASS:
        pass = &rows->view->rollouts.items[at->index];
        str_add(out, pass->test ? "test" : pass->validation ? "validation" : "pass");
        break;
    case HISTORY_GRADIENTS:
        str_add(out, "gradients");
        break;
    case HISTORY_PROPOSAL:
        str_addf(out, "proposal %u", rows->view->proposal_list.items[at->index].ordinal);
        break;
    case HISTORY_BACK:
        str_add(out, "went back");
        break;
    }
}

static bool is_best(const struct run_view *view, const struct view_rollout *pass)
{
    return pass->validation && pass->best && pass->score >= view->best_validation;
}

static void pass_words(
    const struct run_view *view, const struct view_rollout *pass, bool ascii, struct str *out)
{
    if (is_best(view, pass))
        str_add(out, ascii ? "* best" : "★ best");
    else if (pass->again)
        str_add(out, "known already");
    if (pass->lost > 0)
        str_addf(out, "%s%u lost", out->len > 0 ? ", " : "", pass->lost);
    if (pass->spoiled > 0)
        str_addf(out, "%s%u spoiled", out->len > 0 ? ", " : "", pass->spoiled);
}

static void proposal_words(
    const struct view_proposal *proposal, struct history_look look, struct str *out)
{
    static const char *const verdicts[] = { "undecided", "taken", "declined", "edited" };
    char before[8], after[8];

    str_addf(out, "%s %s", proposal->sketch ? "structure" : "prompts", verdicts[proposal->verdict]);
    if (strcmp(proposal->who, "person") == 0)
        str_add(out, " by you");
    if (proposal->has_evidence)
        str_addf(out, look.brief ? ", %s %s %s, +%u -%u" : ", %s %s %s, %u fixed, %u broken",
            run_view_score(proposal->score_before, before), look.ascii ? "->" : "→",
            run_view_score(proposal->score_after, after), proposal->fixed, proposal->broken);
    if (proposal->reason != NULL && proposal->reason[0] != '\0')
        str_addf(out, ": %s", proposal->reason);
}

void history_words(
    const struct history_rows *rows, size_t row, struct history_look look, struct str *out)
{
    const struct history_row *at = &rows->items[row];

    switch (at->kind) {
    case HISTORY_PASS:
        pass_words(rows->view, &rows->view->rollouts.items[at->index], look.ascii, out);
        break;
    case HISTORY_GRADIENTS:
        str_addf(out, "%u of the whole workflow", at->number);
        break;
    case HISTORY_PROPOSAL:
        proposal_words(&rows->view->proposal_list.items[at->index], look, out);
        break;
    case HISTORY_BACK:
        str_add(out, "by you");
        if (at->workflow != VIEW_NONE)
            str_addf(out, ", to workflow %.8s", rows->view->workflows.items[at->workflow].id);
        break;
    }
}

/* ---- as a list ---- */

enum { PLACE_WIDTH = 11, WHAT_WIDTH = 13, BAR_WIDTH = 10, BRIEF_TO = 84 };

static enum role role_of(const struct history_rows *rows, const struct history_row *row)
{
    static const enum role verdicts[] = { ROLE_WARNING, ROLE_OK, ROLE_ERROR, ROLE_OK };
    const struct view_rollout *pass;

    if (row->kind == HISTORY_PROPOSAL)
        return verdicts[rows->view->proposal_list.items[row->index].verdict];
    if (row->kind != HISTORY_PASS)
        return row->kind == HISTORY_BACK ? ROLE_WARNING : ROLE_DIM;
    pass = &rows->view->rollouts.items[row->index];
    return is_best(rows->view, pass) ? ROLE_BEST : ROLE_TEXT;
}

static void draw_score(const struct view_rollout *pass, const struct pane *line, int x, bool bar)
{
    enum role role = pass->validation || pass->test ? ROLE_CHART : ROLE_CHART_ALT;
    char score[8];

    (void)pane_text(line, x, 0, ROLE_TEXT, run_view_score(pass->score, score));
    if (bar && !isnan(pass->score))
        chart_bar(line, x + 6, 0, BAR_WIDTH, pass->score, role);
}

static void draw_row(const void *data, size_t row, const struct pane *line, int left)
{
    const struct history_rows *rows = data;
    const struct history_row *at = &rows->items[row];
    enum role role = role_of(rows, at);
    bool bar = line->width >= 64;
    int x = 2 + PLACE_WIDTH + WHAT_WIDTH;
    struct pane rest;
    struct str text = STR_INIT;

    if (rows->marks[0] == (int)row || rows->marks[1] == (int)row)
        pane_glyph(line, 0, 0, ROLE_WARNING, 0x25C6, '#');
    history_place(rows, row, &text);
    (void)pane_text_n(line, 2, 0, PLACE_WIDTH - 1, ROLE_DIM, ATTR_NONE, str_text(&text), text.len);
    str_clear(&text);
    history_what(rows, row, &text);
    (void)pane_text_n(line, 2 + PLACE_WIDTH, 0, WHAT_WIDTH - 1,
        at->kind == HISTORY_PASS ? ROLE_TEXT : ROLE_ACCENT, ATTR_NONE, str_text(&text), text.len);
    if (at->kind == HISTORY_PASS) {
        draw_score(&rows->view->rollouts.items[at->index], line, x, bar);
        x += 6 + (bar ? BAR_WIDTH + 1 : 0);
    }
    str_clear(&text);
    history_words(
        rows, row, (struct history_look){ line->canvas->ascii, line->width < BRIEF_TO }, &text);
    rest = pane_part(line, x, 0, line->width - x, 1);
    (void)pane_text(&rest, -left, 0, role, str_text(&text));
    str_free(&text);
}

static void field_text(const void *data, size_t row, int column, struct str *out)
{
    if (column == 0)
        history_place(data, row, out);
    else if (column == 1)
        history_what(data, row, out);
    else
        history_words(data, row, (struct history_look){ .ascii = true }, out);
}

static const struct list_column columns[] = {
    { "place", PLACE_WIDTH, false },
    { "what", WHAT_WIDTH, false },
    { "words", LIST_COLUMN_REST, false },
};

const struct list_source history_source = {
    .columns = columns, .column_count = 3, .text = field_text, .draw = draw_row
};
