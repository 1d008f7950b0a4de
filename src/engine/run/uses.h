#ifndef USES_H
#define USES_H

/*
 * A workflow's file with all that it needs to be executed anywhere: the workflow's JSON plus
 * "task", either a whole checked task (paths absolute; a run writes its best workflow so) or the
 * path of a task file, relative to the workflow's.
 */
#include "task.h"
#include "workflow.h"

void uses_write(const struct task *task, const struct workflow *workflow, struct str *out);

/* Reads such a file: the task without its examples, and the workflow. ERR_INPUT where the file has
 * no "task": the message says what to do. */
bool uses_load(
    const char *path, struct task **task, const struct workflow **workflow, struct err *err);

#endif
