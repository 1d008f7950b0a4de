#ifndef SESSION_H
#define SESSION_H

/*
 * A run as a screen sees it: its run_view, a reader for long texts, and what a person may do. Three
 * kinds behind one face: a live run of this process, a run of another process that is watched, and
 * a stored run that is replayed. All three give the same events to the same reducer. Loop thread
 * only.
 */
#include "reader.h"
#include "review.h"
#include "run.h"
#include "run_view.h"

enum session_kind { SESSION_LIVE, SESSION_WATCH, SESSION_REPLAY };

struct session;

/* Events were folded, texts have come, or the run has ended: draw again. Never from inside a call.
 */
typedef void session_change(void *data);

/* Long runs are folded in pieces, so that the first frame comes at once: the view grows, and
 * session_is_loading tells. A run of another process is followed as its file grows. */
struct session *session_open_watch(
    uv_loop_t *loop, const char *folder, const char *id, struct err *err);
struct session *session_open_replay(
    uv_loop_t *loop, const char *folder, const char *id, double speed, struct err *err);
/* A live run: opened first, for its sink is among the options with which the run is made. Where the
 * run could not be made the session is closed unstarted. */
struct session *session_open_live(uv_loop_t *loop);
void session_fill_options(struct session *session, struct run_options *options);
/* Takes the run, which must not be started yet, also on failure. */
bool session_start_live(struct session *session, struct run *take_run, struct err *err);

void session_on_change(struct session *session, session_change *on_change, void *data);
/* The loop has to run once more. A live run must have ended. NULL is nothing. */
void session_close(struct session *session);

enum session_kind session_kind(const struct session *session);
const struct run_view *session_view(const struct session *session);
struct reader *session_reader(struct session *session); /* NULL before session_start_live */
/* A live session whose run is not there yet: session_start_live has not been called. */
bool session_is_unstarted(const struct session *session);
/* What is stored is not folded whole yet. */
bool session_is_loading(const struct session *session);
/* A watched run: no process is at it any more. */
bool session_has_ended(const struct session *session);
/* Why the run's file could not be read on (watch, replay); NULL: all is well. */
const struct err *session_trouble(const struct session *session);
struct run *session_run(
    struct session *session); /* a live one's, for its id and notices; else NULL */
/* A live run has ended: its outcome; NULL before. */
const struct run_outcome *session_outcome(const struct session *session);

/* ---- a person's commands; false and *err where this session cannot (watching) or what is given is
 * wrong ---- */

/* A decision on the proposal that waits (struct answer in run.h). It is final once it is taken;
 * undo is the screen's until then. */
bool session_decide(struct session *session, const struct answer *answer, struct err *err);
/* The check alone, for the editor: ERR_INPUT says what is wrong and where. */
bool session_check_workflow(struct session *session, const char *workflow_json, struct err *err);
bool session_set_review(struct session *session, enum review_mode mode, struct err *err);
enum review_mode session_review(const struct session *session);
/* At the next batch the workflow becomes the current one (a decision like any other). `workflow_id`
 * is one of run_view.workflows. */
bool session_revert(struct session *session, const char *workflow_id, struct err *err);
/* No new call is admitted until it goes on; of a replayed or watched run only what is shown stands
 * still. */
bool session_pause(struct session *session, bool pause, struct err *err);
bool session_is_paused(const struct session *session);
/* The search ends at once and for good, the best so far is tested and kept: run_finished follows,
 * with the reason "stopped". */
bool session_stop(struct session *session, struct err *err);
/* Finish what is in flight (bounded), save: the run ends resumable. Twice: at once. */
void session_interrupt(struct session *session);

/* ---- replay: by the facts' times, where a pause of the run is at most REPLAY_GAP_MS; speed 1 is
 * the run's own, position and share are in [0, 1]. A watched run is shown up to its end, as that
 * comes, until it is paused, stepped or gone back in; the same clock shows it then. Going on it
 * shows what was missed at the speed that was set, or at once, and is at the end again. ---- */

enum { REPLAY_GAP_MS = 10000 };

double session_speed(const struct session *session); /* 0: none (watch): at once */
void session_set_speed(struct session *session, double speed);
void session_step(struct session *session, int events); /* also back; implies pause */
/* Of the run's time. A watched run that has no speed is paused there; 1 is its end. */
void session_seek(struct session *session, double share);
/* To where it begins (from 1 on). False: it is not there. */
bool session_seek_batch(struct session *session, unsigned batch);
double session_position(const struct session *session);
bool session_is_behind(const struct session *session); /* a watched run: not at its end */
uint32_t session_missed(
    const struct session *session); /* of what is stored, facts that are not shown */

/* ---- calls, newest first, for the table of calls: of a live run those of now, which are under way
 * or have ended a moment ago; then all that the journal has, from whatever sitting; of a stored one
 * up to the place that is shown ---- */

enum call_state { CALL_WAITING, CALL_RUNNING, CALL_RETRYING, CALL_DONE, CALL_FAILED, CALL_CACHED };
struct call_row {
    struct hash key;
    enum call_state state;
    char role[12], node[65], model[64];
    int example;            /* index in run_view.examples; -1: none, or no fact has named it yet */
    const char *example_id; /* of the task; NULL: it is about none. As long as the session */
    unsigned attempt;
    int64_t began_ms; /* of the run's clock */
    int64_t ended_ms; /* on the run's clock; 0: of one of now; -1: not told */
    unsigned latency_ms;
    uint64_t input_tokens, output_tokens;
    char why[160]; /* of a failure or a wait */
};
struct calls_state {
    size_t now;           /* so many are of now: at most SESSION_CALLS */
    bool is_reading;      /* further ones, from before those that are there, are to come */
    bool is_of_whole_run; /* it is not told which of them had ended at the place that is shown */
    int64_t newest; /* counts up as calls come before the first row of the journal; the same: only
                       further ones have come to the end */
    unsigned
        generation; /* another one: calls of before are gone, and any row may be another call */
    size_t done, failed;
};
enum { SESSION_CALLS = 3072 };
/* What there is now, for session_calls until this is called again in a later turn of the loop. The
 * first call makes a session read those of its file, in pieces. */
void session_calls_state(struct session *session, struct calls_state *out);
/* Rows from..from+count; returns how many were written; *total, how many there are. */
size_t session_calls(
    struct session *session, size_t from, size_t count, struct call_row *rows, size_t *total);

#endif
