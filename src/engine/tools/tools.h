#ifndef TOOLS_H
#define TOOLS_H

/*
 * The tools of a task by name. One file a type with one `const struct tool_type` table, one line in toolbox.c's list.
 * A result is looked up in the journal by (type, data identity, settings, input) and journalled before it is used.
 * Loop thread only; the waiting contract is that of client.h.
 */
#include "err.h"
#include "store.h"
#include "task.h"
#include "workers.h"

enum { TOOL_RESULT_MAX = 262144 };

struct toolbox;

struct tool_call {
    const char *tool;  /* name in the task; borrowed until on_done */
    struct text *input; /* what it is given: for a tool node the text of its inputs, for an agent's call its arguments' text */
    void (*on_done)(struct tool_call *call);
    void *data;
    struct text *result; /* a reference for the caller; NULL on failure */
    struct err error;    /* ERR_INPUT: the call itself was wrong (spoils the example, or is told to the agent's model);
                            ERR_ENDPOINT: the tool could not be reached (loses the example); ERR_IO, ERR_CANCELLED */
    void *private_state;
};

struct toolbox *toolbox_open(
    uv_loop_t *loop, const struct task *task, struct store *store, struct workers *workers, struct err *err);
void toolbox_close(struct toolbox *toolbox); /* nothing under way; NULL is nothing */

void toolbox_start(struct toolbox *toolbox, struct tool_call *call);
void toolbox_cancel(struct toolbox *toolbox, struct tool_call *call);

/* For prompts ("name: what it does", one line) and for a model's tool list. Borrowed. */
const char *toolbox_summary(const struct toolbox *toolbox, const char *tool);
const char *toolbox_parameters(const struct toolbox *toolbox, const char *tool); /* JSON schema, e.g. {"query": string} */
/* The text for the tool out of an agent's JSON arguments ("query"). NULL and ERR_INPUT; the caller's. */
char *toolbox_input_from_arguments(
    const struct toolbox *toolbox, const char *tool, const char *arguments, struct err *err);
struct hash toolbox_identity(const struct toolbox *toolbox); /* of all data and settings: for the run's snapshot */

#endif
