#include "gradient_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "view_words.h"

enum { COLUMN_PASS, COLUMN_EXAMPLE, COLUMN_SCORE, COLUMN_UPDATE, COLUMN_CHANGE, COLUMNS };
enum { NARROW = 50 };

static const struct list_column wide_columns[COLUMNS] = {
    [COLUMN_PASS] = { "pass", 11, false },
    [COLUMN_EXAMPLE] = { "example", 12, false },
    [COLUMN_SCORE] = { "score", 5, true },
    [COLUMN_UPDATE] = { "update", 6, true },
    [COLUMN_CHANGE] = { "wants changed", LIST_COLUMN_REST, false },
};
static const struct list_column narrow_columns[COLUMNS] = {
    [COLUMN_PASS] = { "pass", LIST_COLUMN_HIDDEN, false },
    [COLUMN_EXAMPLE] = { "example", 12, false },
    [COLUMN_SCORE] = { "score", 5, true },
    [COLUMN_UPDATE] = { "update", LIST_COLUMN_HIDDEN, true },
    [COLUMN_CHANGE] = { "wants changed", LIST_COLUMN_REST, false },
};

static const struct run_view *view_of(const struct gradient_rows *rows)
{
    return ui_view(rows->ui);
}

static const struct gradient_row *row_at(const struct gradient_rows *rows, size_t row)
{
    return &rows->rows.items[rows->rows.count - 1 - row];
}

static const struct view_gradient *gradient_at(const struct gradient_rows *rows, size_t row)
{
    return &view_of(rows)->gradient_list.items[row_at(rows, row)->gradient];
}

/* ---- fields ---- */

static double row_number(const void *data, size_t row, int column)
{
    const struct gradient_rows *rows = data;
    const struct view_gradient *gradient = gradient_at(rows, row);
    int proposal = row_at(rows, row)->proposal;

    if (column == COLUMN_SCORE)
        return run_view_score_of(view_of(rows), gradient->rollout, gradient->example);
    return proposal >= 0 ? (double)view_of(rows)->proposal_list.items[proposal].ordinal : NAN;
}

/* But for what it wants changed: that is read when it is drawn. */
static void row_text(const void *data, size_t row, int column, struct str *out)
{
    const struct gradient_rows *rows = data;
    const struct view_gradient *gradient = gradient_at(rows, row);
    char text[WORDS_BRIEF], score[8];

    switch (column) {
    case COLUMN_PASS:
        str_add(out, words_pass_brief(view_of(rows), gradient->rollout, text));
        break;
    case COLUMN_EXAMPLE:
        str_add(out, words_id(view_of(rows)->examples.items[gradient->example].id, text));
        break;
    case COLUMN_SCORE:
        str_add(out, run_view_score(row_number(data, row, column), score));
        break;
    case COLUMN_UPDATE:
        if (row_at(rows, row)->proposal >= 0)
            str_addf(out, "#%.0f", row_number(data, row, column));
        else
            str_add(out, "-");
        break;
    default:
        break;
    }
}

/* Whether the row shown before is of the same pass. On top of what is seen each pass has its name.
 */
static bool is_of_pass_before(const struct gradient_rows *rows, size_t row)
{
    size_t before;

    for (size_t i = rows->list.top + 1; i < rows->list.top + (size_t)rows->list.height; i++)
        if (list_row(&rows->list, i, &before) && before == row)
            return list_row(&rows->list, i - 1, &before) &&
                   gradient_at(rows, before)->rollout == gradient_at(rows, row)->rollout;
    return false;
}

static enum role row_role(const void *data, size_t row, int column)
{
    double score;

    if (column == COLUMN_PASS)
        return ROLE_TITLE;
    if (column != COLUMN_SCORE)
        return column == COLUMN_UPDATE ? ROLE_ACCENT : ROLE_TEXT;
    score = row_number(data, row, column);
    return isnan(score) ? ROLE_WARNING : score < 0.5 ? ROLE_ERROR : ROLE_OK;
}

static void draw_change(
    const struct gradient_rows *rows, size_t row, const struct pane *pane, int left)
{
    const struct text *text = reader_text(ui_reader(rows->ui), gradient_at(rows, row)->text, NULL);
    struct gradient_halves halves;

    if (text == NULL) {
        pane_glyph(pane, 0, 0, ROLE_DIM, 0x2026, '~');
        return;
    }
    halves = gradient_halves(text->data, text->len);
    if (halves.wants_change)
        (void)pane_text_n(
            pane, -left, 0, -1, ROLE_CHANGE, ATTR_NONE, halves.change, halves.change_len);
    else
        (void)pane_text(pane, 0, 0, ROLE_DIM, "nothing");
}

static void draw_row(const void *data, size_t row, const struct pane *line, int left)
{
    const struct gradient_rows *rows = data;
    const struct list_column *columns = rows->narrow ? narrow_columns : wide_columns;
    struct pane rest = *line;

    for (int i = 0; i < COLUMN_CHANGE; i++) {
        struct str text = STR_INIT;
        struct pane part;

        if (columns[i].width == LIST_COLUMN_HIDDEN)
            continue;
        part = pane_cut_left(&rest, columns[i].width);
        if (i != COLUMN_PASS || !is_of_pass_before(rows, row))
            row_text(data, row, i, &text);
        if (columns[i].number)
            (void)pane_text_right(&part, part.width, 0, row_role(data, row, i), str_text(&text));
        else
            (void)pane_text(&part, 0, 0, row_role(data, row, i), str_text(&text));
        (void)pane_cut_left(&rest, 1);
        str_free(&text);
    }
    draw_change(rows, row, &rest, left);
}

