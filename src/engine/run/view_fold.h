#ifndef VIEW_FOLD_H
#define VIEW_FOLD_H

/* What the files of run_view share: reading members of an event, and the reducers by type. Private
 * to run_view's files. */
#include "run_view.h"
#include "view_index.h"

typedef void view_reducer(struct run_view *view, const cJSON *event);

/* ---- members of an event; what is absent or of another kind gives the fallback, 0, "" ---- */

const cJSON *view_member(const cJSON *event, const char *name);
double view_number(const cJSON *event, const char *name, double fallback);
double view_score(const cJSON *item); /* NAN where it is no number */
unsigned view_count(const cJSON *event, const char *name);
uint64_t view_amount(const cJSON *event, const char *name);
const char *view_string(const cJSON *event, const char *name); /* NULL where it is absent */
/* Leaves `to` as it is where the member is absent; cut at a character. */
void view_copy(char *to, size_t size, const cJSON *event, const char *name);

/* ---- facts ---- */

view_reducer view_on_run_started, view_on_workflow, view_on_baseline, view_on_batch_started,
    view_on_rollout, view_on_gradient, view_on_workflow_gradient, view_on_proposal,
    view_on_decision, view_on_validation, view_on_test, view_on_warning, view_on_run_finished;

/* The index of the example with this id, which is put in where it is not there. */
int view_example_of(struct run_view *view, const char *id);
/* VIEW_NONE where the id (of the member `name`) was not stated yet. */
int view_workflow_of(const struct run_view *view, const cJSON *event, const char *name);
/* The gradient of an example with this text in the rollout that was stated last; VIEW_NONE. */
int view_gradient_of(const struct run_view *view, int example, struct hash text);
/* The row of a node's id (as a view_node has it) in node_calls, put in where it is not there. */
struct view_node_calls *view_calls_of(struct run_view *view, const char *id);
void view_workflow_free(struct view_workflow *workflow);
/* Adds one that was not stated yet; its index. */
int view_add_workflow(struct run_view *view, const char *id, const cJSON *nodes);
/* Adds a pass, in the place of the one under way if there is one. */
void view_add_pass(struct run_view *view, const struct view_rollout *pass);
void view_drop_under_way(struct run_view *view);
/* The pass that is a proposal's evidence, as one that the view has; where the schedule takes the
 * proposal it is dropped again, since it is stated next. */
void view_add_candidate(
    struct run_view *view, const cJSON *event, const struct view_proposal *proposal);
void view_drop_candidate(struct run_view *view, unsigned proposal);

/* ---- progress ---- */

view_reducer view_on_calls, view_on_node, view_on_node_calls, view_on_phase, view_on_sitting,
    view_on_waiting, view_on_wishes, view_on_paused, view_on_stopped;
/* After each event: the time in which the run stands still is no part of its pace. */
void view_note_standstill(struct run_view *view);
/* Calls, tokens and USD by role, as `calls` and `run_finished` have them. */
void view_read_costs(struct run_view *view, const cJSON *event);

/* ---- log ---- */

/* What a line is about: VIEW_NONE where it is about nothing of the kind. */
struct view_about {
    int rollout, proposal, workflow;
};
void view_log(struct run_view *view, enum view_tone tone, struct view_about about,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
#define ABOUT_NOTHING ((struct view_about){ VIEW_NONE, VIEW_NONE, VIEW_NONE })
/* Changes the last line about a proposal; nothing where there is none. */
void view_log_amend(struct run_view *view, int proposal, const char *more);

#endif
