/* A run's file that is followed, for session.h. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "session_state.h"
#include "store.h"

enum {
    POLL_MS = 200,  /* where the system tells of no changes */
    CALM_MS = 100,  /* between two looks, however often the file changes */
    ALIVE_MS = 2000 /* a process that is killed writes nothing more */
};

/* Where facts go now. */
static struct run_view *target(struct session *session)
{
    return session->stored.is_building ? &session->stored.building : &session->view;
}

/* ---- folding ---- */

static void restart(struct session *session)
{
    struct stored *stored = &session->stored;

    if (stored->is_building)
        run_view_free(&stored->building);
    run_view_init(&stored->building);
    stored->building.is_past = true;
    stored->is_building = true;
    free(stored->live); /* to be told to the new one, too */
    stored->live = NULL;
}

static void show_building(struct session *session)
{
    struct stored *stored = &session->stored;

    if (!stored->is_building)
        return;
    run_view_free(&session->view);
    session->view = stored->building;
    stored->building = (struct run_view){ 0 };
    stored->is_building = false;
}

/* Takes the place of `last`; false: it is the same. */
static bool is_news(char **last, char **now)
{
    if (*now == NULL || (*last != NULL && strcmp(*last, *now) == 0))
        return false;
    free(*last);
    *last = *now;
    *now = NULL;
    return true;
}

/* The last progress of the process that writes. */
static void apply_live(struct session *session, struct feed *feed)
{
    int64_t t = session->view.t;
    const cJSON *event;
    cJSON *list;

    if (!is_news(&session->stored.live, &feed->live))
        return;
    list = cJSON_Parse(session->stored.live);
    cJSON_ArrayForEach(event, list)
    {
        run_view_apply(&session->view, event);
        t = session->view.t > t ? session->view.t : t;
    }
    cJSON_Delete(list);
    session->view.t = t; /* they are not told in the order of time */
}

static void on_timer(uv_timer_t *timer);

/* Looked at from time to time only while there is a process that may be killed, or where the system
 * tells of no changes. */
static void set_timer(struct stored *stored)
{
    uint64_t ms = stored->is_polled ? POLL_MS : ALIVE_MS;

    if (stored->is_due)
        return;
    if (!stored->is_polled && stored->has_ended)
        (void)uv_timer_stop(&stored->timer);
    else if (!uv_is_active((uv_handle_t *)&stored->timer))
        (void)uv_timer_start(&stored->timer, on_timer, ms, ms);
}

static void look_for_process(struct stored *stored)
{
    int64_t pid;

    stored->has_ended = !store_is_held(stored->folder, stored->id, &pid);
    set_timer(stored);
}

/* What a process did not come to say. */
static const char *why_ended(const char *state)
{
    if (strcmp(state, "running") == 0)
        return "its process is gone: flowbot resume goes on with it";
    if (strcmp(state, "waiting") == 0)
        return "a proposal waits for a decision: flowbot review decides, flowbot resume asks";
    return NULL;
}

/* A run that is over, or whose process is gone, says why. */
static void apply_status(struct session *session, struct feed *feed)
{
    const char *state, *why;
    cJSON *status;

    if (!session->stored.has_ended || feed->status == NULL || session->view.finished ||
        session->view.stopped)
        return;
    status = cJSON_Parse(feed->status);
    state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "state"));
    if (state != NULL) {
        cJSON_AddStringToObject(status, "type", "stopped");
        cJSON_AddNumberToObject(status, "t", (double)session->view.t);
        why = why_ended(state);
        if (why != NULL && !cJSON_HasObjectItem(status, "why"))
            cJSON_AddStringToObject(status, "why", why);
        run_view_apply(&session->view, status);
    }
    cJSON_Delete(status);
}

/* What its process says beside the facts belongs to the end of what is stored. */
static bool is_at_end(const struct session *session, const struct feed *feed)
{
    return session->kind == SESSION_WATCH ? session->replay.is_live
                                          : session->view.facts == feed->total;
}

static void on_fed(void *data, struct feed *feed, const struct err *err);

/* One piece at a time. */
static void read_from(struct session *session, uint32_t facts)
{
    struct stored *stored = &session->stored;
    uint32_t wanted = stored->goal > facts ? stored->goal - facts : 0;

    stored->is_late = stored->is_feeding;
    if (stored->is_feeding)
        return;
    stored->is_feeding = true;
    reader_feed(session->reader, facts, wanted, on_fed, session);
}

static void fold(struct session *session, struct feed *feed)
{
    struct run_view *view = target(session);

    for (size_t i = 0; i < feed->count && view->facts < session->stored.goal; i++)
        if (feed->from + i == view->facts) {
            uint32_t before = view->facts;

            run_view_apply(view, feed->facts[i]);
            view->facts = before + 1; /* whatever was in its place */
        }
}

/* The next piece is read while this one is folded. */
static void read_ahead(struct session *session, const struct feed *feed)
{
    uint32_t behind = feed->from + (uint32_t)feed->count;

    if (target(session)->facts >= feed->from && behind > target(session)->facts &&
        behind < session->stored.goal && behind < feed->total)
        read_from(session, behind);
}

/* True where there is more to be had towards the goal. */
static bool is_short(const struct session *session, const struct feed *feed)
{
    const struct stored *stored = &session->stored;
    uint32_t folded = stored->is_building ? stored->building.facts : session->view.facts;

    return folded < stored->goal && folded < feed->total;
}

