#include "task_options.h"

#include <stdlib.h>

#include "run.h"

struct task *task_from_options(const struct options *options, struct err *err)
{
    unsigned long long seed;
    struct task *task;
    const char **overrides;
    size_t count;

    overrides = options_all(options, "set", &count);
    task = task_load(options->words[0], overrides, count, err);
    free(overrides);
    if (task == NULL)
        return NULL;
    seed = task->seed;
    if (!options_number(options, "seed", 0, UINT64_MAX, &seed, err)) {
        task_free(task);
        return NULL;
    }
    task->seed = seed;
    return task;
}

char *store_from_options(const struct options *options, struct err *err)
{
    return run_store_folder(options_get(options, "store"), err);
}
