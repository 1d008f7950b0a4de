/* The calls of a run as its file has them, for session.h: read once somebody wants them; what they
 * tell of costs at a place where progress does not; before them those of now, of a live run. */
#include <math.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "session_state.h"
#include "view_derive.h"
#include "view_index.h"

static void ask(struct session *session);

static bool is_past(const struct session *session)
{
    return session->view.is_past && !session->calls.table.lacks_times;
}

/* The calls that had not ended yet where the view is: they are the newest ones. Where its end was
 * left and nothing else was gone to, that is then, and not the last fact. */
static size_t calls_to_come(const struct session *session)
{
    const struct call_table *table = &session->calls.table;

    if (!is_past(session))
        return 0;
    return call_table_since(table, run_view_has_progress(&session->view)
                                       ? session->calls.left_ms - table->created_ms
                                       : session->view.t);
}

void calls_derive(struct session *session)
{
    const struct call_table *table = &session->calls.table;

    if (is_past(session) && table->is_whole && session->stored.is_folded)
        view_derive(&session->view, table, calls_to_come(session), &session->calls.sums);
}

static void on_calls(void *data, struct feed *feed, const struct err *err)
{
    struct session *session = data;
    struct stored_calls *calls = &session->calls;

    calls->is_asked = false;
    if (calls->is_wrong) {
        calls->is_wrong = false;
        ask(session);
    } else if (err != NULL) {
        session->trouble = *err;
    } else {
        call_table_take(&calls->table, feed, calls->asks_newer);
        if (calls->asks_last && (feed->is_last || !calls->asks_newer))
            calls->known = calls->asked_at;
        calls->is_late = calls->is_late || (calls->asks_newer && !feed->is_last);
        calls_derive(session);
        ask(session);
    }
    session_changed(session);
}

/* News first, then what is further back. */
static void ask(struct session *session)
{
    struct stored_calls *calls = &session->calls;
    const struct call_table *table = &calls->table;
    bool is_newer = calls->is_late && (table->last_row > 0 || table->is_whole);

    if (calls->is_asked || !calls->is_wanted || (table->is_whole && !is_newer))
        return;
    calls->is_asked = true;
    calls->asks_newer = is_newer;
    calls->asks_last = calls->asks_newer || table->first_row == 0;
    calls->asked_at = session->run != NULL ? run_calls_ended(session->run) : 0;
    calls->is_late = calls->is_late && !calls->asks_newer;
    reader_feed_calls(session->reader,
        calls->asks_newer      ? table->last_row
        : table->first_row > 0 ? table->first_row
                               : UINT32_MAX,
        calls->asks_newer, on_calls, session);
}

void calls_want(struct session *session)
{
    if (session->calls.is_wanted)
        return;
    session->calls.is_wanted = true;
    ask(session);
}

void calls_on_file(struct session *session)
{
    session->calls.is_late = true;
    ask(session);
}

void calls_dropped(struct session *session)
{
    call_table_clear(&session->calls.table);
    view_sums_free(session->calls.sums);
    session->calls.sums = NULL;
    session->calls.is_wrong = session->calls.is_asked;
    session->calls.drops++;
}

void calls_close(struct session *session)
{
    call_table_free(&session->calls.table);
    free(session->calls.now);
    view_sums_free(session->calls.sums);
}

/* ---- rows ---- */

/* Rows are made by the hundred thousand where they are sorted. */
static void copy_text(char *to, size_t size, const char *text)
{
    size_t len = strnlen(text, size - 1);

    memcpy(to, text, len);
    to[len] = '\0';
}

/* Every member, without clearing the long ones first. */
static void fill_row(
    const struct session *session, const struct stored_call *call, struct call_row *row)
{
    const struct call_table *table = &session->calls.table;
    size_t example;

    row->key = call->key;
    row->state = (enum call_state)call->state;
    copy_text(row->role, sizeof row->role,
        call->role >= 0 ? llm_role_name((enum llm_role)call->role) : "");
    copy_text(row->node, sizeof row->node, call_table_name(table, call->node));
    row->model[0] = '\0';
    row->example = -1;
    row->example_id = call->example != 0 ? call_table_name(table, call->example) : NULL;
    row->attempt = call->attempts;
    row->began_ms = call->t - call->latency_ms;
    row->ended_ms = table->lacks_times ? -1 : call->t;
    row->latency_ms = call->latency_ms;
    row->input_tokens = call->input_tokens;
    row->output_tokens = call->output_tokens;
    copy_text(row->why, sizeof row->why, call_table_name(table, call->why));
    if (row->example_id != NULL &&
        hash_map_get(&session->view.index->examples, hash_text(row->example_id), &example))
        row->example = (int)example;
}

