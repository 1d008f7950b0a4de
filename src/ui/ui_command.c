/* The command line: an action by its name, :theme NAME, :set NAME VALUE, :review MODE. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "mem.h"
#include "nearest.h"
#include "ui_state.h"

/* ---- settings ---- */

bool ui_load_theme(struct ui *ui, const char *name, struct err *err)
{
    if (!theme_load(&ui->theme, name, ui->themes_folder, ui->depth, err))
        return false;
    if (ui->depth == DEPTH_NONE && str_equal(name, "auto"))
        theme_default(&ui->theme, ui->depth);
    if (ui->terminal != NULL)
        terminal_set_theme(ui->terminal, &ui->theme, ui->depth);
    ui_dirty(ui);
    return true;
}

static bool set_theme(struct ui *ui, const char *name, struct err *err)
{
    if (strlen(name) >= sizeof ui->settings.theme)
        return err_set(err, ERR_INPUT, "theme: the name is too long");
    if (!ui_load_theme(ui, name, err))
        return false;
    (void)snprintf(ui->settings.theme, sizeof ui->settings.theme, "%s", name);
    return true;
}

/* Why themes differ in bold, reverse and underline alone; "" where they do not. */
static const char *why_no_colours(const struct ui *ui)
{
    if (ui->depth != DEPTH_NONE)
        return "";
    if (ui->options.colour == COLOUR_NEVER)
        return ": no colours, by --color never";
    if (terminal_depth(COLOUR_16, ui->terminal != NULL ? terminal_colours(ui->terminal) : 0) ==
        DEPTH_NONE)
        return ": no colours, the terminal has none by its TERM";
    return ": no colours, NO_COLOR is set (--color 16 overrides it)";
}

/* A file that is no theme is passed over and said. */
void ui_next_theme(struct ui *ui)
{
    size_t count, at = 0;
    char **names = theme_names(ui->themes_folder, &count);
    struct err first = { .code = ERR_NONE };

    while (at < count && !str_equal(names[at], ui->theme.name))
        at++;
    for (size_t i = 1; i <= count; i++) {
        const char *name = names[(at < count ? at + i : i - 1) % count];
        struct err err = { .code = ERR_NONE };

        if (!set_theme(ui, name, &err)) {
            if (first.code == ERR_NONE)
                first = err;
            continue;
        }
        if (first.code != ERR_NONE)
            ui_say(ui, ROLE_WARNING, "theme %s; %s", name, first.message);
        else
            ui_say(ui, ROLE_TEXT, "theme %s%s", name, why_no_colours(ui));
        break;
    }
    theme_names_free(names, count);
}

void ui_setting_changed(struct ui *ui)
{
    if (ui->terminal != NULL)
        terminal_set_mouse(ui->terminal, ui->settings.mouse);
    ui_dirty(ui);
}

static void list_themes(struct ui *ui)
{
    size_t count;
    char **names = theme_names(ui->themes_folder, &count);
    struct str list = STR_INIT;

    for (size_t i = 0; i < count; i++)
        str_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    ui_say(ui, ROLE_TEXT, "theme %s; known: %s", ui->settings.theme, str_text(&list));
    str_free(&list);
    theme_names_free(names, count);
}

void ui_say_setting(struct ui *ui, const char *name)
{
    struct err err = { .code = ERR_NONE };
    char text[256];

    if (str_equal(name, "theme"))
        list_themes(ui);
    else if (settings_ask(&ui->settings, name, text, &err))
        ui_say(ui, ROLE_TEXT, "%s", text);
    else
        ui_say(ui, ROLE_ERROR, "%s", err.message);
}

static void set(struct ui *ui, const char *name, const char *value)
{
    struct err err = { .code = ERR_NONE };
    char text[256];

    if (name[0] == '\0') {
        ui_say(ui, ROLE_TEXT, "%s", settings_text(&ui->settings, text));
        return;
    }
    if (value[0] == '\0') {
        ui_say_setting(ui, name);
        return;
    }
    if (str_equal(name, "theme") ? set_theme(ui, value, &err)
                                 : settings_set(&ui->settings, name, value, &err)) {
        if (str_equal(name, "fps"))
            ui->options.fps = 0; /* what is said last counts */
        ui_setting_changed(ui);
        ui_say(ui, ROLE_TEXT, "%s %s", name, value);
    } else {
        ui_say(ui, ROLE_ERROR, "%s", err.message);
    }
}

static void review(struct ui *ui, const char *mode)
{
    struct err err = { .code = ERR_NONE };
    enum review_mode wanted = REVIEW_NONE;

    if (review_mode_parse(mode, &wanted, &err) && session_set_review(ui->session, wanted, &err))
        ui_say(ui, ROLE_TEXT, "review %s", mode);
    else
        ui_say(ui, ROLE_ERROR, "%s", err.message);
}

