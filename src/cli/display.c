#include "display.h"

#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "keymap.h"
#include "str.h"
#include "theme.h"

static const char *const displays[] = { "tui", "plain", "json", "none", "auto" };
static const char *const colours[] = { "auto", "never", "8", "16", "256", "true" };

enum { DISPLAYS = 5, DISPLAY_AUTO = 4, COLOURS = 6 };

/* The place of a word in a list; `otherwise` where the option is not given. */
static bool read_word(const struct options *options, const char *name, const char *const *known,
    size_t count, unsigned *out, struct err *err)
{
    const char *word = options_get(options, name);
    struct str list = STR_INIT;

    if (word == NULL)
        return true;
    for (*out = 0; *out < count; ++*out)
        if (str_equal(known[*out], word))
            return true;
    for (size_t i = 0; i < count; i++)
        str_addf(&list, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", known[i]);
    err_set(err, ERR_INPUT, "--%s %s: %s was expected", name, word, str_text(&list));
    str_free(&list);
    return false;
}

/* A person sits at it, but it can do nothing; or something reads the screen for the person. */
static bool is_dumb(void)
{
    const char *term = getenv("TERM");

    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 &&
           (term == NULL || term[0] == '\0' || str_equal(term, "dumb"));
}

static bool read_display(const struct options *options, enum display *out, struct err *err)
{
    bool json = options_has(options, "json"), headless = options_has(options, "headless");
    unsigned word = json ? DISPLAY_JSON : headless ? DISPLAY_NONE : DISPLAY_AUTO;
    const char *why;

    if ((json || headless) && options_has(options, "display"))
        return err_set(err, ERR_INPUT, "--display and --%s say the same thing: give one of them",
            json ? "json" : "headless");
    if (!read_word(options, "display", displays, DISPLAYS, &word, err))
        return false;
    if (word == DISPLAY_TUI && !terminal_is_usable(&why))
        return err_set(err, ERR_INPUT, "--display=tui: %s; --display=none needs no terminal", why);
    if (word == DISPLAY_AUTO)
        word = terminal_is_usable(&why) ? DISPLAY_TUI : is_dumb() ? DISPLAY_PLAIN : DISPLAY_NONE;
    *out = (enum display)word;
    return true;
}

/* What a person wrote in the configuration; NULL where there is no home. */
static char *config_path(const char *name)
{
    struct err untold = { .code = ERR_NONE };
    char *folder = file_config_folder(&untold);
    char *path = folder != NULL ? file_join(folder, name) : NULL;

    free(folder);
    return path;
}

/* Also where no screen shows it: a word that means nothing is never passed over. */
static bool check_theme(const char *name, struct err *err)
{
    char *folder = config_path("themes");
    struct theme theme;
    bool ok = name == NULL || theme_load(&theme, name, folder, DEPTH_TRUE, err) ||
              err_prefix(err, "--theme");

    free(folder);
    return ok;
}

/* Before a run is begun or taken over for a screen that cannot be. */
static bool check_keys(struct err *err)
{
    struct keymap *keymap = keymap_new();
    char *path = config_path("keys.json");
    bool ok = path == NULL || keymap_read(keymap, path, err);

    free(path);
    keymap_free(keymap);
    return ok;
}

bool display_read(const struct options *options, struct display_options *out, struct err *err)
{
    unsigned long long fps = 0;
    unsigned colour = COLOUR_AUTO;

    *out = (struct display_options){ .theme = options_get(options, "theme") };
    if (!read_display(options, &out->display, err) ||
        !read_word(options, "color", colours, COLOURS, &colour, err) ||
        !options_number(options, "fps", 1, 30, &fps, err) ||
        (out->display == DISPLAY_TUI && !check_keys(err)) || !check_theme(out->theme, err))
        return false;
    out->colour = (enum colour_choice)colour;
    out->fps = (unsigned)fps;
    return true;
}

bool display_read_look(const struct options *options, struct display_options *out, struct err *err)
{
    const char *word = options_get(options, "display");

    if (!display_read(options, out, err))
        return false;
    if (out->display == DISPLAY_TUI || out->display == DISPLAY_PLAIN)
        return true;
    if (word != NULL && !str_equal(word, "auto"))
        return err_set(err, ERR_INPUT, "--display %s: auto, tui or plain was expected", word);
    out->display = DISPLAY_PLAIN;
    return true;
}
