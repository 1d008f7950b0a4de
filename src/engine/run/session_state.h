#ifndef SESSION_STATE_H
#define SESSION_STATE_H

/* Private to the files of session.h: session.c is the face and a live run, stored.c follows a run's
 * file, replay.c is the clock by which it is shown, stored_calls.c has its calls. */
#include "call_table.h"
#include "hash_map.h"
#include "reader_feed.h"
#include "session.h"

/* A run's file that is followed up to `goal`: another process's, as it grows, or a replayed one. */
struct stored {
    char *folder, *id, *path;
    uint32_t goal;   /* facts to be folded: UINT32_MAX: all there are */
    uint32_t total;  /* facts in the file, as looked at last */
    bool is_feeding; /* a piece is on its way */
    bool is_late;    /* the file has changed since it was asked for */
    bool is_folded;  /* all that was there, once */
    bool has_ended;
    struct run_view building; /* where facts were gone back over: shown once it is at the goal */
    bool is_building;
    char *live, *status;  /* as applied last */
    uv_fs_event_t events; /* of the folder */
    uv_timer_t timer;     /* watch: is its process alive */
    bool is_due;          /* the timer is set to look soon */
    int64_t looked_us;    /* clock_us of the last look */
    bool is_polled;       /* no events are to be had of this folder */
};

/* When which fact is shown. A watched run has one, too, while it is not shown up to its end. */
struct replay {
    int64_t *times; /* of each fact, from 0 on, long gaps cut short */
    uint32_t count; /* of them, as far as they are known */
    size_t cap;
    int64_t last;  /* the time of the last one as it was stated */
    bool is_asked; /* further ones are on their way */
    bool is_live;  /* watch: all there is is shown, as it comes; the rest means nothing then */
    bool is_paused;
    bool is_placed;      /* `now` is known */
    double now;          /* on the scale of `times`, at `since_us` */
    int64_t since_us;    /* clock_us */
    double speed;        /* 0: none was set (watch): what was missed is shown at once */
    double seek;         /* wanted, but the times were not known; < 0: none */
    unsigned seek_batch; /* the same; 0: none */
    struct {
        uint32_t *items; /* the facts with which the batches begin */
        size_t count, cap;
    } batches;
    uv_timer_t timer; /* the next fact */
};

struct stored_calls {
    struct call_table table;
    struct view_sums *sums; /* of the view's costs, where the table tells them */
    bool is_wanted, is_asked, asks_newer;
    bool is_wrong;   /* what is on its way is of before calls were dropped … */
    unsigned drops;  /* … which happened so often */
    int64_t left_ms; /* Unix time: when the end of what is watched was left */
    bool is_late;    /* the file has changed since news were asked for */
    /* of a live run */
    bool asks_last;        /* of what is on its way: it has the newest ones */
    struct call_news *now; /* under way, or ended and not in the table yet; the newest first */
    size_t now_count;
    uint64_t asked_at,
        known; /* run_calls_ended: as was asked for; all before it are in the table */
};

struct session {
    enum session_kind kind;
    uv_loop_t *loop;
    struct run_view view;
    struct reader *reader;
    session_change *on_change;
    void *data;
    uv_async_t changed; /* keeps the loop alive only while a change is to be told */
    bool is_changed, is_closing;
    struct err trouble;
    struct run *run;               /* live */
    struct hash_map task_examples; /* of a live run's task, by id */
    bool has_outcome;
    struct run_outcome outcome;
    struct stored stored;
    struct replay replay;
    struct stored_calls calls;
    unsigned handles; /* open */
};

/* The close callback of every handle of a session: the last one frees it. */
void session_on_closed(uv_handle_t *handle);

void session_changed(struct session *session); /* on_change will be called, from the loop */

/* stored.c */
bool stored_open(struct session *session, const char *folder, const char *id, struct err *err);
void stored_close(struct session *session);
void stored_read(struct session *session); /* reads on towards the goal */
/* The goal is another one; before what is folded: all is folded anew. */
void stored_set_goal(struct session *session, uint32_t goal);

/* replay.c */
void replay_open(struct session *session, double speed);
void replay_pause(struct session *session, bool pause);
void replay_on_total(struct session *session); /* stored.total may be another one */
void replay_close(struct session *session);

/* stored_calls.c */
void calls_want(struct session *session);
void calls_on_file(struct session *session); /* it may have further ones */
void calls_derive(struct session *session);  /* the view, or its place, is another one */
void calls_dropped(struct session *session); /* the file has lost some: resume --retry-failed */
void calls_close(struct session *session);

#endif
