#include "example_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "view_words.h"

/* Columns; rows looked through for one frame; bytes of an answer that filters see. */
enum { NARROW = 60, ROOMY = 110, AT_ONCE = 16, ANSWER_MAX = 1000 };

static bool has_failed(double score)
{
    return isnan(score) || score < 0.5;
}

static enum role score_role(double score)
{
    return isnan(score) ? ROLE_WARNING : score < 0.5 ? ROLE_ERROR : ROLE_OK;
}

/* ---- fields ---- */

enum { ROW_ID, ROW_SCORE, ROW_BEFORE, ROW_STATE, ROW_WANTS, ROW_OUTPUT, ROW_COLUMNS };

static const struct list_column wide_columns[ROW_COLUMNS] = {
    [ROW_ID] = { "example", 12, false },
    [ROW_SCORE] = { "score", 5, true },
    [ROW_BEFORE] = { "was", 5, true },
    [ROW_STATE] = { "state", 6, false },
    [ROW_WANTS] = { "node", 16, false },
    [ROW_OUTPUT] = { "answer", LIST_COLUMN_REST, false },
};
static const struct list_column roomy_columns[ROW_COLUMNS] = {
    [ROW_ID] = { "example", 12, false },
    [ROW_SCORE] = { "score", 5, true },
    [ROW_BEFORE] = { "was", 5, true },
    [ROW_STATE] = { "state", 6, false },
    [ROW_WANTS] = { "node", 28, false },
    [ROW_OUTPUT] = { "answer", LIST_COLUMN_REST, false },
};
static const struct list_column narrow_columns[ROW_COLUMNS] = {
    [ROW_ID] = { "example", 12, false },
    [ROW_SCORE] = { "score", 5, true },
    [ROW_BEFORE] = { "was", LIST_COLUMN_HIDDEN, true },
    [ROW_STATE] = { "state", LIST_COLUMN_HIDDEN, false },
    [ROW_WANTS] = { "node", LIST_COLUMN_HIDDEN, false },
    [ROW_OUTPUT] = { "answer", LIST_COLUMN_REST, false },
};

static const struct example_row *row_at(const struct example_rows *rows, size_t row)
{
    return &rows->rows.items[row];
}

static double row_number(const void *data, size_t row, int column)
{
    const struct example_row *at = row_at(data, row);

    return column == ROW_BEFORE ? at->before : at->score;
}

static const char *state_of(const struct example_row *row)
{
    if (isnan(row->score))
        return "lost";
    if (row->score < 0.5)
        return "failed";
    return row->score < 1 ? "partly" : "right";
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    const struct example_row *at = row_at(data, row);
    char id[WORDS_ID], score[8];

    if (column == ROW_ID)
        str_add(out, words_id(at->id, id));
    else if (column == ROW_SCORE || column == ROW_BEFORE)
        str_add(out, run_view_score(row_number(data, row, column), score));
    else if (column == ROW_STATE)
        str_add(out, state_of(at));
    else if (column == ROW_WANTS)
        str_add(out, at->wants != NULL ? at->wants : "");
    else
        str_add(out, at->answer != NULL ? at->answer : "");
}

static enum role row_role(const void *data, size_t row, int column)
{
    const struct example_row *at = row_at(data, row);

    if (column == ROW_ID)
        return ROLE_ACCENT;
    if (column == ROW_WANTS)
        return ROLE_CHANGE;
    return column == ROW_BEFORE ? ROLE_DIM : score_role(at->score);
}

static const struct view_rollout *rollout_of(const struct example_rows *rows)
{
    return &ui_view(rows->ui)->rollouts.items[rows->rollout];
}

/* NULL: on its way, or (*missing) there is none. */
static const struct text *answer_of(
    const struct example_rows *rows, const struct example_row *row, bool *missing)
{
    struct reader *reader = ui_reader(rows->ui);
    const struct trace_view *trace = reader_trace(reader, rollout_of(rows)->pass, row->id);
    int workflow = rollout_of(rows)->workflow;
    size_t nodes = workflow >= 0 ? ui_view(rows->ui)->workflows.items[workflow].count : 0;

    *missing = trace != NULL;
    if (trace == NULL || nodes == 0 || trace->node_count != nodes)
        return NULL;
    return reader_text(reader, trace->outputs[nodes - 1], missing);
}

