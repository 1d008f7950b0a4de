#ifndef USES_H
#define USES_H

/*
 * A workflow's file with all that it needs to be executed anywhere: the workflow's JSON plus
 *   "uses": { "inputs": [fields], "models": { … }, "tools": { … } }
 * as the task file had them (paths absolute). A run writes its best workflow so; exec reads it.
 */
#include "task.h"
#include "workflow.h"

void uses_write(const struct task *task, const struct workflow *workflow, struct str *out);

/* Reads such a file: a task without data (no examples, no metric) and the workflow. ERR_INPUT where
 * the file has no "uses": the message says what to do. */
bool uses_load(
    const char *path, struct task **task, const struct workflow **workflow, struct err *err);

#endif
