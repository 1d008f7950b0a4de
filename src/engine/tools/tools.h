#ifndef TOOLS_H
#define TOOLS_H

/*
 * The tools of a task by name. One file a type with one `const struct tool_type` table
 * (tool_type.h), one line in toolbox.c's list. A result is looked up in the journal by (type, data
 * identity, settings, input) and journalled before it is used; identical calls in flight are one.
 * Wrong calls and lost ones are journalled too, so that a resumed run meets the same.
 *
 * Loop thread only. Waiting: the caller owns the `struct tool_call`; on_done fires exactly once,
 * never from inside toolbox_start or toolbox_cancel, and is the last thing done with the call, so
 * the owner may free it there. After toolbox_cancel it completes as ERR_CANCELLED, posted: at once
 * where others wait for the same result, else when its run has ended. So nothing of a call is under
 * way after its on_done.
 */
#include "client.h"
#include "err.h"
#include "sandbox.h"
#include "store.h"
#include "task.h"
#include "workers.h"

/* A longer result is cut there, at a whole character, and says so in its last line. */
enum { TOOL_RESULT_MAX = 262144, TOOL_ARGUMENTS_MAX = 262144 };

struct toolbox;

struct tool_call {
    const char *tool;   /* name in the task; borrowed until on_done */
    struct text *input; /* what it is given: for a tool node the text of its inputs, for an agent's
                           call what toolbox_input_from_arguments gave; the caller's reference */
    void (*on_done)(struct tool_call *call);
    void *data;
    /* the outcome, valid in on_done */
    struct text *result; /* a reference for the caller; NULL on failure */
    struct err error; /* ERR_INPUT: the call itself was wrong (spoils the example, or is told to the
                         agent's model); ERR_ENDPOINT: the tool could not be reached (loses the
                         example); ERR_IO, ERR_CANCELLED */
    void *private_state;
};

/* All borrowed until toolbox_close. */
struct toolbox_options {
    uv_loop_t *loop;
    const struct task *task;
    struct store *store; /* NULL: nothing is journalled */
    struct workers *workers;
    struct client *client; /* for tools that are models; may be NULL where the task has none */
    const struct llm_model *const *models; /* in the order of task.models */
    struct sandbox *sandbox;               /* where toolbox_needs_sandbox says so */
};

/* Whether a tool of the task runs programs that a model wrote. */
bool toolbox_needs_sandbox(const struct task *task);

/* Opens every tool of the task; the search tool builds its index here where the cache has none, and
 * a server of tools is asked for them (both block). The cache is $FLOWBOT_CACHE or the XDG cache
 * folder. NULL on error. */
struct toolbox *toolbox_open(const struct toolbox_options *options, struct err *err);

/* The names of all tools, those of servers included: an array of the caller's, names borrowed. */
const char **toolbox_names(const struct toolbox *toolbox, size_t *count);

/* Nothing may be under way (cancel, run the loop until idle, close). The loop has to run once more
 * for its close callback. NULL is nothing. */
void toolbox_close(struct toolbox *toolbox);

void toolbox_start(struct toolbox *toolbox, struct tool_call *call);
void toolbox_cancel(struct toolbox *toolbox,
    struct tool_call *call); /* idempotent; nothing for a call that is done */

/* What was found out in opening the task's tool number `entry`, for doctor: borrowed, or NULL. */
const char *toolbox_note(const struct toolbox *toolbox, size_t entry);

/* For prompts ("what it does", one line) and for a model's tool list. Borrowed; NULL for an unknown
 * tool. */
const char *toolbox_summary(const struct toolbox *toolbox, const char *tool);
const char *toolbox_parameters(
    const struct toolbox *toolbox, const char *tool); /* JSON schema, e.g. {"query": string} */

/* The input for the tool out of an agent's JSON arguments, which come from a model and are checked
 * against the tool's parameters: the one string, or the object as compact JSON where there are
 * several. NULL and ERR_INPUT, fit to be shown to the model; the caller's. */
char *toolbox_input_from_arguments(
    const struct toolbox *toolbox, const char *tool, const char *arguments, struct err *err);

struct hash toolbox_identity(
    const struct toolbox *toolbox); /* of all data and settings: for the run's snapshot */

#endif
