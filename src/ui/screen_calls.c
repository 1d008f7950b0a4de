/* Calls, newest first: those under way, then all that the journal has; one call in full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_rows.h"
#include "call_sections.h"
#include "mem.h"
#include "screens.h"
#include "node_state.h"
#include "view_words.h"

enum { WIDE = 80 };        /* any width: all tables have the same columns to filter by */
enum { BESIDE_FROM = 30 }; /* rows from which the details stand below the table */

struct calls {
    struct ui *ui;
    struct call_rows rows;
    bool is_open, is_raw;
    struct call_row open; /* as it was last seen in the table */
    struct text_view text;
    char *filter; /* as it was given; NULL: none */
};

static bool is_over(const struct call_row *row)
{
    return row->state == CALL_DONE || row->state == CALL_CACHED || row->state == CALL_FAILED;
}

/* ---- drawing ---- */

static const char *nothing_there(const struct calls *calls)
{
    if (calls->filter != NULL && calls->rows.told.count > 0)
        return "no call matches the filter; Esc takes it off";
    if (calls->rows.state.is_reading)
        return "reading the journal";
    if (session_kind(ui_session(calls->ui)) == SESSION_LIVE)
        return "no call is under way";
    return "no call has ended yet";
}

/* Of a live run as they are listed; of one that is watched as its process said. */
static void add_under_way(const struct calls *calls, struct str *text)
{
    const struct run_view *view = ui_view(calls->ui);
    size_t counts[CALL_CACHED + 1] = { 0 };

    if (session_kind(ui_session(calls->ui)) != SESSION_LIVE) {
        if (view->in_flight + view->waiting > 0 && !view->is_past)
            str_addf(text, "%u in flight, %u waiting; ", view->in_flight, view->waiting);
        return;
    }
    for (size_t i = 0; i < calls->rows.told.now_count; i++)
        counts[calls->rows.told.now[i].state]++;
    if (counts[CALL_RUNNING] + counts[CALL_WAITING] + counts[CALL_RETRYING] > 0)
        str_addf(text, "%zu running, %zu waiting, %zu retrying; ", counts[CALL_RUNNING],
            counts[CALL_WAITING], counts[CALL_RETRYING]);
}

/* "4 in flight, 2 waiting; 4441 done, 3 failed  p50 310 ms" */
static void write_head(const struct calls *calls, struct str *text)
{
    const struct run_view *view = ui_view(calls->ui);
    const struct calls_state *state = &calls->rows.state;
    char time[16];

    add_under_way(calls, text);
    if (state->is_of_whole_run)
        str_add(text, "of the whole run, for it is not told when they ended: ");
    str_addf(text, "%zu done, %zu failed", state->done, state->failed);
    if (state->is_reading)
        str_add(text, ", and those before, which are being read");
    else if (view->p50_ms > 0 && run_view_has_costs(view))
        str_addf(text, "  p50 %s", duration_text(view->p50_ms, time));
}

static void draw_head(const struct calls *calls, const struct pane *row)
{
    struct str text = STR_INIT;
    size_t looked;

    if (list_is_looking(&calls->rows.list, &looked))
        str_addf(&text, "%s%s: looking at call %zu of %zu",
            calls->filter != NULL ? "filter: " : "sorting",
            calls->filter != NULL ? calls->filter : "", looked, calls->rows.next.count);
    else if (calls->filter != NULL)
        str_addf(&text, "filter: %s (%zu of %zu)", calls->filter, list_shown(&calls->rows.list),
            calls->rows.told.count);
    else
        write_head(calls, &text);
    (void)pane_text(row, 0, 0, ROLE_TEXT, str_text(&text));
    str_free(&text);
}

