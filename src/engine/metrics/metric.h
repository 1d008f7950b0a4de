#ifndef METRIC_H
#define METRIC_H

/*
 * A metric scores one prediction against one target, and says in words what was expected, what came
 * and what is wrong: the loss that the method needs. One file a metric (or a family of metrics),
 * one table each, one line in metric.c's list. Pure functions, called on worker threads.
 *
 * What needs more than the case itself (a process, a model, a sandbox) is a metric too, but has no
 * `score`: engine/scoring runs it, by its `kind`.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "json.h"
#include "str.h"

enum { METRIC_WORDS_MAX = 1200 };

/* All of it is borrowed. */
struct metric_case {
    const char *prediction; /* "" where there is none; JSON where it is no string */
    const char *target;     /* likewise */
    /* The same as values: where the case came as JSON. NULL: the text is all there is, and a metric
     * whose target has a structure reads it as JSON (metric_case.h). */
    const struct json *prediction_json, *target_json;
    bool
        is_typed; /* it came as JSON: a prediction that is a string is no list, whatever it holds */
    /* An object with what else belongs to the case or sets up the metric: "pattern", "kwargs" …; of
     * `flowbot score` the whole line, of a task its metric's settings. NULL: nothing. */
    const struct json *settings;
    /* What the tools of the example returned, in any order: retrieval metrics look for it here. */
    const char *const *found;
    size_t found_count;
};

enum metric_end {
    METRIC_SCORED,
    METRIC_UNSUPPORTED, /* no score: *err says which resource this program does not have */
    METRIC_BAD_CASE,    /* no score: the target or the settings are not what the metric reads */
};

enum metric_kind {
    METRIC_PURE,
    METRIC_CODE,
    METRIC_COMMAND,
    METRIC_JUDGE,
    METRIC_PUPA,
    METRIC_SUM
};

/* Sets *score, in [0, 1] (a few that reproduce another program's count are greater), and appends
 * the words (one to three sentences, without the score itself) to *words when it is not NULL. */
typedef enum metric_end metric_score_fn(
    const struct metric_case *one, double *score, struct str *words, struct err *err);

struct metric {
    const char *name;
    const char *summary; /* one line for help */
    enum metric_kind kind;
    bool reads_found;     /* `found` of the case */
    bool reads_structure; /* the target is JSON, or the prediction may be */
    /* METRIC_PURE. A prediction never makes a case bad: whatever it is, it has a score. */
    metric_score_fn *score;
    /* Whether this program can score cases with such a target at all (METRIC_SCORED: yes), before
     * there is a prediction. NULL: `score` of an empty prediction tells. */
    metric_score_fn *check;
    const char *const *settings; /* keys that it has in a task file; a NULL ends the list */
};

/* By its name or an alias; ERR_INPUT names the nearest known one. */
const struct metric *metric_find(const char *name, struct err *err);
const struct metric *const *metric_list(size_t *count);

/* Scores with a pure metric; words are cut to METRIC_WORDS_MAX bytes. */
enum metric_end metric_score(const struct metric *metric, const struct metric_case *one,
    double *score, struct str *words, struct err *err);
/* The check of a case whose prediction is not there yet. */
enum metric_end metric_check(
    const struct metric *metric, const struct metric_case *one, struct err *err);

#endif
