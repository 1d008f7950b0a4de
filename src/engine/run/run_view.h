#ifndef RUN_VIEW_H
#define RUN_VIEW_H

/*
 * The fold of a run's events: everything that a screen, a progress line or a summary shows. One
 * reducer for a live run, for one of another process, and for a finished one, since all three give
 * the same events. Plain data; zeroed is empty.
 */
#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

enum { VIEW_ROLES = 4 }; /* executor, meta, judge, models called as tools */

struct view_cost {
    uint64_t calls, requests, tokens;
    double usd;
};

struct run_view {
    char run[64];
    int64_t t; /* of the last event, ms since the run began */
    /* sizes */
    unsigned epochs, batches, rounds, inner_steps;
    bool outer;
    unsigned train, validation_size, test_size;
    /* place */
    unsigned epoch, batch, round, step; /* from 1; 0: before the first */
    bool outer_step;
    char phase[96];
    /* scores; NAN until known */
    double start_validation, last_validation, best_validation, batch_score, start_test, test;
    char best_workflow[40];
    unsigned proposals, accepted, rejected, gradients, warnings, lost, spoiled;
    char last_warning[256];
    /* progress */
    struct view_cost cost[VIEW_ROLES];
    unsigned in_flight, waiting;
    double calls_per_s;
    /* where this sitting began to pay: t and share done; -1 before that. Time left is reckoned from
     * here. */
    int64_t sitting_t;
    double sitting_share;
    uint64_t paid, failed, retries;
    /* end */
    bool stopped, finished;
    char why[256];
    char workflow_path[512];
};

void run_view_init(struct run_view *view);
void run_view_apply(struct run_view *view, const cJSON *event);
struct view_cost run_view_total(const struct run_view *view); /* over all roles */
double run_view_share_done(const struct run_view *view);      /* of the schedule, [0, 1] */

/* "812", "41 k", "3.2 M"; returns `text`. */
const char *run_view_amount(uint64_t amount, char text[16]);

/* One line for people: place in the schedule, scores, calls, share answered by the journal, tokens,
 * USD, time left. `brief` fits 80 columns. At most `size` bytes with the NUL. */
void run_view_line(const struct run_view *view, bool brief, char *line, int size);

#endif
