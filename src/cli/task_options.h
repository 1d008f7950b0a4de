#ifndef TASK_OPTIONS_H
#define TASK_OPTIONS_H

/* What several commands do with their options. */
#include "options.h"
#include "task.h"

/* The task named by the first word, with --set and --seed applied. NULL on error. */
struct task *task_from_options(const struct options *options, struct err *err);
/* The same without its data: for who needs only its models and tools. */
struct task *task_settings_from_options(const struct options *options, struct err *err);
/* Is that task file right in itself? Reads no data. */
bool task_options_check(const struct options *options, struct err *err);

/* The store's folder by --store, FLOWBOT_STORE or the XDG state folder; the caller's. NULL on
 * error. */
char *store_from_options(const struct options *options, struct err *err);
/* Makes it where it is not there. ERR_IO where no run can be kept in it. */
bool store_can_be_written(const char *folder, struct err *err);

/* --unsafe-exec, and the warning of a task (or of a resumed run's) that has it, on standard error.
 */
void unsafe_from_options(const struct options *options, struct task *task);
void unsafe_warn(const struct task *task);

#define OPTION_UNSAFE \
    { \
        "unsafe-exec", NULL, \
            "run programs that models write without a sandbox: as you, with all that you may do" \
    }
#define OPTION_STORE \
    { \
        "store", "DIR", "where runs are kept (default: $FLOWBOT_STORE, else the XDG state folder)" \
    }
#define OPTION_SET \
    { \
        "set", "KEY=VALUE", \
            "override a key of the task file, e.g. --set optimizer.epochs=2 (repeatable)" \
    }
#define OPTION_SEED \
    { \
        "seed", "N", "seed of the run (default 0)" \
    }

#endif
