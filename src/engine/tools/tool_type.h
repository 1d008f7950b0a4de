#ifndef TOOL_TYPE_H
#define TOOL_TYPE_H

/*
 * What a type of tool gives the toolbox. A type knows nothing of journals or of identical calls.
 * Private to engine/tools; search.c is the one to imitate.
 */
#include <uv.h>

#include "err.h"
#include "hash.h"
#include "task.h"
#include "text.h"
#include "workers.h"

struct tool_setup {
    uv_loop_t *loop;
    struct workers *workers;
    const struct task *task;
    const struct task_tool *tool; /* name, settings and their line in the task file */
};

/* One run of a tool: the toolbox's, alive until done. */
struct tool_run {
    struct text *input; /* borrowed */
    /* Called exactly once on the loop thread, never from inside `start`: a result (taken), or NULL
     * and why. */
    void (*done)(struct tool_run *run, struct text *take_result, const struct err *error);
    void *private_state; /* the type's */
};

struct tool_type {
    const char *name;       /* "type" in the task file */
    const char *summary;    /* for prompts and tool lists, one line */
    const char *argument;   /* the one argument of an agent's call, a string */
    const char *parameters; /* JSON schema of the arguments: an object of that one string */
    void *(*open)(const struct tool_setup *setup, struct err *err); /* NULL on error */
    void (*close)(void *tool);
    struct hash (*identity)(const void *tool); /* of all that decides a result but the input */
    void (*start)(void *tool, struct tool_run *run);
    void (*cancel)(void *tool,
        struct tool_run *run); /* still completes; NULL: runs are short and end by themselves */
};

extern const struct tool_type tool_search;

#endif
