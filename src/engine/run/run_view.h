#ifndef RUN_VIEW_H
#define RUN_VIEW_H

/*
 * The fold of a run's events: everything that a screen, a progress line or a summary shows. One
 * reducer for a live run, for one of another process, and for a finished one, since all three give
 * the same events. It owns its lists; long texts are not in it but named by id (reader.h). Lists
 * refer to each other by index; VIEW_NONE is none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "hash.h"

enum { VIEW_ROLES = 4 }; /* executor, meta, judge, models called as tools */
enum { VIEW_NONE = -1 };

struct view_cost {
    uint64_t calls, requests, tokens;
    double usd;
};

/* ---- what the run has made ---- */

struct view_input {
    const char *name; /* a task field or a node's id */
    int node;         /* index in the workflow; VIEW_NONE: a field */
};

/* The strings are the view's: equal ones are kept once over all workflows. */
struct view_node {
    const char *id, *kind, *description, *prompt;
    const char *model;  /* NULL: the executor */
    const char *schema; /* JSON; NULL: none */
    struct view_input *inputs;
    size_t input_count;
    const char **tools;
    size_t tool_count;
};

struct view_workflow {
    char id[40];
    int64_t t;
    struct view_node *nodes; /* topological order; the last one is the output */
    size_t count;
    bool was_current; /* false: it was only proposed */
    int origin;       /* the proposal that first led to it, or that proposed it; VIEW_NONE: none */
};

struct view_example {
    const char *id;
};

struct view_score {
    int example;  /* index in examples */
    double score; /* NAN: lost */
};

/* A pass that was stated: a rollout of a batch; the baseline (batch 0) or a validation (round and
 * step 0; the examples' scores are in reader_pass); the two tests at the end. One with `proposal`
 * is the batch with a change that a person is to decide on, after the pass without it; it has no
 * gradients. */
struct view_rollout {
    int64_t t;
    unsigned epoch, batch, round, step;
    bool outer, validation, best, again;
    bool test;         /* of the start, or (best) of the best workflow */
    unsigned proposal; /* ordinal; 0: a pass of the schedule */
    bool under_way;    /* not stated yet: progress tells of it. It is the last one, if any is. */
    int workflow;
    unsigned pass; /* ordinal, for reader_trace */
    double score;
    unsigned lost, spoiled;
    uint32_t first_score, score_count; /* in scores */
};

struct view_gradient {
    int rollout, example;
    int node; /* index in the rollout's workflow; VIEW_NONE: a workflow gradient */
    struct hash text;
    uint32_t first_from, from_count; /* in froms: indices of gradients that it was derived from */
};

enum view_verdict { VIEW_PENDING, VIEW_ACCEPTED, VIEW_REJECTED, VIEW_EDITED };

struct view_proposal {
    int64_t t;
    unsigned ordinal, batch, round, step;
    bool sketch;       /* else prompts */
    int before, after; /* workflows; after VIEW_NONE where it never became the current one */
    enum view_verdict verdict;
    char who[16];
    char *reason, *changes; /* changes: one a line; NULL: none */
    bool has_evidence;
    unsigned fixed, broken, same, missing;
    double score_before, score_after;
    unsigned evidence_pass;                  /* for reader_trace */
    uint32_t first_evidence, evidence_count; /* in evidence */
    uint32_t first_gradient, gradient_count; /* in behind: indices of gradients */
    uint32_t seq;                            /* of its fact: the diff, by reader_fact */
};

struct view_evidence {
    int example;
    double before, after; /* NAN: lost */
};

enum view_tone { TONE_INFO, TONE_GOOD, TONE_BAD, TONE_WARNING, TONE_DECISION };

/* One line of what happened. */
struct view_line {
    int64_t t;
    enum view_tone tone;
    char *text;
    int rollout, proposal, workflow; /* what it is about */
};

/* A pass under way; progress. */
struct view_pass {
    char label[40];
    unsigned done, examples;
};
enum { VIEW_PASSES = 4 };

/* A node in the passes under way, by how many examples are there; progress. */
struct view_live {
    const char *id;   /* as a view_node has it: the same pointer */
    unsigned waiting; /* for its inputs */
    unsigned queued;  /* its call has no place in flight yet */
    unsigned running, done, failed;
    unsigned skipped; /* its inputs never came */
};

/* A node over the whole run, by its id: of all workflows that had it; progress. */
struct view_node_calls {
    const char *id; /* as a view_node has it */
    uint64_t calls;
    uint64_t done, failed;   /* examples, in the passes that have ended */
    unsigned p50_ms, p95_ms; /* of the last calls; 0: none yet */
};

struct view_rate {
    int64_t t;
    double calls_per_s;
};

#define VIEW_LIST(type) \
    struct { \
        type *items; \
        size_t count, cap; \
    }

