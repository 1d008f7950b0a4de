#ifndef TOOL_TYPE_H
#define TOOL_TYPE_H

/*
 * What a type of tool gives the toolbox. A type knows nothing of journals or of identical calls.
 * Private to engine/tools; calc.c is the one to imitate.
 */
#include <uv.h>

#include "client.h"
#include "err.h"
#include "hash.h"
#include "json.h"
#include "sandbox.h"
#include "task.h"
#include "text.h"
#include "workers.h"

/* One tool as workflows and models see it. A type has one, named by the task file; a server brings
 * its own. */
struct tool_offer {
    char *name;     /* letters, digits, _ and - */
    char *summary;  /* for prompts and tool lists, one line */
    char *argument; /* the one argument of an agent's call, a string, which is then the input; NULL:
                       the input is the JSON object of all arguments */
    char *parameters; /* JSON schema of the arguments */
};

struct tool_offers {
    struct tool_offer *items;
    size_t count, cap;
    char *note; /* for doctor: what else was found out in opening it; NULL: nothing */
};

/* Copies what it is given; the summary loses its line breaks and what is beyond 1000 bytes. */
void tool_offer_add(struct tool_offers *offers, const char *name, const char *summary,
    const char *argument, const char *parameters);

/* What a tool may use; borrowed for as long as it is open, but `tool` and `settings`: for the call
 * of `open`. */
struct tool_setup {
    uv_loop_t *loop;
    struct workers *workers;
    const struct task *task;
    const struct task_tool *tool; /* name, settings and their line in the task file */
    const struct json *settings;  /* the same settings as a tree; task_tools.c has checked them */
    struct client *client;        /* NULL in tests that need none */
    const struct llm_model *const *models; /* in the order of task.models */
    struct sandbox *sandbox;               /* NULL unless a tool of the task needs it */
};

/* One run of a tool: the toolbox's, alive until done. */
struct tool_run {
    const struct tool_offer *offer; /* which of its tools */
    struct text *input;             /* borrowed */
    /* Called exactly once on the loop thread, never from inside `start`: a result (taken), or NULL
     * and why: ERR_INPUT where the call itself is wrong, ERR_ENDPOINT where the tool failed. */
    void (*done)(struct tool_run *run, struct text *take_result, const struct err *error);
    void *private_state; /* the type's */
};

struct tool_type {
    const char *name;    /* "type" in the task file */
    const char *summary; /* of its one tool, where the task file has no "description" */
    const char *argument, *parameters; /* likewise; as in tool_offer */
    /* True: what it gives is journalled by what it uses, or is had at once; the toolbox keeps
     * nothing of it. */
    bool is_not_journalled;
    /* NULL on error. Adds no offer where there is just the one of this table. */
    void *(*open)(const struct tool_setup *setup, struct tool_offers *offers, struct err *err);
    void (*close)(void *tool);                 /* handles may need the loop once more */
    struct hash (*identity)(const void *tool); /* of all that decides a result but the input */
    void (*start)(void *tool, struct tool_run *run);
    void (*cancel)(void *tool,
        struct tool_run *run); /* still completes; NULL: runs are short and end by themselves */
};

extern const struct tool_type tool_search, tool_python, tool_calc, tool_command, tool_mcp,
    tool_model;

#endif
