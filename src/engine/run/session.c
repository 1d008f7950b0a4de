#include "session.h"

#include <stdlib.h>

#include "mem.h"
#include "session_state.h"

/* ---- changes ---- */

void session_changed(struct session *session)
{
    if (session->is_changed || session->is_closing)
        return;
    session->is_changed = true;
    uv_ref((uv_handle_t *)&session->changed);
    (void)uv_async_send(&session->changed);
}

static void on_changed(uv_async_t *changed)
{
    struct session *session = changed->data;

    uv_unref((uv_handle_t *)changed);
    if (!session->is_changed || session->is_closing)
        return;
    session->is_changed = false;
    if (session->on_change != NULL)
        session->on_change(session->data);
}

static void on_texts(void *data)
{
    session_changed(data);
}

static struct session *session_new(uv_loop_t *loop, enum session_kind kind)
{
    struct session *session = mem_zalloc(1, sizeof *session);

    session->kind = kind;
    session->loop = loop;
    run_view_init(&session->view);
    session->changed.data = session;
    if (uv_async_init(loop, &session->changed, on_changed) != 0)
        abort();
    uv_unref((uv_handle_t *)&session->changed);
    session->handles = 1;
    return session;
}

void session_on_change(struct session *session, session_change *on_change, void *data)
{
    session->on_change = on_change;
    session->data = data;
}

/* ---- a live run ---- */

static void on_event(void *data, const cJSON *event, const char *line)
{
    struct session *session = data;

    (void)line;
    run_view_apply(&session->view, event);
    session_changed(session);
}

static void on_saved(void *data)
{
    struct session *session = data;

    if (session->reader != NULL)
        reader_renew(session->reader);
    session->calls.is_late = true; /* asked for where they are shown */
    session_changed(session);
}

static void on_done(void *data, const struct run_outcome *outcome)
{
    struct session *session = data;

    session->outcome = *outcome;
    session->has_outcome = true;
    session_changed(session);
}

struct session *session_open_live(uv_loop_t *loop)
{
    return session_new(loop, SESSION_LIVE);
}

void session_fill_options(struct session *session, struct run_options *options)
{
    options->loop = session->loop;
    options->sink = on_event;
    options->sink_data = session;
    options->on_saved = on_saved;
    options->can_answer = true;
    options->keep_calls = true;
}

static void know_examples(struct session *session, const struct task *task)
{
    bool fresh;

    for (size_t i = 0; i < task->example_count; i++)
        (void)hash_map_put(&session->task_examples, hash_text(task->examples[i].id), i, &fresh);
}

bool session_start_live(struct session *session, struct run *take_run, struct err *err)
{
    session->run = take_run;
    know_examples(session, run_task(take_run));
    session->reader = reader_open(session->loop, run_path(take_run), on_texts, session, err);
    if (session->reader == NULL)
        return false;
    run_start(take_run, on_done, session);
    return true;
}

/* ---- stored runs ---- */

static struct session *open_stored(
    uv_loop_t *loop, enum session_kind kind, const char *folder, const char *id, struct err *err)
{
    struct session *session = session_new(loop, kind);

    if (stored_open(session, folder, id, err)) {
        session->reader = reader_open(loop, session->stored.path, on_texts, session, err);
        if (session->reader != NULL)
            return session;
    }
    session_close(session);
    return NULL;
}

struct session *session_open_watch(
    uv_loop_t *loop, const char *folder, const char *id, struct err *err)
{
    struct session *session = open_stored(loop, SESSION_WATCH, folder, id, err);

    if (session == NULL)
        return NULL;
    replay_open(session, 0);
    stored_read(session);
    return session;
}

struct session *session_open_replay(
    uv_loop_t *loop, const char *folder, const char *id, double speed, struct err *err)
{
    struct session *session = open_stored(loop, SESSION_REPLAY, folder, id, err);

    if (session == NULL)
        return NULL;
    session->view.is_past = true;
    replay_open(session, speed);
    return session;
}

/* ---- the end ---- */

void session_on_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;

    if (--session->handles > 0)
        return;
    run_view_free(&session->view);
    hash_map_free(&session->task_examples);
    free(session);
}

void session_close(struct session *session)
{
    if (session == NULL)
        return;
    session->is_closing = true;
    /* first: nobody else reads the file when the run closes it, so that one plain file is left */
    reader_close(session->reader);
    session->reader = NULL;
    run_close(session->run);
    replay_close(session);
    calls_close(session);
    stored_close(session);
    uv_close((uv_handle_t *)&session->changed, session_on_closed);
}

/* ---- looking ---- */

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

const struct run_outcome *session_outcome(const struct session *session)
{
    return session->has_outcome ? &session->outcome : NULL;
}

bool session_is_unstarted(const struct session *session)
{
    return session->kind == SESSION_LIVE && session->run == NULL;
}

bool session_is_loading(const struct session *session)
{
    return session->kind != SESSION_LIVE &&
           (!session->stored.is_folded || session->stored.is_building);
}

bool session_has_ended(const struct session *session)
{
    return session->kind == SESSION_LIVE ? session->has_outcome : session->stored.has_ended;
}

const struct err *session_trouble(const struct session *session)
{
    return session->trouble.code != ERR_NONE ? &session->trouble : NULL;
}

struct run *session_run(struct session *session)
{
    return session->run;
}

/* ---- a person's commands ---- */

static bool may_command(const struct session *session, struct err *err)
{
    if (session->kind == SESSION_WATCH)
        return err_set(err, ERR_INPUT,
            "this run is another process's: flowbot attach takes it over, flowbot review decides");
    if (session->kind == SESSION_REPLAY)
        return err_set(err, ERR_INPUT, "this is a replay: nothing can be decided in it");
    if (session_is_unstarted(session))
        return err_set(err, ERR_INPUT, "the run has not begun yet");
    if (session->has_outcome)
        return err_set(err, ERR_INPUT, "the run has ended; flowbot resume goes on with it");
    return true;
}

bool session_decide(struct session *session, const struct answer *answer, struct err *err)
{
    return may_command(session, err) && run_decide(session->run, answer, err);
}

bool session_check_workflow(struct session *session, const char *workflow_json, struct err *err)
{
    return may_command(session, err) && run_check_workflow(session->run, workflow_json, err);
}

bool session_set_review(struct session *session, enum review_mode mode, struct err *err)
{
    if (!may_command(session, err))
        return false;
    run_set_review(session->run, mode);
    return true;
}

enum review_mode session_review(const struct session *session)
{
    enum review_mode mode = REVIEW_NONE;
    struct err untold;

    if (session->run != NULL)
        return run_review(session->run);
    if (session->view.review[0] != '\0')
        (void)review_mode_parse(session->view.review, &mode, &untold);
    return mode;
}

bool session_revert(struct session *session, const char *workflow_id, struct err *err)
{
    return may_command(session, err) && run_revert(session->run, workflow_id, err);
}

bool session_pause(struct session *session, bool pause, struct err *err)
{
    if (session->kind != SESSION_LIVE)
        replay_pause(session, pause);
    else if (may_command(session, err))
        run_pause(session->run, pause);
    else
        return false;
    return true;
}

bool session_is_paused(const struct session *session)
{
    if (session->kind != SESSION_LIVE)
        return session->replay.is_paused;
    return session->run != NULL && !session->has_outcome && run_is_paused(session->run);
}

bool session_stop(struct session *session, struct err *err)
{
    return may_command(session, err) && run_stop(session->run, err);
}

void session_interrupt(struct session *session)
{
    if (session->run != NULL && !session->has_outcome)
        run_interrupt(session->run);
}
