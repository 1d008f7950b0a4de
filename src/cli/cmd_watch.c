#include "command.h"

#include <stdlib.h>

#include "store.h"
#include "task_options.h"
#include "tui.h"

static const struct option_spec specs[] = {
    OPTION_STORE,
    OPTION_DISPLAY_LOOK,
    OPTION_LOOK,
};

static int run_watch(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    char *id = folder != NULL ? store_resolve(folder, options->words[0], err) : NULL;
    struct tui tui;
    int code;

    tui_open(&tui);
    code = id != NULL ? tui_look(&tui, options, session_open_watch(&tui.loop, folder, id, err), err)
                      : command_fail(err);
    tui_close(&tui);
    free(id);
    free(folder);
    return code;
}

const struct command command_watch = {
    .name = "watch",
    .summary = "look at a run of another process, read only",
    .usage = "RUN [OPTIONS]",
    .help =
        "RUN is a run's id, a unique prefix of it, or `last`. The terminal interface of `flowbot "
        "run`, following what the other\n"
        "process does; nothing here changes the run. p stands still, ) and ( step, % goes to a "
        "place, p goes on: at once,\n"
        "or at the speed that + and - set, until all that was missed is shown. q leaves. Where "
        "there is no such terminal: lines of plain text, to the end of the "
        "run.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_watch,
};
