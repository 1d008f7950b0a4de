#include "task_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
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
    if (err->code == ERR_NONE && !file_exists(options->words[0]))
        err_set(err, ERR_INPUT,
            "%s: there is no such task file; flowbot init FORMAT FILE writes one for data",
            options->words[0]);
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

struct task *task_settings_from_options(const struct options *options, struct err *err)
{
    return load(options, task_load_settings, err);
}

bool task_options_check(const struct options *options, struct err *err)
{
    struct task *task = task_settings_from_options(options, err);

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
    char *folder = run_store_folder(options_get(options, "store"), err);

    if (folder == NULL || !file_exists(folder) || file_is_folder(folder))
        return folder;
    err_set(err, ERR_INPUT,
        "%s: is a file, and runs are kept in a folder: name another with --store DIR or "
        "FLOWBOT_STORE",
        folder);
    free(folder);
    return NULL;
}

bool store_can_be_written(const char *folder, struct err *err)
{
    struct err why = { .code = ERR_NONE };

    if (!file_make_folder(folder, &why))
        return err_set(err, ERR_IO,
            "%s; runs are kept there: name another folder with --store DIR or FLOWBOT_STORE",
            why.message);
    if (access(folder, W_OK | X_OK) != 0)
        return err_set(err, ERR_IO,
            "%s: cannot be written: %s; runs are kept there: name another folder with --store DIR "
            "or FLOWBOT_STORE",
            folder, strerror(errno));
    return true;
}