static void gather(struct sections *sections, const struct calls *calls)
{
    const struct call_row *call = &calls->open;
    const char *example = call_rows_example(&calls->rows, call);
    char ended[32] = "", time[16];
    const char *head;

    if (call->ended_ms > 0)
        (void)snprintf(ended, sizeof ended, ", %s after the start",
            duration_text((double)call->ended_ms, time));
    head = sections_print(sections, "%s%s%s%s%s: %s%s", call->node,
        call->node[0] != '\0' ? ", " : "", call->role, example[0] != '\0' ? ", example " : "",
        example, call_rows_state(call), ended);
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

/* The open call as the table has it now, until it is over. */
static void renew_open(struct calls *calls)
{
    const struct call_row *now =
        is_over(&calls->open) ? NULL : call_rows_find(&calls->rows, calls->open.key);

    if (now != NULL)
        calls->open = *now;
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
    const struct call_row *call = call_rows_selected(&calls->rows);
    struct pane why;
    struct list_look look = { pane.height > 3, !calls->is_open, nothing_there(calls) };
    struct pane head = pane_cut_top(&pane, pane.height > 4 && calls->rows.told.count > 0 ? 1 : 0);

    if (head.height > 0)
        draw_head(calls, &head);
    if (call != NULL && call->why[0] != '\0' && pane.height > 6) {
        why = pane_cut_bottom(&pane, 1);
        (void)pane_text(&why, 0, 0, ROLE_WARNING, call->why);
    }
    look.head = look.head && calls->rows.told.count > 0;
    list_draw(&calls->rows.list, call_rows_source(pane.width), &calls->rows, &pane, &look);
}

static void calls_draw(void *state, const struct pane *pane)
{
    struct calls *calls = state;
    struct pane body = *pane, top;

    if (!call_rows_renew(&calls->rows))
        ui_draw_on(calls->ui);
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
    const struct call_row *call = call_rows_selected(&calls->rows);

    if (call == NULL)
        return OUTCOME_NONE;
    calls->open = *call;
    calls->is_open = true;
    calls->text.top = 0;
    return OUTCOME_REDRAW;
}

static enum outcome go_to_trace(const struct calls *calls)
{
    const struct call_row *call = calls->is_open ? &calls->open : call_rows_selected(&calls->rows);
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
    if (!list_set_filter(&calls->rows.list, call_rows_source(WIDE), line, &err)) {
        ui_say(calls->ui, ROLE_ERROR, "%s", err.message);
        return;
    }
    free(calls->filter);
    calls->filter = *line != '\0' ? mem_strdup(line) : NULL;
    calls->rows.is_filtered = calls->filter != NULL;
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
        calls->rows.follows = !calls->rows.follows;
        return OUTCOME_REDRAW;
    default:
        break;
    }
    if (!list_act(&calls->rows.list, call_rows_source(WIDE), action))
        return OUTCOME_IGNORED;
    if (action != ACTION_SORT)
        calls->rows.follows = false;
    return OUTCOME_REDRAW;
}

static enum outcome calls_act(void *state, enum action action)
{
    struct calls *calls = state;

    (void)call_rows_renew(&calls->rows); /* what was selected may stand elsewhere by now */
    if (action == ACTION_TRACE)
        return go_to_trace(calls);
    return calls->is_open ? act_on_details(calls, action) : act_on_table(calls, action);
}

/* ---- the screen ---- */

static void *calls_open(struct ui *ui)
{
    struct calls *calls = mem_zalloc(1, sizeof *calls);

    calls->ui = calls->rows.ui = ui;
    calls->rows.follows = true;
    return calls;
}

static void calls_close(void *state)
{
    struct calls *calls = state;

    text_view_free(&calls->text);
    call_rows_free(&calls->rows);
    free(calls->filter);
    free(calls);
}

static enum outcome calls_click(void *state, int x, int y)
{
    struct calls *calls = state;
    struct list_look look = { true, true, NULL };

    (void)x;
    if (calls->is_open || !list_click(&calls->rows.list, &look, y - 1))
        return OUTCOME_NONE;
    calls->rows.follows = false;
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

static const char *calls_hint(void *state, enum action action)
{
    const struct calls *calls = state;

    return action == ACTION_FOLLOW && calls->rows.follows ? "unfollow" : NULL;
}

static void calls_text(void *state, struct str *out)
{
    struct calls *calls = state;
    const struct call_row *call = call_rows_selected(&calls->rows);
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
    .hint = calls_hint,
    .text = calls_text,
};