static void draw_answer(const struct example_rows *rows, const struct example_row *row,
    const struct pane *pane, int left)
{
    bool missing;
    const struct text *text = answer_of(rows, row, &missing);

    if (text != NULL)
        (void)pane_text_n(pane, -left, 0, -1, ROLE_TEXT, ATTR_NONE, text->data,
            text->len < 1000 ? text->len : 1000);
    else if (missing)
        (void)pane_text(pane, 0, 0, ROLE_DIM, "none");
    else
        pane_glyph(pane, 0, 0, ROLE_DIM, 0x2026, '~');
}

static void draw_row(const void *data, size_t row, const struct pane *line, int left)
{
    const struct example_rows *rows = data;
    const struct list_column *columns = rows->narrow  ? narrow_columns
                                        : rows->roomy ? roomy_columns
                                                      : wide_columns;
    struct pane rest = *line;

    for (int i = 0; i < ROW_OUTPUT; i++) {
        struct str text = STR_INIT;
        struct pane part;

        if (columns[i].width == LIST_COLUMN_HIDDEN)
            continue;
        part = pane_cut_left(&rest, columns[i].width);
        row_text(data, row, i, &text);
        if (columns[i].number)
            (void)pane_text_right(&part, part.width, 0, row_role(data, row, i), str_text(&text));
        else
            (void)pane_text(&part, 0, 0, row_role(data, row, i), str_text(&text));
        (void)pane_cut_left(&rest, 1);
        str_free(&text);
    }
    draw_answer(rows, row_at(rows, row), &rest, left);
}

static const struct list_source wide_source = { wide_columns, ROW_COLUMNS, row_text, row_number,
    row_role, draw_row };
static const struct list_source roomy_source = { roomy_columns, ROW_COLUMNS, row_text, row_number,
    row_role, draw_row };
static const struct list_source narrow_source = { narrow_columns, ROW_COLUMNS, row_text, row_number,
    row_role, draw_row };

static const struct list_source *source_of(const struct example_rows *rows)
{
    return rows->narrow ? &narrow_source : rows->roomy ? &roomy_source : &wide_source;
}

/* ---- content ---- */

static void empty_rows(struct example_rows *rows)
{
    for (size_t i = 0; rows->rows.items != NULL && i < rows->rows.count; i++) {
        free(rows->rows.items[i].id);
        free(rows->rows.items[i].wants);
        free(rows->rows.items[i].answer);
    }
    rows->rows.count = 0;
    free(rows->found);
    rows->found = NULL;
    rows->found_count = 0;
}

void example_rows_free(struct example_rows *rows)
{
    empty_rows(rows);
    free(rows->rows.items);
    free(rows->needle);
    list_free(&rows->list);
    *rows = (struct example_rows){ .rollout = VIEW_NONE };
}

/* The score of an example in the pass over the same batch before this one. */
static double score_before(const struct run_view *view, int rollout, int example)
{
    const struct view_rollout *now = &view->rollouts.items[rollout];

    for (int i = rollout - 1; i >= 0 && example >= 0; i--) {
        const struct view_rollout *pass = &view->rollouts.items[i];

        if (pass->test != now->test || pass->validation != now->validation ||
            !run_view_is_of_schedule(pass))
            continue;
        if (!now->test && pass->batch != now->batch)
            break;
        return run_view_score_of(view, i, example);
    }
    return NAN;
}

static void add_row(struct example_rows *rows, const char *id, double score, double before)
{
    struct example_row row = { mem_strdup(id), score, before, NULL, NULL };

    ARRAY_PUSH(&rows->rows, row);
}

static void update_examples(struct example_rows *rows)
{
    list_update(&rows->list, source_of(rows), rows, rows->rows.count, rows->version);
}

static void add_stated(struct example_rows *rows)
{
    const struct run_view *view = ui_view(rows->ui);
    const struct view_rollout *pass = rollout_of(rows);

    for (uint32_t i = 0; i < pass->score_count; i++) {
        const struct view_score *score = &view->scores.items[pass->first_score + i];

        add_row(rows, view->examples.items[score->example].id, score->score,
            score_before(view, rows->rollout, score->example));
    }
}

