#include "command.h"

#include <stdlib.h>

#include "store.h"
#include "task_options.h"
#include "tui.h"

static const struct option_spec specs[] = {
    { "speed", "X",
        "times as fast as it was, 1/64 to 4096 (default 1; plain text into a pipe: at once)" },
    OPTION_STORE,
    OPTION_DISPLAY_LOOK,
    OPTION_LOOK,
};

static bool read_speed(const struct options *options, double *speed, struct err *err)
{
    const char *text = options_get(options, "speed");
    char *end;

    if (text == NULL)
        return true;
    *speed = strtod(text, &end);
    if (end == text || *end != '\0' || !(*speed >= 1.0 / 64 && *speed <= 4096))
        return err_set(
            err, ERR_INPUT, "--speed %s: a number from 1/64 (0.015625) to 4096 was expected", text);
    return true;
}

static int run_replay(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    char *id = folder != NULL ? store_resolve(folder, options->words[0], err) : NULL;
    double speed = 1;
    struct tui tui;
    int code;

    tui_open(&tui);
    code =
        id != NULL && read_speed(options, &speed, err)
            ? tui_look(&tui, options, session_open_replay(&tui.loop, folder, id, speed, err), err)
            : command_fail(err);
    tui_close(&tui);
    free(id);
    free(folder);
    return code;
}

const struct command command_replay = {
    .name = "replay",
    .summary = "look at a stored run as it went",
    .usage = "RUN [OPTIONS]",
    .help =
        "RUN is a run's id, a unique prefix of it, or `last`. The terminal interface of `flowbot "
        "run` over what was stored:\n"
        "p pauses, ) and ( step, + and - change the speed, % goes to a place, q leaves. Where "
        "there "
        "is no such terminal:\n"
        "lines of plain text, into a pipe at once unless --speed is given.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_replay,
};
