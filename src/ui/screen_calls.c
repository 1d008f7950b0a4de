/* Calls, newest first: those under way and the last ones done, or those of a stored run; one call
 * in full. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_sections.h"
#include "clock.h"
#include "list.h"
#include "mem.h"
#include "screens.h"
#include "node_state.h"
#include "view_words.h"

enum { ENDED_FROM = 96 }; /* columns from which it is told when a call ended */
enum { MANY = 20000, RENEW_US = 2000000 };
enum { BESIDE_FROM = 30 }; /* rows from which the details stand below the table */

/* Of a stored run, whose rows are too many to be copied, the one that was looked at last. */
struct looked_at {
    struct call_row row;
    size_t index;
    bool is_there;
};

struct calls {
    struct ui *ui;
    struct list list;
    struct call_row *rows; /* of a live run */
    struct looked_at *at;
    struct calls_state state;
    int64_t base, renewed_us; /* state.newest, and clock_us, as the list was told of rows */
    size_t count, total;
    uint64_t version;
    bool follows; /* the newest one stays selected */
    bool is_open, is_raw, narrow;
    struct call_row open; /* as it was last seen in the table */
    struct text_view text;
    char *filter; /* as it was given; NULL: none */
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

static bool is_over(const struct call_row *row)
{
    return row->state == CALL_DONE || row->state == CALL_CACHED || row->state == CALL_FAILED;
}

static const struct call_row *row_at(const struct calls *calls, size_t row)
{
    struct looked_at *at = calls->at;
    int64_t now = (int64_t)row + calls->state.newest - calls->base;
    size_t total;

    if (!calls->state.is_stored)
        return &calls->rows[row];
    if (at->is_there && at->index == row)
        return &at->row;
    *at = (struct looked_at){ .index = row, .is_there = true };
    if (now < 0 || session_calls(ui_session(calls->ui), (size_t)now, 1, &at->row, &total) == 0)
        at->row = (struct call_row){ .example = VIEW_NONE };
    return &at->row;
}

static double row_number(const void *data, size_t row, int column)
{
    const struct call_row *call = row_at(data, row);

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

static const char *example_of(const struct calls *calls, const struct call_row *call)
{
    const struct run_view *view = ui_view(calls->ui);

    if (call->example_id != NULL)
        return call->example_id;
    return call->example >= 0 && (size_t)call->example < view->examples.count
               ? view->examples.items[call->example].id
               : "";
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    const struct calls *calls = data;
    const struct call_row *call = row_at(calls, row);
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
        str_add(out, words_id(example_of(calls, call), text));
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
    const struct call_row *call = row_at(data, row);

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

static const struct call_row *selected(const struct calls *calls)
{
    size_t row;

    return list_selected(&calls->list, &row) && row < calls->count ? row_at(calls, row) : NULL;
}

/* Rows move down as new calls come: the selected call stays selected. */
static void keep_selected(struct calls *calls, const struct call_row *before)
{
    for (size_t i = 0; i < calls->count; i++)
        if (hash_equal(calls->rows[i].key, before->key)) {
            (void)list_select(&calls->list, i);
            return;
        }
}

static void refresh_live(struct calls *calls)
{
    const struct call_row *at = selected(calls);
    struct call_row before = at != NULL ? *at : (struct call_row){ .example = VIEW_NONE };

    if (calls->rows == NULL)
        calls->rows = mem_zalloc(SESSION_CALLS, sizeof *calls->rows);
    calls->count =
        session_calls(ui_session(calls->ui), 0, SESSION_CALLS, calls->rows, &calls->total);
    list_update(&calls->list, &wide_source, calls, calls->count, ++calls->version);
    keep_selected(calls, &before);
}

/* A hundred thousand rows are filtered and sorted in a tenth of a second: while a run goes on that
 * is not done for every call that comes, nor before all rows are there. What the list has is right
 * meanwhile (calls.base). */
static bool can_wait(const struct calls *calls, size_t total)
{
    const struct run_view *view = ui_view(calls->ui);
    bool is_plain = calls->filter == NULL && calls->list.sort == 0;

    if (is_plain || calls->list.stale || total < calls->count)
        return false;
    if (calls->state.is_reading && calls->list.sort != 0)
        return true;
    return total > MANY && !view->is_past && !view->finished && !view->stopped &&
           clock_us() - calls->renewed_us < RENEW_US;
}

static void refresh_stored(struct calls *calls)
{
    int64_t moved;
    size_t row = 0, total;
    bool had = list_selected(&calls->list, &row);

    if (calls->at == NULL)
        calls->at = mem_zalloc(1, sizeof *calls->at);
    calls->at->is_there = false;
    (void)session_calls(ui_session(calls->ui), 0, 0, NULL, &total);
    if (can_wait(calls, total))
        return;
    moved = calls->state.newest - calls->base;
    calls->base = calls->state.newest;
    calls->renewed_us = clock_us();
    calls->count = calls->total = total;
    list_update(&calls->list, &wide_source, calls, calls->count, (uint64_t)calls->base);
    if (had && moved != 0 && (int64_t)row + moved >= 0)
        (void)list_select(&calls->list, (size_t)((int64_t)row + moved));
}

static void refresh(struct calls *calls)
{
    session_calls_state(ui_session(calls->ui), &calls->state);
    if (calls->state.is_stored)
        refresh_stored(calls);
    else
        refresh_live(calls);
    if (calls->follows)
        calls->list.selected = 0;
}

/* ---- drawing ---- */

static const char *nothing_there(const struct calls *calls)
{
    if (calls->filter != NULL && calls->count > 0)
        return "no call matches the filter; Esc takes it off";
    if (session_kind(ui_session(calls->ui)) == SESSION_LIVE)
        return "no call is under way";
    return calls->state.is_reading ? "reading the journal" : "no call has ended yet";
}

/* "4 in flight, 2 waiting; 4441 done, 3 failed  p50 310 ms" */
static void draw_stored_head(const struct calls *calls, const struct pane *row)
{
    const struct run_view *view = ui_view(calls->ui);
    const struct calls_state *state = &calls->state;
    struct str text = STR_INIT;
    char time[16];

    if (view->in_flight + view->waiting > 0 && !view->is_past)
        str_addf(&text, "%u in flight, %u waiting; ", view->in_flight, view->waiting);
    if (state->is_of_whole_run)
        str_add(&text, "of the whole run, for it is not told when they ended: ");
    str_addf(&text, "%zu done, %zu failed", state->done, state->failed);
    if (state->is_reading)
        str_add(&text, ", and those before, which are being read");
    else if (view->p50_ms > 0 && run_view_has_costs(view))
        str_addf(&text, "  p50 %s", duration_text(view->p50_ms, time));
    (void)pane_text(row, 0, 0, ROLE_TEXT, str_text(&text));
    str_free(&text);
}

static void draw_head(const struct calls *calls, const struct pane *row)
{
    size_t counts[CALL_CACHED + 1] = { 0 };
    char time[16];

    if (calls->filter != NULL) {
        (void)pane_print(row, 0, 0, ROLE_TEXT, "filter: %s (%zu of %zu)", calls->filter,
            list_shown(&calls->list), calls->count);
        return;
    }
    if (calls->state.is_stored) {
        draw_stored_head(calls, row);
        return;
    }
    for (size_t i = 0; i < calls->count; i++)
        counts[calls->rows[i].state]++;
    (void)pane_print(row, 0, 0, ROLE_TEXT,
        "%zu running, %zu waiting, %zu retrying; the last %zu done, %zu failed  p50 %s",
        counts[CALL_RUNNING], counts[CALL_WAITING], counts[CALL_RETRYING],
        counts[CALL_DONE] + counts[CALL_CACHED], counts[CALL_FAILED],
        duration_text(ui_view(calls->ui)->p50_ms, time));
}

static void gather(struct sections *sections, const struct calls *calls)
{
    const struct call_row *call = &calls->open;
    const char *example = example_of(calls, call);
    char ended[32] = "", time[16];
    const char *head;

    if (call->ended_ms > 0)
        (void)snprintf(ended, sizeof ended, ", %s after the start",
            duration_text((double)call->ended_ms, time));
    head = sections_print(sections, "%s%s%s%s%s: %s%s", call->node,
        call->node[0] != '\0' ? ", " : "", call->role, example[0] != '\0' ? ", example " : "",
        example, state_words[call->state], ended);

    if (call->why[0] != '\0')
        sections_add(sections, "What went wrong", ROLE_WARNING, call->why, strlen(call->why));
    if (is_over(call))
        call_sections(sections, ui_reader(calls->ui), call->key, head, calls->is_raw);
    else
        sections_note(sections, head,
            "attempt %u, with %s; the request can be read once the "
            "reply is there",
            call->attempt, call->model);
}

/* The open call as the table has it now. */
static void renew_open(struct calls *calls)
{
    for (size_t i = 0; i < calls->count && !calls->state.is_stored; i++)
        if (hash_equal(calls->rows[i].key, calls->open.key)) {
            calls->open = calls->rows[i];
            return;
        }
}

static void draw_details(struct calls *calls, const struct pane *pane)
{
    struct sections sections = { 0 };

    renew_open(calls);
    gather(&sections, calls);
    sections_show(&sections, &calls->text);
    text_view_draw(&calls->text, pane);
    sections_free(&sections);
}

static void draw_table(struct calls *calls, struct pane pane)
{
    const struct call_row *call = selected(calls);
    struct pane why;
    struct list_look look = { pane.height > 3, !calls->is_open, nothing_there(calls) };
    struct pane head = pane_cut_top(&pane, pane.height > 4 && calls->count > 0 ? 1 : 0);

    if (head.height > 0)
        draw_head(calls, &head);
    if (call != NULL && call->why[0] != '\0' && pane.height > 6) {
        why = pane_cut_bottom(&pane, 1);
        (void)pane_text(&why, 0, 0, ROLE_WARNING, call->why);
    }
    look.head = look.head && calls->count > 0;
    calls->narrow = pane.width < 70;
    list_draw(&calls->list,
        calls->narrow                                        ? &narrow_source
        : calls->state.is_stored && pane.width >= ENDED_FROM ? &stored_source
                                                             : &wide_source,
        calls, &pane, &look);
}

static void calls_draw(void *state, const struct pane *pane)
{
    struct calls *calls = state;
    struct pane body = *pane, top;

    refresh(calls);
    if (!calls->is_open) {
        draw_table(calls, body);
        return;
    }
    if (body.height >= BESIDE_FROM) {
        top = pane_cut_top(&body, body.height / 3);
        draw_table(calls, top);
        pane_hline(&body, 0, 0, body.width, ROLE_BORDER);
        (void)pane_cut_top(&body, 1);
    }
    draw_details(calls, &body);
}

/* ---- acting ---- */

static enum outcome open_selected(struct calls *calls)
{
    const struct call_row *call = selected(calls);

    if (call == NULL)
        return OUTCOME_NONE;
    calls->open = *call;
    calls->is_open = true;
    calls->text.top = 0;
    return OUTCOME_REDRAW;
}

static enum outcome go_to_trace(const struct calls *calls)
{
    const struct call_row *call = calls->is_open ? &calls->open : selected(calls);
    struct place place = place_of(SCREEN_TRACES);

    if (call == NULL || call->example < 0) {
        ui_say(calls->ui, ROLE_TEXT,
            call != NULL && call->example_id != NULL
                ? "its pass is still under way: Traces (4) has the examples that are through"
                : "this call is not about one example");
        return OUTCOME_NONE;
    }
    place.example = call->example;
    ui_go(calls->ui, &place);
    return OUTCOME_NONE;
}

static void on_filter(void *data, const char *line)
{
    struct calls *calls = data;
    struct err err = { .code = ERR_NONE };

    if (line == NULL)
        return;
    if (!list_set_filter(&calls->list, &wide_source, line, &err)) {
        ui_say(calls->ui, ROLE_ERROR, "%s", err.message);
        return;
    }
    free(calls->filter);
    calls->filter = *line != '\0' ? mem_strdup(line) : NULL;
}

static void on_search(void *data, const char *line)
{
    struct calls *calls = data;

    if (line != NULL && text_view_search(&calls->text, line) == 0 && *line != '\0')
        ui_say(calls->ui, ROLE_WARNING, "not found: %s", line);
}

static enum outcome act_on_details(struct calls *calls, enum action action)
{
    if (action == ACTION_BACK) {
        calls->is_open = false;
        return OUTCOME_REDRAW;
    }
    if (action == ACTION_SEARCH) {
        ui_ask_line(calls->ui, "search: ", NULL, on_search, calls);
        return OUTCOME_NONE;
    }
    if (action == ACTION_NEXT_TAB || action == ACTION_PREVIOUS_TAB || action == ACTION_RAW) {
        calls->is_raw = !calls->is_raw;
        calls->text.top = 0;
        return OUTCOME_REDRAW;
    }
    return text_view_act(&calls->text, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome act_on_table(struct calls *calls, enum action action)
{
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_OPEN:
    case ACTION_RAW:
        calls->is_raw = action == ACTION_RAW;
        return open_selected(calls);
    case ACTION_FILTER:
        ui_ask_line(calls->ui, "calls (state:failed node:NAME time>1000): ", calls->filter,
            on_filter, calls);
        return OUTCOME_NONE;
    case ACTION_BACK:
        if (calls->filter == NULL)
            return OUTCOME_IGNORED;
        on_filter(calls, "");
        return OUTCOME_REDRAW;
    case ACTION_FOLLOW:
        calls->follows = !calls->follows;
        return OUTCOME_REDRAW;
    default:
        break;
    }
    if (!list_act(&calls->list, &wide_source, action))
        return OUTCOME_IGNORED;
    if (action != ACTION_SORT)
        calls->follows = false;
    return OUTCOME_REDRAW;
}

static enum outcome calls_act(void *state, enum action action)
{
    struct calls *calls = state;

    if (calls->state.is_stored) /* what was selected may stand elsewhere since it was drawn */
        refresh(calls);
    if (action == ACTION_TRACE)
        return go_to_trace(calls);
    return calls->is_open ? act_on_details(calls, action) : act_on_table(calls, action);
}

/* ---- the screen ---- */

static void *calls_open(struct ui *ui)
{
    struct calls *calls = mem_zalloc(1, sizeof *calls);

    calls->ui = ui;
    calls->follows = true;
    return calls;
}

static void calls_close(void *state)
{
    struct calls *calls = state;

    list_free(&calls->list);
    text_view_free(&calls->text);
    free(calls->rows);
    free(calls->at);
    free(calls->filter);
    free(calls);
}

static enum outcome calls_click(void *state, int x, int y)
{
    struct calls *calls = state;
    struct list_look look = { true, true, NULL };

    (void)x;
    if (calls->is_open || !list_click(&calls->list, &look, y - 1))
        return OUTCOME_NONE;
    calls->follows = false;
    return OUTCOME_REDRAW;
}

static size_t calls_hints(void *state, enum action hints[HINTS_MAX])
{
    static const enum action table[] = { ACTION_OPEN, ACTION_TRACE, ACTION_FILTER, ACTION_SORT,
        ACTION_FOLLOW, ACTION_RAW, ACTION_COMMAND };
    static const enum action details[] = { ACTION_BACK, ACTION_RAW, ACTION_TRACE, ACTION_SEARCH };
    const struct calls *calls = state;

    if (calls->is_open) {
        memcpy(hints, details, sizeof details);
        return sizeof details / sizeof details[0];
    }
    memcpy(hints, table, sizeof table);
    return sizeof table / sizeof table[0];
}

static void calls_text(void *state, struct str *out)
{
    struct calls *calls = state;
    const struct call_row *call = selected(calls);
    struct sections sections = { 0 };

    if (!calls->is_open && call != NULL)
        calls->open = *call;
    if (!calls->is_open && call == NULL)
        return;
    gather(&sections, calls);
    sections_write(&sections, out);
    sections_free(&sections);
}

const struct screen screen_calls = {
    .name = "Calls",
    .context = CONTEXT_CALLS,
    .open = calls_open,
    .close = calls_close,
    .draw = calls_draw,
    .act = calls_act,
    .click = calls_click,
    .hints = calls_hints,
    .text = calls_text,
};