/* ---- those of now ---- */

_Static_assert((int)CALL_STAGE_WAITING == CALL_WAITING && (int)CALL_STAGE_RUNNING == CALL_RUNNING &&
                   (int)CALL_STAGE_RETRYING == CALL_RETRYING && (int)CALL_STAGE_DONE == CALL_DONE &&
                   (int)CALL_STAGE_FAILED == CALL_FAILED && (int)CALL_STAGE_CACHED == CALL_CACHED,
    "a call's stage is its state");

static void fill_row_of_now(
    const struct session *session, const struct call_news *news, struct call_row *row)
{
    size_t example;

    *row = (struct call_row){
        .key = news->key,
        .state = (enum call_state)news->stage,
        .example = -1,
        .attempt = news->attempt,
        .began_ms = run_now_ms(session->run) - (clock_us() - news->began_us) / 1000,
        .latency_ms = news->latency_ms,
        .input_tokens = news->tokens_in,
        .output_tokens = news->tokens_out,
    };
    copy_text(row->role, sizeof row->role, llm_role_name(news->role));
    copy_text(row->node, sizeof row->node, news->node);
    copy_text(row->model, sizeof row->model, news->model);
    copy_text(row->why, sizeof row->why, news->why);
    if (!hash_is_zero(news->example) &&
        hash_map_get(&session->view.index->examples, news->example, &example))
        row->example = (int)example;
    if (!hash_is_zero(news->example) &&
        hash_map_get(&session->task_examples, news->example, &example))
        row->example_id = run_task(session->run)->examples[example].id;
}

/* It was committed after the table was asked for and before it was read: nobody was told here, or
 * after that. */
static bool is_in_table(const struct call_table *table, struct hash key)
{
    enum { NEWEST = 64 };
    size_t count = call_table_count(table);

    for (size_t i = 0; i < count && i < NEWEST; i++)
        if (hash_equal(call_table_at(table, i)->key, key))
            return true;
    return false;
}

/* What the journal answered is in it. */
static bool is_of_now(const struct stored_calls *calls, const struct call_news *news)
{
    return news->stage != CALL_STAGE_CACHED && !is_in_table(&calls->table, news->key);
}

static void look_at_now(struct session *session)
{
    struct stored_calls *calls = &session->calls;
    size_t ended = (size_t)(run_calls_ended(session->run) - calls->known);
    size_t count, total, kept = 0;

    if (calls->now == NULL)
        calls->now = mem_alloc(SESSION_CALLS * sizeof *calls->now);
    count = run_calls(session->run, 0, SESSION_CALLS, calls->now, &total);
    for (size_t i = 0; i < count; i++) {
        if (calls->now[i].stage >= CALL_STAGE_DONE && ended-- == 0)
            break;
        if (is_of_now(calls, &calls->now[i]))
            calls->now[kept++] = calls->now[i];
    }
    calls->now_count = kept;
}

/* ---- all ---- */

size_t session_calls(
    struct session *session, size_t from, size_t count, struct call_row *rows, size_t *total)
{
    const struct stored_calls *calls = &session->calls;
    size_t skipped = calls_to_come(session), written = 0;

    *total = calls->now_count + call_table_count(&calls->table) - skipped;
    for (; written < count && from + written < *total; written++) {
        size_t at = from + written;

        if (at < calls->now_count)
            fill_row_of_now(session, &calls->now[at], &rows[written]);
        else
            fill_row(session, call_table_at(&calls->table, skipped + at - calls->now_count),
                &rows[written]);
    }
    return written;
}

static void count_ended(const struct stored_calls *calls, struct calls_state *out)
{
    for (size_t i = 0; i < calls->now_count; i++) {
        out->failed += calls->now[i].stage == CALL_STAGE_FAILED;
        out->done += calls->now[i].stage == CALL_STAGE_DONE;
    }
}

void session_calls_state(struct session *session, struct calls_state *out)
{
    const struct call_table *table = &session->calls.table;
    size_t skipped;

    *out = (struct calls_state){ .now = 0 };
    if (session_is_unstarted(session))
        return;
    calls_want(session);
    if (session->kind == SESSION_LIVE) {
        ask(session); /* for what has ended since the last frame */
        look_at_now(session);
    }
    skipped = calls_to_come(session);
    out->now = session->calls.now_count;
    out->is_reading = !table->is_whole;
    out->is_of_whole_run = session->view.is_past && table->lacks_times;
    out->generation = session->calls.drops;
    out->newest = (int64_t)table->newer.count - (int64_t)skipped;
    out->failed = call_table_failed(table, skipped);
    out->done = call_table_count(table) - skipped - out->failed;
    count_ended(&session->calls, out);
}
