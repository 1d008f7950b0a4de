#include "call_rows.h"

#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "mem.h"
#include "node_state.h"
#include "view_words.h"

enum { NARROW_TO = 70, ENDED_FROM = 96 }; /* columns: fewer fields; when a call ended, too */
enum { MANY = 5000, RENEW_US = 2000000, PIECE_US = 8000, FIND_ROWS = 4096 };

/* The row of the journal that was looked at last. */
struct looked_at {
    struct call_row row;
    size_t index;
    bool is_there;
};

enum {
    COLUMN_STATE,
    COLUMN_ROLE,
    COLUMN_NODE,
    COLUMN_EXAMPLE,
    COLUMN_IN,
    COLUMN_OUT,
    COLUMN_LATENCY,
    COLUMN_ATTEMPT,
    COLUMN_ENDED,
    COLUMN_WHY,
    COLUMNS
};

static const struct list_column wide_columns[COLUMNS] = {
    [COLUMN_STATE] = { "state", 9, false },
    [COLUMN_ROLE] = { "role", 8, false },
    [COLUMN_NODE] = { "node", 16, false },
    [COLUMN_EXAMPLE] = { "example", 12, false },
    [COLUMN_IN] = { "in", 6, true },
    [COLUMN_OUT] = { "out", 6, true },
    [COLUMN_LATENCY] = { "time", 7, true },
    [COLUMN_ATTEMPT] = { "try", 3, true },
    [COLUMN_ENDED] = { "ended", LIST_COLUMN_HIDDEN, true },
    [COLUMN_WHY] = { "", LIST_COLUMN_REST, false },
};
static const struct list_column ended_columns[COLUMNS] = {
    [COLUMN_STATE] = { "state", 9, false },
    [COLUMN_ROLE] = { "role", 8, false },
    [COLUMN_NODE] = { "node", 16, false },
    [COLUMN_EXAMPLE] = { "example", 12, false },
    [COLUMN_IN] = { "in", 6, true },
    [COLUMN_OUT] = { "out", 6, true },
    [COLUMN_LATENCY] = { "time", 7, true },
    [COLUMN_ATTEMPT] = { "try", 3, true },
    [COLUMN_ENDED] = { "ended", 9, true },
    [COLUMN_WHY] = { "", LIST_COLUMN_REST, false },
};
static const struct list_column narrow_columns[COLUMNS] = {
    [COLUMN_STATE] = { "state", 9, false },
    [COLUMN_ROLE] = { "role", LIST_COLUMN_HIDDEN, false },
    [COLUMN_NODE] = { "node", LIST_COLUMN_REST, false },
    [COLUMN_EXAMPLE] = { "example", LIST_COLUMN_HIDDEN, false },
    [COLUMN_IN] = { "in", LIST_COLUMN_HIDDEN, true },
    [COLUMN_OUT] = { "out", LIST_COLUMN_HIDDEN, true },
    [COLUMN_LATENCY] = { "time", 7, true },
    [COLUMN_ATTEMPT] = { "try", 3, true },
    [COLUMN_ENDED] = { "ended", LIST_COLUMN_HIDDEN, true },
    [COLUMN_WHY] = { "why", LIST_COLUMN_HIDDEN, false },
};

/* ---- fields ---- */

static const char *const state_words[] = {
    [CALL_WAITING] = "waiting",
    [CALL_RUNNING] = "running",
    [CALL_RETRYING] = "retrying",
    [CALL_DONE] = "done",
    [CALL_FAILED] = "failed",
    [CALL_CACHED] = "cached",
};

const struct call_row *call_rows_at(const struct call_rows *rows, size_t row)
{
    const struct told_calls *told = rows->at_told;
    struct looked_at *at = rows->at;
    int64_t of_journal = (int64_t)row - (int64_t)told->now_count + rows->state.newest - told->base;
    size_t total, now = (size_t)of_journal + rows->state.now;

    if (row < told->now_count)
        return &told->now[row];
    if (at->is_there && at->index == row)
        return &at->row;
    at->index = row;
    at->is_there = true;
    if (of_journal < 0 || session_calls(ui_session(rows->ui), now, 1, &at->row, &total) == 0)
        at->row = (struct call_row){ .example = VIEW_NONE };
    return &at->row;
}

