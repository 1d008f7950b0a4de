/* The clock of a run that is shown from its file, for session.h: which facts are shown at its time.
 */
#include <math.h>
#include <stdlib.h>

#include "array.h"
#include "clock.h"
#include "session_state.h"

static double duration(const struct replay *replay)
{
    return replay->count > 0 ? (double)replay->times[replay->count - 1] : 0;
}

/* The time on the replay's scale now. */
static double time_now(const struct session *session)
{
    const struct replay *replay = &session->replay;
    double now = replay->now;

    if (!replay->is_paused && replay->is_placed)
        now += (double)(clock_us() - replay->since_us) / 1000 * replay->speed;
    return now < duration(replay) ? now : duration(replay);
}

static void set_now(struct session *session, double now)
{
    session->replay.now = now;
    session->replay.since_us = clock_us();
    session->replay.is_placed = true;
}

/* The time of the last fact that is shown. */
static void place_at_goal(struct session *session)
{
    uint32_t goal = session->stored.goal;

    session->replay.is_placed = false;
    if (goal <= session->replay.count)
        set_now(session, goal > 0 ? (double)session->replay.times[goal - 1] : 0);
}

/* How many facts have been stated at this time. */
static uint32_t facts_at(const struct replay *replay, double now)
{
    uint32_t low = 0, high = replay->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if ((double)replay->times[middle] <= now)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- the end of what is watched ---- */

static void read_times(struct session *session);

static void forget_seek(struct session *session)
{
    session->replay.seek = -1;
    session->replay.seek_batch = 0;
}

static void go_live(struct session *session)
{
    session->replay.is_live = true;
    session->replay.is_paused = false;
    forget_seek(session);
    (void)uv_timer_stop(&session->replay.timer);
    stored_set_goal(session, UINT32_MAX);
    session_changed(session);
}

static void leave_live(struct session *session)
{
    if (!session->replay.is_live)
        return;
    session->replay.is_live = false;
    session->calls.left_ms = clock_unix_ms();
    session->stored.goal = session->view.facts;
    place_at_goal(session);
    replay_on_total(session);
}

/* ---- going on ---- */

static void on_timer(uv_timer_t *timer);

/* Sets the timer to the next fact; behind the last one there is the end of what is watched. */
static void wait_for_next(struct session *session)
{
    const struct replay *replay = &session->replay;
    uint32_t next = session->stored.goal;
    double wait;

    (void)uv_timer_stop(&session->replay.timer);
    if (replay->is_live || replay->is_paused || !replay->is_placed)
        return;
    if (next >= replay->count) {
        if (session->kind == SESSION_WATCH && !replay->is_asked)
            go_live(session);
        return;
    }
    wait = ((double)replay->times[next] - time_now(session)) / replay->speed;
    uv_update_time(session->loop);
    (void)uv_timer_start(
        &session->replay.timer, on_timer, wait > 0 ? (uint64_t)fmin(ceil(wait), 1e9) : 0, 0);
}

static void go_to_facts(struct session *session, uint32_t facts)
{
    stored_set_goal(session, facts);
    wait_for_next(session);
    session_changed(session);
}

static void go_to(struct session *session, double now)
{
    set_now(session, now);
    go_to_facts(session, facts_at(&session->replay, now));
}

static void on_timer(uv_timer_t *timer)
{
    struct session *session = timer->data;

    go_to(session, time_now(session));
}

/* ---- times ---- */

static void add_time(struct replay *replay, int64_t stated)
{
    int64_t gap = stated - replay->last;
    int64_t before = replay->count > 0 ? replay->times[replay->count - 1] : 0;

    replay->last = stated;
    replay->times = array_grow(replay->times, replay->count, &replay->cap, sizeof *replay->times);
    replay->times[replay->count++] = before + (gap < 0                  ? 0
                                                  : gap < REPLAY_GAP_MS ? gap
                                                                        : REPLAY_GAP_MS);
}

/* A sitting that dropped facts states others at later times: the order is that of the facts. */
static void on_times(void *data, struct feed *feed, const struct err *err)
{
    struct session *session = data;
    struct replay *replay = &session->replay;

    replay->is_asked = false;
    if (err != NULL) {
        session->trouble = *err;
        session_changed(session);
        return;
    }
    if (feed->from != replay->count) { /* facts were dropped meanwhile */
        read_times(session);
        return;
    }
    for (size_t i = 0; i < feed->count; i++)
        add_time(replay, feed->times[i]);
    for (size_t i = 0; i < feed->batch_count; i++)
        ARRAY_PUSH(&replay->batches, feed->batches[i]);
    if (replay->is_live)
        return;
    if (replay->seek >= 0)
        session_seek(session, replay->seek);
    else if (replay->seek_batch > 0)
        (void)session_seek_batch(session, replay->seek_batch);
    else if (!replay->is_placed)
        place_at_goal(session);
    if (session->kind == SESSION_REPLAY && session->stored.goal == 0)
        go_to(session, 0);
    else
        wait_for_next(session);
    session_changed(session);
}

static void read_times(struct session *session)
{
    if (session->replay.is_asked)
        return;
    session->replay.is_asked = true;
    reader_feed_times(session->reader, session->replay.count, on_times, session);
}

void replay_on_total(struct session *session)
{
    struct replay *replay = &session->replay;

    if (replay->is_live)
        return;
    if (session->stored.total < replay->count) {
        replay->count = 0;
        replay->batches.count = 0;
        replay->last = 0;
        replay->is_placed = false;
    }
    if (session->stored.total > replay->count)
        read_times(session);
}

/* ---- life ---- */

void replay_open(struct session *session, double speed)
{
    session->replay.speed = speed;
    session->replay.seek = -1;
    session->replay.is_live = session->kind == SESSION_WATCH;
    if (!session->replay.is_live) {
        set_now(session, 0);
        read_times(session);
    }
}

void replay_close(struct session *session)
{
    free(session->replay.times);
    free(session->replay.batches.items);
}

/* ---- what a person may do ---- */

double session_speed(const struct session *session)
{
    return session->kind == SESSION_LIVE ? 1 : session->replay.speed;
}

void session_set_speed(struct session *session, double speed)
{
    struct replay *replay = &session->replay;

    if (session->kind == SESSION_LIVE || !(speed >= 0 && speed < 1e6) ||
        (speed == 0 && session->kind == SESSION_REPLAY))
        return;
    if (replay->is_placed)
        set_now(session, time_now(session));
    replay->speed = speed;
    if (speed == 0 && !replay->is_live && !replay->is_paused)
        go_live(session);
    wait_for_next(session);
    session_changed(session);
}

void replay_pause(struct session *session, bool pause)
{
    struct replay *replay = &session->replay;

    if (pause)
        leave_live(session);
    if (replay->is_placed)
        set_now(session, time_now(session));
    replay->is_paused = pause;
    if (!pause && replay->speed == 0)
        go_live(session);
    wait_for_next(session);
    session_changed(session);
}

void session_step(struct session *session, int events)
{
    struct stored *stored = &session->stored;
    int64_t to;

    if (session->kind == SESSION_LIVE || stored->total == 0)
        return;
    leave_live(session);
    to = (int64_t)stored->goal + events;
    to = to < 1 ? 1 : to > stored->total ? stored->total : to;
    session->replay.is_paused = true;
    forget_seek(session);
    go_to_facts(session, (uint32_t)to);
    place_at_goal(session);
}

/* Behind the end of what is watched; true where the times are known. */
static bool begin_seek(struct session *session)
{
    leave_live(session);
    forget_seek(session);
    session->replay.is_paused = session->replay.is_paused || session->replay.speed == 0;
    return !session->replay.is_asked;
}

void session_seek(struct session *session, double share)
{
    struct replay *replay = &session->replay;

    if (session->kind == SESSION_LIVE || !(share >= 0 && share <= 1))
        return;
    if (session->kind == SESSION_WATCH && share == 1) {
        go_live(session);
        return;
    }
    if (begin_seek(session))
        go_to(session, share * duration(replay));
    else
        replay->seek = share;
}

bool session_seek_batch(struct session *session, unsigned batch)
{
    struct replay *replay = &session->replay;

    if (session->kind == SESSION_LIVE || batch == 0)
        return false;
    if (!begin_seek(session)) {
        replay->seek_batch = batch;
        return true;
    }
    if (batch > replay->batches.count)
        return false;
    go_to(session, (double)replay->times[replay->batches.items[batch - 1]]);
    return true;
}

double session_position(const struct session *session)
{
    const struct replay *replay = &session->replay;

    if (session->kind == SESSION_LIVE || replay->is_live)
        return 1;
    return duration(replay) > 0 ? time_now(session) / duration(replay) : 0;
}

bool session_is_behind(const struct session *session)
{
    return session->kind == SESSION_WATCH && !session->replay.is_live;
}

uint32_t session_missed(const struct session *session)
{
    bool is_short = session->kind == SESSION_REPLAY || session_is_behind(session);

    return is_short && session->stored.total > session->view.facts
               ? session->stored.total - session->view.facts
               : 0;
}
