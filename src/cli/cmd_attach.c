#include "command.h"

#include <stdlib.h>

#include "detach.h"
#include "display.h"
#include "store.h"
#include "task_options.h"

static const struct option_spec specs[] = {
    OPTION_DISPLAY,
    OPTION_HEADLESS,
    { "json", NULL, "the same as --display=json" },
    OPTION_STORE,
    OPTION_LOOK,
};

static int run_attach(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    char *id = folder != NULL ? store_resolve(folder, options->words[0], err) : NULL;
    struct display_options display;
    /* nothing that could be known before may go wrong once the other process has let go */
    bool ok =
        id != NULL && display_read(options, &display, err) && detach_take_over(folder, id, err);

    free(id);
    free(folder);
    return ok ? command_resume.run(options, err) : command_fail(err);
}

const struct command command_attach = {
    .name = "attach",
    .summary = "take a run over from another process and go on with it here",
    .usage = "RUN [OPTIONS]",
    .help = "RUN is a run's id, a unique prefix of it, or `last`. The process that has the run "
            "finishes what is in flight, saves\n"
            "and lets go; then this one goes on. Nothing is paid twice. Where no process has it "
            "this is `flowbot resume`.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_attach,
};
