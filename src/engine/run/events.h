#ifndef EVENTS_H
#define EVENTS_H

/*
 * The two streams of a run (design, section 5). Facts are numbered, journalled and, on resume,
 * compared with the journal; progress has no number and is outside every equality. Both leave
 * through one sink, in order, on the loop thread.
 *
 * An event is a JSON object { "v": 1, "seq": N (facts only), "t": ms since the run began, "type":
 * …, "run": id, … }.
 */
#include <cjson/cJSON.h>

#include "err.h"
#include "store.h"

/* `event` and `line` (the same, as one line of JSON without the line feed) are borrowed for the
 * call. */
typedef void event_sink(void *data, const cJSON *event, const char *line);

struct events;

/* `stored`: the facts of an earlier sitting of this run (taken, may be NULL when count is 0).
 * `started_ms`: Unix time at which the run began. */
struct events *events_open(struct store *store, const char *run_id, int64_t started_ms,
    struct text **take_stored, size_t stored_count, event_sink *sink, void *data);
void events_close(struct events *events); /* NULL is nothing */

/* States a fact. Takes `fact` ("type" first). While stored facts are left, the fact is compared
 * with the next of them, and that one goes to the sink; ERR_DIVERGED where they differ, with the
 * number and the first place that differs. */
bool events_state(struct events *events, cJSON *take_fact, struct err *err);

/* Sends progress, or the last words of a run that is not complete: to the sink alone. Takes
 * `event`. */
void events_progress(struct events *events, cJSON *take_event);

/* A call was lost for want of the endpoint: the facts from the next one on may depend on that. The
 * first one of a run is kept in its store; what it says is what --retry-failed drops. */
void events_note_loss(struct events *events);
/* How many of the `count` stored facts were stated before the first loss. Before the loop runs. */
uint32_t events_before_loss(struct store *store, size_t count);
void events_forget_loss(struct store *store);

/* The stored fact that the next one has to equal; NULL: none is left. The caller's. */
cJSON *events_expected(const struct events *events);
uint32_t events_count(const struct events *events); /* facts stated in this sitting */
bool events_replaying(const struct events *events); /* stored facts are left to be repeated */
int64_t events_now_ms(const struct events *events); /* since the run began */

#endif
