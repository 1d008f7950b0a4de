#include "command.h"

#include <stdio.h>
#include <stdlib.h>

#include "headless.h"
#include "plain.h"
#include "store.h"
#include "task_options.h"
#include "tui.h"

static const struct option_spec specs[] = {
    OPTION_DISPLAY,
    OPTION_HEADLESS,
    { "json", NULL,
        "the same as --display=json: one event a line on standard output, those of earlier "
        "sittings included" },
    { "retry-failed", NULL,
        "ask again what was lost for want of the endpoint; drops what was concluded without it" },
    { "set", "KEY=VALUE",
        "for this sitting (repeatable): a limit, as limits.calls=100000 or limits.concurrency=8; "
        "where a model is, as models.executor.base_url=URL, or its api_key_env, allow_plain_http, "
        "timeout_s, rpm, tpm, stream" },
    OPTION_STORE,
    OPTION_LOOK,
};

/* What is gone on with. */
struct sitting {
    const struct display_options *display;
    const char *folder, *id;
    const char **overrides;
    size_t count;
    bool retry_failed;
};

static struct run *open_run(
    const struct sitting *sitting, const struct run_options *options, struct err *err)
{
    struct run *run = run_open(
        options, sitting->id, sitting->overrides, sitting->count, sitting->retry_failed, err);

    if (run != NULL)
        unsafe_warn(run_task(run));
    return run;
}

static int go_on_headless(const struct sitting *sitting, struct err *err)
{
    struct headless headless;
    struct run_options options;
    struct run *run;
    int code;

    headless_open(&headless, sitting->display->display == DISPLAY_JSON);
    options = headless_options(&headless, sitting->folder);
    run = open_run(sitting, &options, err);
    code = run != NULL ? headless_go(&headless, run, err) : command_fail(err);
    headless_close(&headless);
    return code;
}

static int go_on_plain(const struct sitting *sitting, struct err *err)
{
    struct plain plain;
    struct run_options options;
    struct run *run;
    int code;

    plain_open(&plain, sitting->folder);
    options = plain_options(&plain);
    run = open_run(sitting, &options, err);
    code = run != NULL ? plain_go(&plain, run, err) : command_fail(err);
    plain_close(&plain);
    return code;
}

static int go_on_tui(const struct sitting *sitting, struct err *err)
{
    struct tui tui;
    struct run_options options = { .store_folder = sitting->folder };
    struct run *run = NULL;
    int code;

    tui_open(&tui);
    options.loop = &tui.loop;
    if (tui_show(&tui, sitting->display, session_open_live(&tui.loop), err)) {
        session_fill_options(tui.session, &options);
        run = open_run(sitting, &options, err);
    }
    code = run != NULL && tui_start(&tui, run, err) ? tui_go(&tui, err) : command_fail(err);
    tui_close(&tui);
    return tui_go_on_detached(&tui, sitting->folder, code, err);
}

static int go_on(const struct options *options, const char *folder, struct err *err)
{
    struct display_options display;
    struct sitting sitting = { .display = &display, .folder = folder };
    char *id;
    int code;

    if (!display_read(options, &display, err))
        return command_fail(err);
    id = store_resolve(folder, options->words[0], err);
    if (id == NULL || !store_can_be_written(folder, err)) {
        free(id);
        return command_fail(err);
    }
    sitting.id = id;
    sitting.overrides = options_all(options, "set", &sitting.count);
    sitting.retry_failed = options_has(options, "retry-failed");
    code = display.display == DISPLAY_TUI     ? go_on_tui(&sitting, err)
           : display.display == DISPLAY_PLAIN ? go_on_plain(&sitting, err)
                                              : go_on_headless(&sitting, err);
    free(sitting.overrides);
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