struct run_view {
    char run[64];
    char task[256], metric[64], model[64], meta_model[64];
    int64_t t;      /* of the last event, ms since the run began */
    uint32_t facts; /* folded */
    /* sizes */
    unsigned epochs, batches, rounds, inner_steps;
    bool outer;
    unsigned train, validation_size, test_size;
    /* limits, 0: none */
    uint64_t limit_calls, limit_tokens;
    double limit_usd, limit_wall_s;
    /* place */
    unsigned epoch, batch, round, step; /* from 1; 0: before the first */
    bool outer_step;
    char phase[96];
    /* scores; NAN until known */
    double start_validation, last_validation, best_validation, batch_score, start_test, test;
    char best_workflow[40];
    unsigned proposals, accepted, rejected, gradients, warnings, lost, spoiled;
    char last_warning[256];
    /* lists, in the order of the run */
    VIEW_LIST(struct view_workflow) workflows;
    VIEW_LIST(struct view_example) examples;
    VIEW_LIST(struct view_rollout) rollouts;
    VIEW_LIST(struct view_score) scores;
    VIEW_LIST(struct view_gradient) gradient_list;
    VIEW_LIST(uint32_t) froms;
    VIEW_LIST(struct view_proposal) proposal_list;
    VIEW_LIST(struct view_evidence) evidence;
    VIEW_LIST(uint32_t) behind;
    VIEW_LIST(struct view_line) log;
    int current; /* the current workflow */
    int best;    /* the best by validation */
    /* The proposal that waits for a person, as `review --list --json` prints it; NULL: none. */
    cJSON *pending;
    /* progress */
    struct view_pass passes[VIEW_PASSES]; /* the oldest first */
    unsigned pass_count;
    VIEW_LIST(struct view_live) live; /* one a node of the newest pass's workflow */
    /* From progress; without any (a replay) only how many examples each node was done with, as the
     * facts have it. */
    VIEW_LIST(struct view_node_calls) node_calls;
    bool has_node_calls;
    bool paused, stopping; /* by a person; the search is stopped, the tests are to come */
    /* Of what is stored this is not the end: progress is not known there, but for what the journal
     * tells (calls, tokens, USD, failed, latencies, rates). */
    bool is_past, is_derived;
    char going_back[40]; /* the workflow that a person goes back to at the next batch; "": none */
    struct view_cost cost[VIEW_ROLES];
    unsigned in_flight, waiting;
    double calls_per_s;
    unsigned p50_ms, p95_ms;
    VIEW_LIST(struct view_rate) rates; /* one a progress event, the last 600 */
    /* where this sitting began to pay: t and share done; -1 before that. Time left is reckoned from
     * here. */
    int64_t sitting_t; /* moved on by the time for which the run stood still since */
    int64_t still_t;   /* since when it stands still, paused or at a proposal; -1: it does not */
    double sitting_share;
    uint64_t paid, failed, retries;
    uint64_t cut, odd; /* replies that ended at max_tokens, and for a reason that is not known */
    char review[12];   /* the review mode: "none", "structure", "all"; "": not told */
    /* end */
    bool stopped, finished;
    char why[256];
    char workflow_path[512];
    struct view_index *index; /* private: looks up ids */
};

void run_view_init(struct run_view *view);
/* Empties it: as after run_view_init. Zeroed or initialised is nothing. */
void run_view_free(struct run_view *view);
/* What an event lacks or has of another kind than it should is taken as not said. */
void run_view_apply(struct run_view *view, const cJSON *event);
/* A run that had stopped: another process has it now. Nothing where it had not. */
void run_view_go_on(struct run_view *view);
/* Whether progress is known, which a replay has only at the end. */
bool run_view_has_progress(const struct run_view *view);
/* Whether calls and costs are: by progress, or from the journal. */
bool run_view_has_costs(const struct run_view *view);
struct view_cost run_view_total(const struct run_view *view); /* over all roles */
/* Of the requests, what the journal or an identical call answered, [0, 1]; a call that was cut off
 * is none of the requests. */
double run_view_cached_share(const struct run_view *view);
double run_view_share_done(const struct run_view *view);          /* of the schedule, [0, 1] */
double run_view_share_by(const struct run_view *view, int64_t t); /* as the rollouts until t say */
/* Seconds left of the schedule by this sitting's pace; NAN: not known. */
double run_view_seconds_left(const struct run_view *view);

/* Whether a pass is one of the schedule and was stated. */
bool run_view_is_of_schedule(const struct view_rollout *pass);

/* Gradients of an example in a rollout, in the order of the backward walk (last node first):
 * *first, *count in gradient_list. */
void run_view_gradients_of(
    const struct run_view *view, int rollout, int example, uint32_t *first, uint32_t *count);
/* The score of an example in a rollout; NAN where lost or not in it. */
double run_view_score_of(const struct run_view *view, int rollout, int example);

/* "812", "41 k", "3.2 M"; returns `text`. */
const char *run_view_amount(uint64_t amount, char text[16]);
/* ".642", "1.00" or "-". */
const char *run_view_score(double score, char text[8]);

/* One line for people: place in the schedule, scores, calls, share answered by the journal, tokens,
 * USD, time left. `brief` fits 80 columns. At most `size` bytes with the NUL. */
void run_view_line(const struct run_view *view, bool brief, char *line, int size);

#endif
