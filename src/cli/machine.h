#ifndef MACHINE_H
#define MACHINE_H

/* What this machine has of what flowbot wants: terminal, store, sandbox, descriptors. For doctor;
 * each check blocks for a moment. */
#include <stdbool.h>

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
struct machine_finding machine_descriptors(unsigned concurrency);

#endif
