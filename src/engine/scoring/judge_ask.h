#ifndef JUDGE_ASK_H
#define JUDGE_ASK_H

/* What the metrics that ask a judge share. Private to engine/scoring. */
#include <cjson/cJSON.h>

#include "ask.h"
#include "scorer_type.h"

struct judge_model {
    struct client *client;
    const struct llm_model *model;
};

/* The task's model of the name in the setting "model" ("judge" where it is not given). ERR_INPUT:
 * there is none, or it is the builtin one, which is no language model and has rules for PUPA alone.
 */
bool judge_model_find(const struct scorer_setup *setup, const struct metric_plan *plan,
    struct judge_model *out, struct err *err);

/* "<name>\n…\n</name>\n\n"; what is too long is cut, with a note. */
void judge_section(const char *name, const char *text, struct str *out);
/* Starts the ask, of which schema, accept and on_done are set. */
void judge_ask(const struct judge_model *judge, struct ask *ask, unsigned priority,
    const char *system, const struct str *question);
/* Whether there is a verdict; else the run's error: a reply that cannot be used loses the example,
 * as a call that failed does. */
bool judge_took(const struct ask *ask, struct score_run *run);
void judge_words(const cJSON *feedback, struct str *words);

#endif