static const struct list_source wide_source = { wide_columns, COLUMNS, row_text, row_number,
    row_role, draw_row };
static const struct list_source narrow_source = { narrow_columns, COLUMNS, row_text, row_number,
    row_role, draw_row };

static const struct list_source *source_of(const struct gradient_rows *rows)
{
    return rows->narrow ? &narrow_source : &wide_source;
}

/* ---- content ---- */

void gradient_rows_free(struct gradient_rows *rows)
{
    list_free(&rows->list);
    free(rows->node);
    free(rows->filter);
    free(rows->rows.items);
    memset(rows, 0, sizeof *rows);
}

static void update_list(struct gradient_rows *rows, int selected)
{
    list_update(&rows->list, source_of(rows), rows, rows->rows.count,
        rows->rows.count * 1000003u + rows->proposals);
    if (selected >= 0)
        (void)gradient_rows_select(rows, selected);
}

static int compare_rows(const void *a, const void *b)
{
    const struct gradient_row *left = a, *right = b;

    return left->gradient < right->gradient ? -1 : left->gradient > right->gradient;
}

/* Notes what a proposal took up. */
static void take_up(struct gradient_rows *rows, size_t at)
{
    const struct run_view *view = view_of(rows);
    const struct view_proposal *proposal = &view->proposal_list.items[at];

    for (uint32_t i = 0; i < proposal->gradient_count && rows->rows.items != NULL; i++) {
        struct gradient_row key = { (int)view->behind.items[proposal->first_gradient + i], 0 };
        struct gradient_row *row = bsearch(
            &key, rows->rows.items, rows->rows.count, sizeof *rows->rows.items, compare_rows);

        if (row != NULL)
            row->proposal = (int)at;
    }
}

static void look_at_new(struct gradient_rows *rows)
{
    const struct run_view *view = view_of(rows);

    for (; rows->seen < view->gradient_list.count; rows->seen++) {
        const char *id = gradient_node_id(view, (int)rows->seen);
        struct gradient_row row = { (int)rows->seen, VIEW_NONE };

        if (id != NULL && strcmp(id, rows->node) == 0)
            ARRAY_PUSH(&rows->rows, row);
    }
    for (; rows->proposals < view->proposal_list.count; rows->proposals++)
        take_up(rows, rows->proposals);
}

void gradient_rows_set(struct gradient_rows *rows, struct ui *ui, const char *node)
{
    const struct run_view *view = ui_view(ui);
    const struct gradient_row *selected;
    int gradient = VIEW_NONE;

    if (rows->node == NULL || strcmp(rows->node, node) != 0 ||
        view->gradient_list.count < rows->seen || view->proposal_list.count < rows->proposals) {
        gradient_rows_free(rows);
        rows->node = mem_strdup(node);
        rows->ui = ui;
    } else if (view->gradient_list.count == rows->seen &&
               view->proposal_list.count == rows->proposals) {
        return;
    }
    selected = gradient_rows_selected(rows);
    if (selected != NULL)
        gradient = selected->gradient;
    look_at_new(rows);
    update_list(rows, gradient);
}

void gradient_rows_draw(struct gradient_rows *rows, const struct pane *pane, bool focused)
{
    struct list_look look = { false, focused,
        "no gradients yet: they come with the first batch's backward pass" };

    rows->narrow = pane->width < NARROW;
    update_list(rows, VIEW_NONE);
    rows->has_head = look.head = list_has_head(&rows->list, pane);
    list_draw(&rows->list, source_of(rows), rows, pane, &look);
}

bool gradient_rows_act(struct gradient_rows *rows, enum action action)
{
    bool acted;

    if (action == ACTION_FOLLOW)
        return false;
    acted = list_act(&rows->list, source_of(rows), action);
    if (acted)
        update_list(rows, VIEW_NONE);
    return acted;
}

bool gradient_rows_click(struct gradient_rows *rows, int y)
{
    return list_click(&rows->list, &(struct list_look){ .head = rows->has_head }, y);
}

bool gradient_rows_is_filtered(const struct gradient_rows *rows)
{
    return rows->filter != NULL;
}

bool gradient_rows_filter(struct gradient_rows *rows, const char *filter, struct err *err)
{
    if (!list_set_filter(&rows->list, source_of(rows), filter, err))
        return false;
    free(rows->filter);
    rows->filter = filter != NULL && *filter != '\0' ? mem_strdup(filter) : NULL;
    update_list(rows, VIEW_NONE);
    return true;
}

const struct gradient_row *gradient_rows_selected(const struct gradient_rows *rows)
{
    size_t row;

    if (!list_selected(&rows->list, &row) || row >= rows->rows.count)
        return NULL;
    return row_at(rows, row);
}

bool gradient_rows_select(struct gradient_rows *rows, int gradient)
{
    for (size_t i = 0; i < rows->rows.count; i++)
        if (rows->rows.items[i].gradient == gradient)
            return list_select(&rows->list, rows->rows.count - 1 - i);
    return false;
}

int gradient_rows_behind(const struct gradient_rows *rows, int proposal)
{
    for (size_t i = rows->rows.count; i-- > 0;)
        if (rows->rows.items[i].proposal == proposal)
            return rows->rows.items[i].gradient;
    return VIEW_NONE;
}