/* ---- the line ---- */

static void unknown(struct ui *ui, const char *name)
{
    const char *known[ACTIONS + 2] = { "theme", "set" };
    const char *near;

    for (int i = 1; i < ACTIONS; i++)
        known[i + 1] = action_info((enum action)i)->name;
    near = nearest_name(name, known, ACTIONS + 1);
    if (near != NULL)
        ui_say(ui, ROLE_ERROR, "%s: unknown command; did you mean %s?", name, near);
    else
        ui_say(ui, ROLE_ERROR, "%s: unknown command; ? names them all", name);
}

static void act_by_name(struct ui *ui, const char *name)
{
    enum action action = action_by_name(name);
    char where[64];

    if (action == ACTION_NONE)
        unknown(ui, name);
    else if ((action_info(action)->contexts & ui_contexts(ui)) == 0)
        ui_say(ui, ROLE_WARNING, "%s works on: %s", name, action_where(action, where));
    else
        ui_act(ui, action);
}

/* Of how many words a line consists at most that begins so. */
static int most_words(const char *name)
{
    return str_equal(name, "set")                                  ? 3
           : str_equal(name, "theme") || str_equal(name, "review") ? 2
                                                                   : 1;
}

static void on_command(void *data, const char *line)
{
    struct ui *ui = data;
    char name[64] = "", first[128] = "", second[128] = "", more[2];
    int words = line != NULL ? sscanf(line, " %63s %127s %127s %1s", name, first, second, more) : 0;

    if (words < 1)
        return;
    if (words > most_words(name) && (most_words(name) > 1 || action_by_name(name) != ACTION_NONE))
        ui_say(ui, ROLE_ERROR, "%s: too many words; nothing was done", name);
    else if (str_equal(name, "set"))
        set(ui, first, second);
    else if (str_equal(name, "theme") && first[0] == '\0')
        list_themes(ui);
    else if (str_equal(name, "theme"))
        set(ui, "theme", first);
    else if (str_equal(name, "review") && first[0] != '\0')
        review(ui, first);
    else
        act_by_name(ui, name);
}

/* ---- completion ---- */

/* What could stand in the place of the word that is written. */
static char **candidates(const struct ui *ui, const char *line, size_t *count)
{
    struct {
        char **items;
        size_t count, cap;
    } names = { NULL, 0, 0 };
    bool of_settings = strncmp(line, "set ", 4) == 0;

    if (strncmp(line, "theme ", 6) == 0 || strncmp(line, "set theme ", 10) == 0)
        return theme_names(ui->themes_folder, count);
    for (size_t i = 0; of_settings && settings_name(i) != NULL; i++)
        ARRAY_PUSH(&names, mem_strdup(settings_name(i)));
    for (int i = ACTION_NONE; !of_settings && i < ACTIONS; i++)
        ARRAY_PUSH(
            &names, mem_strdup(i == ACTION_NONE ? "set" : action_info((enum action)i)->name));
    *count = names.count;
    return names.items;
}

/* The longest start that all candidates share goes in; with several the rest is listed. */
static void complete(struct ui *ui, struct line_edit *edit)
{
    char *line = mem_strndup(str_text(&edit->text), edit->at);
    const char *blank = strrchr(line, ' ');
    const char *word = blank != NULL ? blank + 1 : line;
    size_t len = strlen(word), shared = 0, count = 0, all;
    char **known = candidates(ui, line, &all);
    struct str names = STR_INIT;
    const char *first = NULL;

    for (size_t i = 0; i < all; i++) {
        const char *name = known[i];
        size_t same = 0;

        if (strncmp(name, word, len) != 0)
            continue;
        while (first != NULL && same < shared && name[same] == first[same])
            same++;
        shared = first != NULL ? same : strlen(name);
        first = first != NULL ? first : name;
        str_addf(&names, "%s%s", count++ > 0 ? "  " : "", name);
    }
    if (first != NULL && shared > len) {
        char *rest = mem_strndup(first + len, shared - len);

        line_edit_insert(edit, rest);
        free(rest);
    }
    if (count > 1)
        ui_say(ui, ROLE_DIM, "%s", str_text(&names));
    else if (count == 0)
        ui_say(ui, ROLE_DIM, "nothing that can stand here begins with \"%s\"", word);
    theme_names_free(known, all);
    str_free(&names);
    free(line);
}

void ui_ask_for_command(struct ui *ui)
{
    ui_ask_command(ui, ":", NULL, on_command, complete);
}
