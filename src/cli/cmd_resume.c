#include "command.h"

#include <stdio.h>
#include <stdlib.h>

#include "headless.h"
#include "store.h"
#include "task_options.h"

static const struct option_spec specs[] = {
    { "headless", NULL, "no screen: progress on standard error, a summary at the end" },
    { "json", NULL, "one event a line on standard output, those of earlier sittings included" },
    { "retry-failed", NULL,
        "ask again what was lost for want of the endpoint; drops what was concluded without it" },
    { "set", "KEY=VALUE",
        "for this sitting (repeatable): a limit, as limits.calls=100000 or limits.concurrency=8; "
        "where a model is, as models.executor.base_url=URL, or its api_key_env, allow_plain_http, "
        "timeout_s, rpm, tpm, stream" },
    OPTION_STORE,
};

static int go_on(const struct options *options, const char *folder, struct err *err)
{
    char *id = store_resolve(folder, options->words[0], err);
    const char **overrides;
    struct headless headless;
    struct run_options run_options;
    struct run *run;
    size_t count;
    int code;

    if (id == NULL)
        return command_fail(err);
    overrides = options_all(options, "set", &count);
    headless_open(&headless, options_has(options, "json"));
    run_options = headless_options(&headless, folder);
    run = run_open(&run_options, id, overrides, count, options_has(options, "retry-failed"), err);
    if (run != NULL)
        unsafe_warn(run_task(run));
    code = run != NULL ? headless_go(&headless, run, err) : command_fail(err);
    headless_close(&headless);
    free(overrides);
    free(id);
    return code;
}

static int run_resume(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    int code = folder != NULL ? go_on(options, folder, err) : command_fail(err);

    free(folder);
    return code;
}

const struct command command_resume = {
    .name = "resume",
    .summary = "go on with a run after any end, kill -9 included",
    .usage = "RUN [OPTIONS]",
    .help = "RUN is a run's id, a unique prefix of it, or `last`. The run repeats itself out of "
            "its journal up to where it was;\n"
            "nothing that was answered is asked again. A run that is done just says so again.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_resume,
};
