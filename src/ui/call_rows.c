#include "call_rows.h"

#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "mem.h"
#include "node_state.h"
#include "view_words.h"

enum { NARROW_TO = 70, ENDED_FROM = 96 }; /* columns: fewer fields; when a call ended, too */
enum { MANY = 20000, RENEW_US = 2000000, PIECE_US = 8000 };

/* Of a stored run, whose rows are too many to be copied, the one that was looked at last. */
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
static const struct list_column stored_columns[COLUMNS] = {
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
    struct looked_at *at = rows->at;
    int64_t now = (int64_t)row + rows->state.newest - rows->base;
    size_t total;

    if (!rows->state.is_stored)
        return &rows->live[row];
    if (at->is_there && at->index == row)
        return &at->row;
    at->index = row;
    at->is_there = true;
    if (now < 0 || session_calls(ui_session(rows->ui), (size_t)now, 1, &at->row, &total) == 0)
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
static const struct list_source stored_source = { stored_columns, COLUMNS, row_text, row_number,
    row_role, NULL };
static const struct list_source narrow_source = { narrow_columns, COLUMNS, row_text, row_number,
    row_role, NULL };

/* ---- content ---- */

const struct call_row *call_rows_selected(const struct call_rows *rows)
{
    size_t row;

    return list_selected(&rows->list, &row) && row < rows->count ? call_rows_at(rows, row) : NULL;
}

/* Rows move down as new calls come: the selected call stays selected. */
static void keep_selected(struct call_rows *rows, const struct call_row *before)
{
    for (size_t i = 0; i < rows->count; i++)
        if (hash_equal(rows->live[i].key, before->key)) {
            (void)list_select(&rows->list, i);
            return;
        }
}

static void renew_live(struct call_rows *rows)
{
    const struct call_row *at = call_rows_selected(rows);
    struct call_row before = at != NULL ? *at : (struct call_row){ .example = VIEW_NONE };

    if (rows->live == NULL)
        rows->live = mem_zalloc(SESSION_CALLS, sizeof *rows->live);
    rows->count = session_calls(ui_session(rows->ui), 0, SESSION_CALLS, rows->live, &rows->total);
    list_update(&rows->list, &wide_source, rows, rows->count, ++rows->version);
    keep_selected(rows, &before);
}

/* A hundred thousand rows are filtered in a fifth of a second: while a run goes on that is not done
 * for every call that comes, nor before all rows are there. What the list has is right meanwhile
 * (`base`). */
static bool can_wait(const struct call_rows *rows, size_t total)
{
    const struct run_view *view = ui_view(rows->ui);
    bool is_plain = !rows->is_filtered && rows->list.sort == 0;

    if (is_plain || rows->list.stale || total < rows->count)
        return false;
    if (rows->state.is_reading && rows->list.sort != 0)
        return true;
    return total > MANY && !view->is_past && !view->finished && !view->stopped &&
           clock_us() - rows->renewed_us < RENEW_US;
}

/* Rows are counted from here on. */
static void set_base(struct call_rows *rows, int64_t base)
{
    rows->base = base;
    rows->at->is_there = false;
}

static bool renew_stored(struct call_rows *rows)
{
    int64_t before = rows->base, moved;
    size_t row = 0, total, looked;
    bool had = list_selected(&rows->list, &row);

    if (rows->at == NULL)
        rows->at = mem_zalloc(1, sizeof *rows->at);
    rows->at->is_there = false;
    (void)session_calls(ui_session(rows->ui), 0, 0, NULL, &total);
    if (!list_is_looking(&rows->list, &looked)) {
        if (can_wait(rows, total))
            return true;
        rows->told.count = total;
        rows->told.base = rows->state.newest;
    }
    set_base(rows, rows->told.base);
    if (!list_update_piece(&rows->list, &wide_source, rows, rows->told.count,
            (uint64_t)rows->told.base, PIECE_US)) {
        set_base(rows, before);
        return false;
    }
    rows->renewed_us = clock_us();
    rows->count = rows->total = rows->told.count;
    moved = rows->base - before;
    if (had && moved != 0 && (int64_t)row + moved >= 0)
        (void)list_select(&rows->list, (size_t)((int64_t)row + moved));
    return true;
}

bool call_rows_renew(struct call_rows *rows)
{
    bool is_whole = true;

    session_calls_state(ui_session(rows->ui), &rows->state);
    if (rows->state.is_stored)
        is_whole = renew_stored(rows);
    else
        renew_live(rows);
    if (rows->follows)
        rows->list.selected = 0;
    return is_whole;
}

void call_rows_free(struct call_rows *rows)
{
    list_free(&rows->list);
    free(rows->live);
    free(rows->at);
    *rows = (struct call_rows){ 0 };
}

const char *call_rows_state(const struct call_row *call)
{
    return state_words[call->state];
}

const struct list_source *call_rows_source(const struct call_rows *rows, int width)
{
    if (width < NARROW_TO)
        return &narrow_source;
    return rows->state.is_stored && width >= ENDED_FROM ? &stored_source : &wide_source;
}