static double row_number(const void *data, size_t row, int column)
{
    const struct call_row *call = call_rows_at(data, row);

    switch (column) {
    case COLUMN_IN:
        return call->input_tokens > 0 ? (double)call->input_tokens : NAN;
    case COLUMN_OUT:
        return call->output_tokens > 0 ? (double)call->output_tokens : NAN;
    case COLUMN_LATENCY:
        return call->latency_ms;
    case COLUMN_ENDED:
        return call->ended_ms > 0 ? (double)call->ended_ms : NAN;
    default:
        return call->attempt;
    }
}

const char *call_rows_example(const struct call_rows *rows, const struct call_row *call)
{
    const struct run_view *view = ui_view(rows->ui);

    if (call->example_id != NULL)
        return call->example_id;
    return call->example >= 0 && (size_t)call->example < view->examples.count
               ? view->examples.items[call->example].id
               : "";
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    const struct call_rows *rows = data;
    const struct call_row *call = call_rows_at(rows, row);
    double number = row_number(data, row, column);
    char text[16];

    switch (column) {
    case COLUMN_STATE:
        str_add(out, state_words[call->state]);
        break;
    case COLUMN_ROLE:
        str_add(out, call->role);
        break;
    case COLUMN_NODE:
        str_add(out, call->node);
        break;
    case COLUMN_EXAMPLE:
        str_add(out, words_id(call_rows_example(rows, call), text));
        break;
    case COLUMN_IN:
    case COLUMN_OUT:
        str_add(out, isnan(number) ? "-" : run_view_amount((uint64_t)number, text));
        break;
    case COLUMN_LATENCY:
        str_add(out, duration_text(call->latency_ms, text));
        break;
    case COLUMN_ATTEMPT:
        if (call->attempt > 1)
            str_addf(out, "%u", call->attempt);
        break;
    case COLUMN_ENDED:
        str_add(out, isnan(number) ? "-" : duration_text(number, text));
        break;
    default:
        str_add(out, call->why);
        break;
    }
}

static enum role row_role(const void *data, size_t row, int column)
{
    static const enum role roles[] = {
        [CALL_WAITING] = ROLE_DIM,
        [CALL_RUNNING] = ROLE_RUNNING,
        [CALL_RETRYING] = ROLE_WARNING,
        [CALL_DONE] = ROLE_OK,
        [CALL_FAILED] = ROLE_ERROR,
        [CALL_CACHED] = ROLE_DIM,
    };
    const struct call_row *call = call_rows_at(data, row);

    if (column == COLUMN_STATE)
        return roles[call->state];
    if (column == COLUMN_WHY || (column == COLUMN_ATTEMPT && call->attempt > 1))
        return ROLE_WARNING;
    return column == COLUMN_NODE ? ROLE_ACCENT : ROLE_TEXT;
}

