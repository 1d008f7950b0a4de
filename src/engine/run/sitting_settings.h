#ifndef SITTING_SETTINGS_H
#define SITTING_SETTINGS_H

/*
 * What each sitting of a run may set for itself: limits, concurrency, and where its models are and
 * how they are reached. None of it enters a reply's key or a fact, so the run stays the same run.
 */
#include <cjson/cJSON.h>

#include "err.h"

/* False and ERR_INPUT, with what may be set, where "key.path=value" names anything else, or a model
 * that the run's task (its canonical JSON) does not have. The value is checked by the task. */
bool sitting_settings_check(const cJSON *task, const char *option, struct err *err);

/* A model's settings (JSON) without what a sitting may set: who answers, for the facts. The
 * caller's. */
cJSON *sitting_settings_model(const char *settings);

#endif