static void show_end(struct session *session, struct feed *feed)
{
    if (session->kind == SESSION_WATCH)
        look_for_process(&session->stored);
    session->view.is_past = !is_at_end(session, feed);
    if (session->view.is_past)
        calls_want(session);
    calls_derive(session);
    if (session->view.is_past)
        return;
    if (session->kind == SESSION_WATCH && !session->stored.has_ended)
        run_view_go_on(&session->view);
    apply_live(session, feed);
    if (session->kind == SESSION_WATCH)
        apply_status(session, feed);
}

static void on_fed(void *data, struct feed *feed, const struct err *err)
{
    struct session *session = data;
    struct stored *stored = &session->stored;
    bool is_late = stored->is_late;
    uint32_t total = stored->total;

    stored->is_feeding = stored->is_late = false;
    stored->total = err == NULL ? feed->total : stored->total;
    if (err != NULL) {
        session->trouble = *err;
        session_changed(session);
        return;
    }
    if (feed->total < target(session)->facts && session->kind == SESSION_WATCH) {
        restart(session); /* another sitting has dropped facts: retry-failed */
        calls_dropped(session);
    }
    read_ahead(session, feed);
    fold(session, feed);
    if (is_short(session, feed)) {
        if (!stored->is_feeding)
            stored_read(session);
    } else {
        show_building(session);
        stored->is_folded = true;
        show_end(session, feed);
        if (is_late)
            stored_read(session);
    }
    replay_on_total(session);
    if (session->kind == SESSION_WATCH || total != feed->total)
        calls_on_file(session);
    reader_renew(session->reader);
    session_changed(session);
}

void stored_read(struct session *session)
{
    read_from(session, target(session)->facts);
}

/* Progress that was shown is of no other place than that where it came. */
static bool has_other_progress(const struct session *session, uint32_t goal)
{
    const struct stored *stored = &session->stored;

    return goal != UINT32_MAX && stored->live != NULL && !stored->is_building &&
           goal != session->view.facts;
}

void stored_set_goal(struct session *session, uint32_t goal)
{
    session->stored.goal = goal;
    if (goal < target(session)->facts || has_other_progress(session, goal))
        restart(session);
    stored_read(session);
}

/* ---- the file ---- */

static void on_file(uv_fs_event_t *events, const char *name, int what, int status);

static void listen_to_file(struct session *session)
{
    struct stored *stored = &session->stored;

    stored->is_polled = store_is_remote(stored->folder) ||
                        uv_fs_event_start(&stored->events, on_file, stored->folder, 0) != 0;
}

/* Listens before it looks: nothing is missed. */
static void on_timer(uv_timer_t *timer)
{
    struct session *session = timer->data;

    if (session->stored.is_due)
        listen_to_file(session);
    session->stored.is_due = false;
    session->stored.looked_us = clock_us();
    stored_read(session);
}

/* At once after a silence; a run with a thousand calls in flight changes its file all the time, of
 * which nothing is to be heard until then. */
static void look_soon(struct session *session)
{
    struct stored *stored = &session->stored;
    int64_t wait = CALM_MS - (clock_us() - stored->looked_us) / 1000;

    if (stored->is_due)
        return;
    stored->is_due = true;
    (void)uv_fs_event_stop(&stored->events);
    (void)uv_timer_start(&stored->timer, on_timer, wait > 0 ? (uint64_t)wait : 0, ALIVE_MS);
}

/* The journal's files have the run's file name as their head. */
static void on_file(uv_fs_event_t *events, const char *name, int what, int status)
{
    struct session *session = events->data;
    const struct stored *stored = &session->stored;
    size_t len = strlen(stored->id);

    (void)what;
    if (status < 0 || name == NULL || (strncmp(name, stored->id, len) == 0 && name[len] == '.'))
        look_soon(session);
}

bool stored_open(struct session *session, const char *folder, const char *id, struct err *err)
{
    struct stored *stored = &session->stored;

    stored->path = store_path_of(folder, id, err);
    if (stored->path == NULL)
        return false;
    stored->folder = mem_strdup(folder);
    stored->id = mem_strdup(id);
    stored->goal = session->kind == SESSION_WATCH ? UINT32_MAX : 0;
    stored->events.data = stored->timer.data = session->replay.timer.data = session;
    if (uv_fs_event_init(session->loop, &stored->events) != 0 ||
        uv_timer_init(session->loop, &stored->timer) != 0 ||
        uv_timer_init(session->loop, &session->replay.timer) != 0)
        abort();
    session->handles += 3;
    if (session->kind == SESSION_WATCH) { /* of a network file system no changes are told */
        listen_to_file(session);
        set_timer(stored);
    }
    return true;
}

void stored_close(struct session *session)
{
    struct stored *stored = &session->stored;

    if (stored->path != NULL) {
        uv_close((uv_handle_t *)&stored->events, session_on_closed);
        uv_close((uv_handle_t *)&stored->timer, session_on_closed);
        uv_close((uv_handle_t *)&session->replay.timer, session_on_closed);
    }
    if (stored->is_building)
        run_view_free(&stored->building);
    free(stored->folder);
    free(stored->id);
    free(stored->path);
    free(stored->live);
    free(stored->status);
}