static const struct list_source wide_source = { wide_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source ended_source = { ended_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source narrow_source = { narrow_columns, COLUMNS, row_text, row_number,
    row_role, NULL };

/* ---- content ---- */

const struct call_row *call_rows_selected(const struct call_rows *rows)
{
    size_t row;

    return list_selected(&rows->list, &row) && row < rows->told.count ? call_rows_at(rows, row)
                                                                      : NULL;
}

static bool find_row(const struct call_rows *rows, struct hash key, size_t *row)
{
    size_t most = rows->told.now_count + FIND_ROWS;

    for (*row = 0; *row < rows->told.count && *row < most; ++*row)
        if (hash_equal(call_rows_at(rows, *row)->key, key))
            return true;
    return false;
}

const struct call_row *call_rows_find(const struct call_rows *rows, struct hash key)
{
    size_t row;

    return find_row(rows, key, &row) ? call_rows_at(rows, row) : NULL;
}

/* A hundred thousand rows are filtered in a fifth of a second: while a run goes on that is not done
 * for every call that comes, nor before all rows are there. What the list has is right meanwhile
 * (`told`). */
static bool can_wait(const struct call_rows *rows, size_t total)
{
    const struct run_view *view = ui_view(rows->ui);
    bool is_plain = !rows->is_filtered && rows->list.sort == 0;

    if (is_plain || rows->list.stale || total < rows->told.count)
        return false;
    if (rows->state.is_reading && rows->list.sort != 0)
        return true;
    return total > MANY && !view->is_past && !view->finished && !view->stopped &&
           clock_us() - rows->renewed_us < RENEW_US;
}

/* Rows are those of `told` from here on. */
static void count_from(struct call_rows *rows, const struct told_calls *told)
{
    rows->at_told = told;
    rows->at->is_there = false;
}

static void tell_next(struct call_rows *rows, size_t total)
{
    struct told_calls *next = &rows->next;

    next->count = total;
    next->base = rows->state.newest;
    next->generation = rows->state.generation;
    next->now_count = rows->state.now;
    if (next->now == NULL && next->now_count > 0)
        next->now = mem_alloc(SESSION_CALLS * sizeof *next->now);
    (void)session_calls(ui_session(rows->ui), 0, next->now_count, next->now, &total);
    if (next->now_count + rows->told.now_count > 0 || next->base != rows->told.base ||
        next->generation != rows->told.generation)
        rows->version++;
}

/* Where the call is now that stood in a row of `before`. */
static void keep_selected(
    struct call_rows *rows, const struct told_calls *before, size_t row, struct hash key)
{
    int64_t moved = rows->told.base - before->base;

    if (row >= before->now_count)
        row = (size_t)((int64_t)(row + rows->told.now_count - before->now_count) + moved);
    else if (!find_row(rows, key, &row))
        return;
    (void)list_select(&rows->list, row);
}

/* The list shows what it was looking at. */
static void show_next(struct call_rows *rows)
{
    struct told_calls before = rows->told;

    rows->told = rows->next;
    rows->next = before;
    count_from(rows, &rows->told);
    rows->renewed_us = clock_us();
}

static bool renew(struct call_rows *rows)
{
    const struct call_row *at;
    struct hash key = { 0, 0 };
    size_t row = 0, total, looked;
    bool had;

    if (rows->at == NULL)
        rows->at = mem_zalloc(1, sizeof *rows->at);
    session_calls_state(ui_session(rows->ui), &rows->state);
    count_from(rows, &rows->told);
    had = list_selected(&rows->list, &row);
    at = had ? call_rows_at(rows, row) : NULL;
    if (at != NULL)
        key = at->key;
    (void)session_calls(ui_session(rows->ui), 0, 0, NULL, &total);
    if (!list_is_looking(&rows->list, &looked)) {
        if (can_wait(rows, total))
            return true;
        tell_next(rows, total);
    }
    count_from(rows, &rows->next);
    if (!list_update_piece(
            &rows->list, &wide_source, rows, rows->next.count, rows->version, PIECE_US)) {
        count_from(rows, &rows->told);
        return false;
    }
    show_next(rows);
    if (had)
        keep_selected(rows, &rows->next, row, key);
    return true;
}

bool call_rows_renew(struct call_rows *rows)
{
    bool is_whole = renew(rows);

    if (rows->follows)
        rows->list.selected = 0;
    return is_whole;
}

void call_rows_free(struct call_rows *rows)
{
    list_free(&rows->list);
    free(rows->told.now);
    free(rows->next.now);
    free(rows->at);
    *rows = (struct call_rows){ 0 };
}

const char *call_rows_state(const struct call_row *call)
{
    return state_words[call->state];
}

const struct list_source *call_rows_source(int width)
{
    if (width < NARROW_TO)
        return &narrow_source;
    return width >= ENDED_FROM ? &ended_source : &wide_source;
}
