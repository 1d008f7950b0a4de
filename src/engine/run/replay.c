/* The clock of a replay, for session.h: which facts have been stated at its time. */
#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "session_state.h"

static double duration(const struct replay *replay)
{
    return replay->count > 0 && replay->times != NULL ? (double)replay->times[replay->count - 1]
                                                      : 0;
}

/* The time on the replay's scale now. */
static double time_now(const struct session *session)
{
    const struct replay *replay = &session->replay;
    double now = replay->now;

    if (!replay->is_paused && replay->times != NULL)
        now += (double)(clock_us() - replay->since_us) / 1000 * replay->speed;
    return now < duration(replay) ? now : duration(replay);
}

static void set_now(struct session *session, double now)
{
    session->replay.now = now;
    session->replay.since_us = clock_us();
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

/* ---- going on ---- */

static void on_timer(uv_timer_t *timer);

/* Sets the timer to the next fact. */
static void wait_for_next(struct session *session)
{
    const struct replay *replay = &session->replay;
    uint32_t next = session->stored.goal;
    double wait;

    (void)uv_timer_stop(&session->stored.timer);
    if (replay->is_paused || next >= replay->count)
        return;
    wait = ((double)replay->times[next] - time_now(session)) / replay->speed;
    uv_update_time(session->loop);
    (void)uv_timer_start(
        &session->stored.timer, on_timer, wait > 0 ? (uint64_t)fmin(ceil(wait), 1e9) : 0, 0);
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

/* ---- opening ---- */

static void cut_gaps(struct replay *replay)
{
    int64_t last = 0, at = 0;

    for (uint32_t i = 0; i < replay->count; i++) {
        int64_t gap = replay->times[i] - last;

        last = replay->times[i];
        at += gap < 0 ? 0 : gap < REPLAY_GAP_MS ? gap : REPLAY_GAP_MS;
        replay->times[i] = at;
    }
}

/* A sitting that dropped facts states others at later times: the order is that of the facts. */
static void on_times(void *data, struct feed *feed, const struct err *err)
{
    struct session *session = data;
    struct replay *replay = &session->replay;

    if (err != NULL) {
        session->trouble = *err;
        session_changed(session);
        return;
    }
    replay->times = feed->times;
    replay->count = (uint32_t)feed->count;
    feed->times = NULL;
    cut_gaps(replay);
    set_now(session, 0);
    if (replay->seek >= 0)
        session_seek(session, replay->seek);
    else
        go_to(session, 0);
}

void replay_open(struct session *session, double speed)
{
    session->replay.speed = speed;
    session->replay.seek = -1;
    session->replay.since_us = clock_us();
    reader_feed_times(session->reader, on_times, session);
}

void replay_close(struct session *session)
{
    free(session->replay.times);
}

/* ---- what a person may do ---- */

double session_speed(const struct session *session)
{
    return session->kind == SESSION_REPLAY ? session->replay.speed : 1;
}

void session_set_speed(struct session *session, double speed)
{
    if (session->kind != SESSION_REPLAY || !(speed > 0 && speed < 1e6))
        return;
    set_now(session, time_now(session));
    session->replay.speed = speed;
    wait_for_next(session);
    session_changed(session);
}

void replay_pause(struct session *session, bool pause)
{
    set_now(session, time_now(session));
    session->replay.is_paused = pause;
    wait_for_next(session);
    session_changed(session);
}

void session_step(struct session *session, int events)
{
    struct replay *replay = &session->replay;
    int64_t to;

    if (session->kind != SESSION_REPLAY || replay->count == 0)
        return;
    to = (int64_t)session->stored.goal + events;
    to = to < 1 ? 1 : to > replay->count ? replay->count : to;
    replay->is_paused = true;
    set_now(session, (double)replay->times[to - 1]);
    go_to_facts(session, (uint32_t)to);
}

void session_seek(struct session *session, double share)
{
    struct replay *replay = &session->replay;

    if (session->kind != SESSION_REPLAY || !(share >= 0 && share <= 1))
        return;
    replay->seek = share;
    if (replay->times != NULL)
        go_to(session, share * duration(replay));
}

double session_position(const struct session *session)
{
    const struct replay *replay = &session->replay;

    if (session->kind != SESSION_REPLAY)
        return 1;
    return duration(replay) > 0 ? time_now(session) / duration(replay) : 0;
}
