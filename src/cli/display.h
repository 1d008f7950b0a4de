#ifndef DISPLAY_H
#define DISPLAY_H

/* How a command shows a run: --display, --headless, --json; --theme, --color, --fps. */
#include "options.h"
#include "terminal.h"

enum display { DISPLAY_TUI, DISPLAY_PLAIN, DISPLAY_JSON, DISPLAY_NONE };

struct display_options {
    enum display display;
    enum colour_choice colour;
    const char *theme; /* NULL: the setting */
    unsigned fps;      /* 0: the setting */
};

/* ERR_INPUT: a value that is not known, whether the display needs it or not, a theme that cannot be
 * read, two that contradict each other, --display=tui without a usable terminal (it says what is
 * missing). */
bool display_read(const struct options *options, struct display_options *out, struct err *err);
/* The same for a run that is looked at: DISPLAY_TUI or DISPLAY_PLAIN. */
bool display_read_look(const struct options *options, struct display_options *out, struct err *err);

#define OPTION_DISPLAY \
    { \
        "display", "HOW", \
            "auto, tui, plain, json or none: the terminal interface; lines of plain text with " \
            "numbered questions; one event a line; or progress on standard error and a summary " \
            "(auto: tui in a terminal, plain in one that can do nothing, else none)" \
    }
#define OPTION_DISPLAY_LOOK \
    { \
        "display", "HOW", \
            "auto, tui or plain: the terminal interface, or lines of plain text (auto: tui in a " \
            "terminal that is able, else plain)" \
    }
#define OPTION_HEADLESS \
    { \
        "headless", NULL, "the same as --display=none" \
    }
#define OPTION_LOOK \
    { "theme", "NAME", \
        "auto, dark, light, contrast, solarized, colorblind, mono or a theme file" }, \
        { "color", "DEPTH", \
            "auto, never, 8, 16, 256 or true (default auto: by TERM and NO_COLOR)" }, \
    { \
        "fps", "N", "live data is drawn so often a second, 1 to 30 (default 4)" \
    }

#endif
