#include "task_options.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "run.h"

/* a JSON number holds it exactly */
#define SEED_MAX (1ull << 53)

typedef struct task *task_load_fn(
    const char *path, const char *const *overrides, size_t count, struct err *err);

static struct task *load(const struct options *options, task_load_fn *how, struct err *err)
{
    unsigned long long seed = 0;
    const char **overrides;
    char *seed_override = NULL;
    struct task *task = NULL;
    size_t count;

    overrides = options_all(options, "set", &count); /* has room for one a given option */
    if (options_has(options, "seed") && options_number(options, "seed", 0, SEED_MAX, &seed, err)) {
        seed_override = mem_printf("seed=%llu", seed);
        overrides[count++] = seed_override;
    }
    if (err->code == ERR_NONE)
        task = how(options->words[0], overrides, count, err);
    free(seed_override);
    free(overrides);
    return task;
}

struct task *task_from_options(const struct options *options, struct err *err)
{
    struct task *task = load(options, task_load, err);

    if (task != NULL)
        unsafe_from_options(options, task);
    return task;
}

bool task_options_check(const struct options *options, struct err *err)
{
    struct task *task = load(options, task_load_settings, err);

    task_free(task);
    return task != NULL;
}

void unsafe_warn(const struct task *task)
{
    if (task->unsafe_exec)
        (void)fputs("flowbot: WARNING: --unsafe-exec: programs that models write run without a "
                    "sandbox; they can read, change and send whatever you can\n",
            stderr);
}

void unsafe_from_options(const struct options *options, struct task *task)
{
    task->unsafe_exec = options_has(options, "unsafe-exec");
    unsafe_warn(task);
}

char *store_from_options(const struct options *options, struct err *err)
{
    return run_store_folder(options_get(options, "store"), err);
}