static void add_read(struct example_rows *rows)
{
    const struct pass_view *read = reader_pass(ui_reader(rows->ui), rollout_of(rows)->pass);

    for (size_t i = 0; i < read->count; i++)
        add_row(rows, read->examples[i].id, read->examples[i].score, NAN);
}

/* The selected example stays selected. */
static void refill(struct example_rows *rows, void (*add)(struct example_rows *rows))
{
    const struct example_row *selected = example_rows_selected(rows);
    char *kept = mem_strdup(selected != NULL ? selected->id : NULL);

    empty_rows(rows);
    add(rows);
    rows->version++;
    update_examples(rows);
    if (kept != NULL)
        (void)example_rows_select(rows, kept);
    free(kept);
}

/* Of a pass under way there are more from time to time, anywhere among the others. */
static void read_rows(struct example_rows *rows)
{
    const struct pass_view *read;

    if (rollout_of(rows)->score_count > 0) {
        if (rows->rows.count == 0 || rows->under_way)
            refill(rows, add_stated);
    } else {
        read = reader_pass(ui_reader(rows->ui), rollout_of(rows)->pass);
        if (read != NULL && read->count != rows->rows.count)
            refill(rows, add_read);
    }
    rows->under_way = rollout_of(rows)->under_way;
}

/* Which nodes an example's gradients want changed: "answer, query"; false: not all is there. */
static bool read_wants(struct example_rows *rows, struct example_row *row)
{
    const struct run_view *view = ui_view(rows->ui);
    uint32_t first = 0, count = 0;
    struct str wants = STR_INIT;
    bool all = true;

    run_view_gradients_of(view, rows->rollout, example_by_id(view, row->id), &first, &count);
    for (uint32_t i = first; i < first + count; i++) {
        const char *id = gradient_node_id(view, (int)i);
        bool missing = false;
        const struct text *text =
            reader_text(ui_reader(rows->ui), view->gradient_list.items[i].text, &missing);

        all = all && (text != NULL || missing);
        if (id != NULL && text != NULL && gradient_halves(text->data, text->len).wants_change)
            str_addf(&wants, "%s%s", wants.len > 0 ? ", " : "", id);
    }
    if (all)
        row->wants = mem_strdup(str_text(&wants));
    str_free(&wants);
    return all;
}

static void read_some_wants(struct example_rows *rows)
{
    int looked = 0;

    if (rollout_of(rows)->validation || rollout_of(rows)->test)
        return;
    for (size_t i = 0; i < rows->rows.count && looked < AT_ONCE; i++)
        if (rows->rows.items[i].wants == NULL) {
            looked++;
            rows->version += read_wants(rows, &rows->rows.items[i]) ? 1 : 0;
        }
}

/* Answers are read where a filter or the order may depend on them. */
static void read_some_answers(struct example_rows *rows)
{
    int looked = 0;

    if (rows->list.term_count == 0 && rows->list.sort == 0)
        return;
    for (size_t i = 0; i < rows->rows.count && looked < AT_ONCE; i++) {
        struct example_row *row = &rows->rows.items[i];
        const struct text *text;
        bool missing;

        if (row->answer != NULL)
            continue;
        looked++;
        text = answer_of(rows, row, &missing);
        if (text != NULL)
            row->answer = mem_strndup(text->data, text->len < ANSWER_MAX ? text->len : ANSWER_MAX);
        else if (missing)
            row->answer = mem_strdup("");
        rows->version += row->answer != NULL ? 1 : 0;
    }
}

static bool is_match(const struct reader_matches *matches, const char *id)
{
    for (size_t i = 0; i < matches->count; i++)
        if (strcmp(id, matches->examples[i]) == 0)
            return true;
    return false;
}

/* The next row shown, from a position on, that has the needle; over the end to the other one. */
static bool select_match(struct example_rows *rows, size_t from, bool forward)
{
    size_t shown = list_shown(&rows->list), row;

    for (size_t i = 0; i < shown; i++) {
        size_t at = (forward ? from + i : from + shown - i) % shown;

        if (list_row(&rows->list, at, &row) && rows->found[row]) {
            rows->list.selected = at;
            return true;
        }
    }
    return false;
}

