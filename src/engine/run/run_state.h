#ifndef RUN_STATE_H
#define RUN_STATE_H

/*
 * Private to the files of run.h: run_open.c is its beginning, run.c its life, run_end.c its end,
 * run_person.c what a person may do while it goes on, run_progress.c what it tells of itself
 * meanwhile.
 */
#include "call_log.h"
#include "call_rate.h"
#include "conductor.h"
#include "run.h"
#include "snapshot.h"

/* What was told last, so that nothing is told twice. */
struct run_progress {
    struct call_rate rate;
    uint64_t nodes_version; /* of the call log, as told in node_calls */
    char *sitting, *phase, *calls, *nodes, *node_calls, *waiting, *wishes; /* events, as JSON; NULL:
                                                                              none yet */
    char *live;    /* all of them, as the store has it */
    int64_t since; /* when this sitting paid its first call; 0: it has not */
};

struct run {
    struct run_options options;
    struct snapshot snapshot;
    struct estimate estimate;
    char *id;
    struct store *store;
    struct engine engine;
    struct events *events;
    struct decisions *decisions;
    struct conductor *conductor;
    struct optimize_options optimize;
    char **example_ids;
    char *workflow_path;
    char *notice;
    uv_timer_t wall, drain, progress;
    unsigned open_timers;
    struct run_progress told;
    struct call_log calls;
    bool interrupted, waiting, out_of_time;
    bool after_limit;   /* facts stated from here on are last words, not part of the run */
    char *waiting_text; /* JSON of the proposal that waits, or waited when the run ended */
    bool stopping;      /* a person has stopped the search */
    bool saving;        /* options.on_saved is on its way */
    bool deciding;      /* a decision on it is being saved */
    struct run_outcome outcome;
    void (*on_done)(void *data, const struct run_outcome *outcome);
    void *done_data;
};

/* Notes state and reason in the store, for `flowbot runs`; the proposal that waits with them. */
void run_set_status(struct run *run, const char *state, const struct err *why);

/* The conductor's last word, conductor.h's on_done: the sitting ends with it. */
void run_on_conductor_done(
    void *data, enum effect_status status, struct optimize_result *result, const struct err *why);
/* Then run.h's on_done follows. */
void run_close_timers(struct run *run);

#endif
