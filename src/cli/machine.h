#ifndef MACHINE_H
#define MACHINE_H

/* What this machine has of what flowbot wants: terminal, store, sandbox, descriptors. For doctor;
 * each check blocks for a moment. */
#include <stdbool.h>
#include <stddef.h>

#include "task.h"

enum machine_state { MACHINE_WELL, MACHINE_NOTE, MACHINE_BAD };

struct machine_finding {
    enum machine_state state;
    char words[500]; /* what was found, and what to do */
};

struct machine_finding machine_terminal(void);
/* `folder`: of the runs. */
struct machine_finding machine_store(const char *folder);
/* `is_needed`: a tool or metric of the task runs code. */
struct machine_finding machine_sandbox(bool is_needed);
/* Whether tool number `index` of the task can be opened; of a server of tools, what it offers. Not
 * for tools that are models, nor for those that need the sandbox: these have checks of their own.
 */
struct machine_finding machine_tool(const struct task *task, size_t index);
struct machine_finding machine_descriptors(unsigned concurrency);

#endif