/* The first match from the selected row on is selected once it is known. */
static void search(struct example_rows *rows)
{
    const struct reader_matches *matches;

    if (rows->needle == NULL || rows->found != NULL || rows->rows.count == 0)
        return;
    matches = reader_find(ui_reader(rows->ui), rollout_of(rows)->pass, rows->needle);
    if (matches == NULL)
        return;
    rows->found = mem_zalloc(rows->rows.count, sizeof *rows->found);
    for (size_t i = 0; i < rows->rows.count; i++) {
        rows->found[i] = is_match(matches, rows->rows.items[i].id);
        rows->found_count += rows->found[i] ? 1 : 0;
    }
    (void)select_match(rows, rows->list.selected, true);
}

void example_rows_set(struct example_rows *rows, struct ui *ui, int rollout)
{
    rows->ui = ui;
    if (rollout != rows->rollout || rows->version == 0) {
        empty_rows(rows);
        rows->rollout = rollout;
        rows->version++;
        rows->list.selected = rows->list.top = 0;
    }
    if (rollout < 0)
        return;
    read_rows(rows);
    read_some_wants(rows);
    read_some_answers(rows);
    update_examples(rows);
    search(rows);
}

bool example_rows_are_there(const struct example_rows *rows)
{
    return rows->rows.count > 0;
}

void example_rows_draw(struct example_rows *rows, const struct pane *pane, bool focused)
{
    struct list_look look = { list_has_head(&rows->list, pane), focused,
        "no example is like that: f with an empty line shows all" };

    if (!example_rows_are_there(rows) && rows->under_way)
        look.empty = "no example is through yet: the calls are on screen 7";
    else if (!example_rows_are_there(rows))
        look.empty = pane->canvas->ascii ? "~" : "…";
    rows->narrow = pane->width < NARROW;
    rows->roomy = pane->width >= ROOMY;
    update_examples(rows);
    list_draw(&rows->list, source_of(rows), rows, pane, &look);
}

bool example_rows_act(struct example_rows *rows, enum action action)
{
    bool acted = list_act(&rows->list, source_of(rows), action);

    if (acted)
        update_examples(rows);
    return acted;
}

bool example_rows_filter(struct example_rows *rows, const char *filter, struct err *err)
{
    bool ok = list_set_filter(&rows->list, source_of(rows), filter, err);

    update_examples(rows);
    return ok;
}

void example_rows_find(struct example_rows *rows, const char *needle)
{
    free(rows->needle);
    free(rows->found);
    rows->needle = needle != NULL && *needle != '\0' ? mem_strdup(needle) : NULL;
    rows->found = NULL;
    rows->found_count = 0;
    search(rows);
}

bool example_rows_is_searched(const struct example_rows *rows)
{
    return rows->needle == NULL || rows->found != NULL;
}

bool example_rows_next_match(struct example_rows *rows, bool forward)
{
    size_t shown = list_shown(&rows->list);

    if (rows->found == NULL || shown == 0)
        return false;
    return select_match(rows, (rows->list.selected + (forward ? 1 : shown - 1)) % shown, forward);
}

const struct example_row *example_rows_selected(const struct example_rows *rows)
{
    size_t row;

    if (!list_selected(&rows->list, &row) || row >= rows->rows.count)
        return NULL;
    return row_at(rows, row);
}

bool example_rows_select(struct example_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->rows.count; i++)
        if (strcmp(row_at(rows, i)->id, id) == 0)
            return list_select(&rows->list, i);
    return false;
}

bool example_rows_next_failed(struct example_rows *rows, bool forward)
{
    size_t shown = list_shown(&rows->list), row;

    for (size_t i = rows->list.selected; forward ? i + 1 < shown : i > 0;) {
        i = forward ? i + 1 : i - 1;
        if (list_row(&rows->list, i, &row) && has_failed(row_at(rows, row)->score)) {
            rows->list.selected = i;
            return true;
        }
    }
    return false;
}

size_t example_rows_place(const struct example_rows *rows, size_t *count)
{
    *count = list_shown(&rows->list);
    return rows->list.selected + 1;
}

size_t example_rows_lost(const struct example_rows *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < rows->rows.count; i++)
        count += isnan(rows->rows.items[i].score) ? 1 : 0;
    return count;
}

size_t example_rows_failed(const struct example_rows *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < rows->rows.count; i++)
        count += has_failed(rows->rows.items[i].score) ? 1 : 0;
    return count;
}
