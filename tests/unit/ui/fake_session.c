#include "fake_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

void fake_session_init(struct session *session)
{
    struct run_view *view;

    *session = (struct session){ .kind = SESSION_LIVE, .speed = 1, .review = REVIEW_STRUCTURE };
    view = &session->view;
    run_view_init(view);
    (void)snprintf(view->run, sizeof view->run, "7f3a9c");
    view->epochs = 3;
    view->batches = 40;
    view->epoch = 2;
    view->batch = 14;
    view->last_validation = 0.642;
    view->best_validation = 0.655;
    view->cost[0] = (struct view_cost){ 1200, 2000, 812345, 1.2 };
    view->limit_usd = 5;
}

void fake_session_free(struct session *session)
{
    run_view_free(&session->view);
    free(session->answer_text);
}

void fake_session_changed(struct session *session)
{
    if (session->on_change != NULL)
        session->on_change(session->change_data);
}

void fake_session_end(struct session *session)
{
    session->has_ended = true;
    session->view.finished = true;
    fake_session_changed(session);
}

void session_on_change(struct session *session, session_change *on_change, void *data)
{
    session->on_change = on_change;
    session->change_data = data;
}

enum session_kind session_kind(const struct session *session)
{
    return session->kind;
}

const struct run_view *session_view(const struct session *session)
{
    return &session->view;
}

struct reader *session_reader(struct session *session)
{
    return session->reader;
}

bool session_is_unstarted(const struct session *session)
{
    (void)session;
    return false;
}

bool session_is_loading(const struct session *session)
{
    (void)session;
    return false;
}

const struct run_outcome *session_outcome(const struct session *session)
{
    return session->has_ended ? &session->outcome : NULL;
}

bool session_set_review(struct session *session, enum review_mode mode, struct err *err)
{
    if (session->kind != SESSION_LIVE)
        return err_set(err, ERR_INPUT, "this run is only watched");
    session->review = mode;
    return true;
}

enum review_mode session_review(const struct session *session)
{
    return session->review;
}

bool session_decide(struct session *session, const struct answer *answer, struct err *err)
{
    if (session->kind != SESSION_LIVE)
        return err_set(err, ERR_INPUT, "this run is only watched");
    session->decisions++;
    session->answer = answer->kind;
    session->answered = answer->proposal;
    free(session->answer_text);
    session->answer_text =
        mem_strdup(answer->kind == ANSWER_EDIT ? answer->workflow_json : answer->reason);
    return true;
}

/* JSON, and no node with the id "nowhere". */
bool session_check_workflow(struct session *session, const char *workflow_json, struct err *err)
{
    struct json_doc *doc = json_parse(
        "the edited workflow", 1, workflow_json, strlen(workflow_json), JSON_COMMENTS, err);
    const char *bad = strstr(workflow_json, "nowhere");
    unsigned line = 1;

    (void)session;
    json_free(doc);
    if (doc == NULL || bad == NULL)
        return doc != NULL;
    for (const char *at = workflow_json; at < bad; at++)
        line += *at == '\n';
    return err_set(err, ERR_INPUT, "the edited workflow:%u:3: no node is called \"nowhere\"", line);
}

bool session_revert(struct session *session, const char *workflow_id, struct err *err)
{
    if (session->kind != SESSION_LIVE)
        return err_set(err, ERR_INPUT, "this run is only watched");
    (void)snprintf(session->reverted, sizeof session->reverted, "%s", workflow_id);
    return true;
}

bool session_pause(struct session *session, bool pause, struct err *err)
{
    (void)err;
    session->is_paused = pause;
    return true;
}

bool session_is_paused(const struct session *session)
{
    return session->is_paused;
}

bool session_stop(struct session *session, struct err *err)
{
    (void)err;
    session->stops++;
    return true;
}

void session_interrupt(struct session *session)
{
    session->interrupts++;
}

double session_speed(const struct session *session)
{
    return session->speed;
}

void session_set_speed(struct session *session, double speed)
{
    session->speed = speed;
}

void session_step(struct session *session, int events)
{
    session->steps += events;
}

void session_seek(struct session *session, double share)
{
    session->position = share;
}

bool session_seek_batch(struct session *session, unsigned batch)
{
    session->batch = batch;
    return batch <= session->view.batches;
}

bool session_is_behind(const struct session *session)
{
    return session->is_behind;
}

uint32_t session_missed(const struct session *session)
{
    return session->missed;
}

double session_position(const struct session *session)
{
    return session->position;
}

void session_calls_state(struct session *session, struct calls_state *out)
{
    *out = session->calls_state;
}

size_t session_calls(
    struct session *session, size_t from, size_t count, struct call_row *rows, size_t *total)
{
    *total = session->call_count;
    if (from >= session->call_count || count == 0)
        return 0;
    if (count > session->call_count - from)
        count = session->call_count - from;
    memcpy(rows, session->calls + from, count * sizeof *rows);
    return count;
}
