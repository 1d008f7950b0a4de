#include "ui_state.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "nearest.h"
#include "screens.h"

/* The screens, by their place in the tab bar. One that is not there has no tab. */
static const struct screen *const own_screens[SCREENS] = {
    [SCREEN_RUN] = &screen_run,
    [SCREEN_GRAPH] = &screen_graph,
    [SCREEN_NODES] = &screen_nodes,
    [SCREEN_TRACES] = &screen_traces,
    [SCREEN_REVIEW] = &screen_review,
    [SCREEN_HISTORY] = &screen_history,
    [SCREEN_CALLS] = &screen_calls,
    [SCREEN_LOG] = &screen_log,
};

/* ---- when to draw ---- */

void ui_dirty(struct ui *ui)
{
    ui->dirty = true;
}

/* Once a turn, before the loop waits: all that happened in the turn is one frame. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct ui *ui = prepare->data;
    int width, height;

    if (!ui->dirty || ui->terminal == NULL || !terminal_is_ready(ui->terminal))
        return;
    terminal_size(ui->terminal, &width, &height);
    if (width != ui->canvas.width || height != ui->canvas.height)
        canvas_resize(&ui->canvas, width, height);
    ui->dirty = false;
    ui->canvas.ascii = ui->ascii;
    ui->canvas.console = ui->console;
    ui_draw(ui, &ui->canvas);
    ui->frame_bytes = terminal_draw(ui->terminal, &ui->canvas);
}

static void on_live(uv_timer_t *timer)
{
    struct ui *ui = timer->data;

    ui->drawn_us = clock_us();
    ui->frame++;
    ui_dirty(ui);
}

static void announce(struct ui *ui)
{
    bool is_pending = ui_view(ui)->pending != NULL;

    if (is_pending && !ui->was_pending) {
        if (ui->screen != SCREEN_REVIEW) /* there it is seen, and the last line names the keys */
            ui_say(ui, ROLE_WARNING, "a proposal waits for your decision: r");
        if (ui->settings.bell && ui->terminal != NULL)
            terminal_bell(ui->terminal);
    }
    ui->was_pending = is_pending;
}

/* µs from one live frame to the next: so many a second, and fewer where they are large, so that a
 * slow line keeps up. */
static int64_t live_gap(const struct ui *ui)
{
    enum { BYTES_PER_S = 15000, LONGEST_US = 1000000 };
    unsigned fps = ui->options.fps > 0 ? ui->options.fps : ui->settings.fps;
    int64_t gap = 1000000 / (int64_t)fps;
    int64_t sending = (int64_t)ui->frame_bytes * 1000000 / BYTES_PER_S;

    sending = sending < LONGEST_US ? sending : LONGEST_US;
    return gap > sending ? gap : sending;
}

/* µs until the next live frame; a stored run that is there whole is shown at once. */
static int64_t live_wait(struct ui *ui)
{
    bool is_loading = session_is_loading(ui->session), is_there = ui->was_loading && !is_loading;

    ui->was_loading = is_loading;
    return is_there ? 0 : ui->drawn_us + live_gap(ui) - clock_us();
}

/* Events were folded or texts have come. */
static void on_session(void *data)
{
    struct ui *ui = data;
    int64_t wait = live_wait(ui);

    announce(ui);
    if (session_outcome(ui->session) != NULL) {
        ui_leave_ended(ui);
        if (ui->leaving) {
            ui_end(ui);
            return;
        }
    }
    if (wait <= 0 || !uv_is_active((uv_handle_t *)&ui->live))
        (void)uv_timer_start(&ui->live, on_live, wait > 0 ? (uint64_t)wait / 1000 : 0, 0);
}

/* ---- input ---- */

/* What is pressed and does nothing is not left without a word. */
static void say_unbound(struct ui *ui, key_code key)
{
    char name[KEY_NAME_SIZE], help[KEY_NAME_SIZE];

    (void)keymap_key(ui->keymap, ACTION_HELP, help);
    if (key != K_NONE && help[0] != '\0')
        ui_say(ui, ROLE_DIM, "%s does nothing here; %s tells every key", key_text(key, name), help);
}

void ui_key(struct ui *ui, key_code key)
{
    enum action action = keymap_action(ui->keymap, ui_contexts(ui), key);

    if (ui->message[0] != '\0') {
        ui->message[0] = '\0';
        (void)uv_timer_stop(&ui->message_end);
        ui_dirty(ui);
    }
    if (ui->modal != MODAL_NONE) {
        ui_modal_key(ui, key);
        return;
    }
    ui_act(ui, action);
    if (action == ACTION_NONE)
        say_unbound(ui, key);
}

/* Pasted text is text: without a line to go into it does nothing. */
void ui_paste(struct ui *ui, const char *text)
{
    if (ui->modal == MODAL_LINE)
        line_edit_insert(&ui->line.edit, text);
    else if (ui->modal == MODAL_HELP)
        ui_help_paste(ui, text);
    ui_dirty(ui);
}

static void on_input(void *data, const struct input *input)
{
    struct ui *ui = data;

    if (ui->is_over)
        return;
    switch (input->kind) {
    case INPUT_KEY:
        ui_key(ui, input->key);
        break;
    case INPUT_PASTE:
        ui_paste(ui, input->paste);
        break;
    case INPUT_MOUSE:
        ui_mouse(ui, input);
        break;
    }
}

static void on_resize(void *data)
{
    ui_dirty(data);
}

static void on_ready(void *data)
{
    (void)data; /* what is dirty is drawn before the loop waits again */
}

/* Nobody is there any more: the run goes on without a screen. */
static void on_lost(void *data)
{
    struct ui *ui = data;

    ui_detach(ui);
}

/* ---- the end ---- */

void ui_end(struct ui *ui)
{
    ui->is_over = true;
    uv_stop(ui->options.loop);
}

bool ui_is_over(const struct ui *ui)
{
    return ui->is_over;
}

void ui_interrupt(struct ui *ui)
{
    ui->leaving = true;
    if (session_kind(ui->session) != SESSION_LIVE || session_outcome(ui->session) != NULL) {
        ui_end(ui);
        return;
    }
    session_interrupt(ui->session);
    ui_say(ui, ROLE_WARNING, "stopping: what is in flight is finished and saved (^C: at once)");
}

void ui_detach(struct ui *ui)
{
    ui->detaching =
        session_kind(ui->session) == SESSION_LIVE && session_outcome(ui->session) == NULL;
    if (!ui->leaving)
        ui_interrupt(ui);
    if (ui->detaching)
        ui_say(ui, ROLE_WARNING,
            "detaching: what is in flight is finished, then the run goes on without a screen");
}

static void hand_over(struct ui *ui)
{
    if (ui->leaving || session_kind(ui->session) != SESSION_LIVE)
        return;
    ui->handed_over = true;
    ui_interrupt(ui);
    ui_say(ui, ROLE_WARNING, "another process takes the run over: what is in flight is finished");
}

bool ui_is_handed_over(const struct ui *ui)
{
    return ui->handed_over;
}

bool ui_is_detached(const struct ui *ui)
{
    return ui->detaching;
}

/* ---- what a screen may ask ---- */

struct session *ui_session(const struct ui *ui)
{
    return ui->session;
}

const struct run_view *ui_view(const struct ui *ui)
{
    return session_view(ui->session);
}

struct reader *ui_reader(const struct ui *ui)
{
    return session_reader(ui->session);
}

/* The hints come back by themselves; what went wrong stands longer. */
static void on_message_end(uv_timer_t *timer)
{
    struct ui *ui = timer->data;

    ui->message[0] = '\0';
    ui_dirty(ui);
}

static void start_message_end(struct ui *ui, enum role role)
{
    enum { USUAL_MS = 8000, WRONG_MS = 20000 };
    bool is_wrong = role == ROLE_ERROR || role == ROLE_WARNING;
    unsigned ms = ui->options.message_ms;

    if (!ui->closed)
        (void)uv_timer_start(&ui->message_end, on_message_end,
            ms > 0     ? ms
            : is_wrong ? WRONG_MS
                       : USUAL_MS,
            0);
}

void ui_say(struct ui *ui, enum role role, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(ui->message, sizeof ui->message, format, args);
    va_end(args);
    ui->message_role = role;
    start_message_end(ui, role);
    ui_dirty(ui);
}

void ui_set_busy(struct ui *ui, const char *words)
{
    free(ui->busy);
    ui->busy = words != NULL ? mem_strdup(words) : NULL;
    ui_dirty(ui);
}

void ui_draw_on(struct ui *ui)
{
    if (!ui->closed)
        (void)uv_timer_start(&ui->live, on_live, 0, 0);
}

struct ui_look ui_look(const struct ui *ui)
{
    struct ui_look look = { .ascii = ui->ascii, .charts = CHART_BRAILLE, .frame = ui->frame };

    if (ui->ascii || ui->settings.charts == CHARTS_ASCII)
        look.charts = CHART_ASCII;
    else if (ui->settings.charts == CHARTS_BLOCK)
        look.charts = CHART_BLOCK;
    return look;
}

/* ---- life ---- */

static void open_folders(struct ui *ui)
{
    const struct ui_options *options = &ui->options;

    if (options->config_folder != NULL)
        ui->themes_folder = file_join(options->config_folder, "themes");
    if (options->state_folder != NULL) {
        ui->settings_path = file_join(options->state_folder, "ui.json");
        ui->copy_path = file_join(options->state_folder, "copied.txt");
    }
}

static bool read_keys(struct ui *ui, struct err *err)
{
    char *path;
    bool ok;

    ui->keymap = keymap_new();
    if (ui->options.config_folder == NULL)
        return true;
    path = file_join(ui->options.config_folder, "keys.json");
    ok = keymap_read(ui->keymap, path, err);
    free(path);
    return ok;
}

/* A theme that was asked for must be there; one that was only kept, and is there no more, was said
 * with the settings. */
static bool choose_theme(struct ui *ui, struct err *err)
{
    const char *wanted = ui->options.theme;
    struct err untold = { .code = ERR_NONE };

    theme_default(&ui->theme, ui->depth);
    if (wanted != NULL) /* for this time: the setting stays */
        return ui_load_theme(ui, wanted, err);
    (void)ui_load_theme(ui, ui->settings.theme, &untold);
    return true;
}

static bool open_terminal(struct ui *ui, struct err *err)
{
    struct terminal_options options = {
        .loop = ui->options.loop,
        .mouse = ui->settings.mouse,
        .on_input = on_input,
        .on_resize = on_resize,
        .on_ready = on_ready,
        .on_lost = on_lost,
        .data = ui,
    };

    ui->ascii = !terminal_is_utf8();
    ui->console = terminal_is_console();
    ui->terminal = terminal_open(&options, err);
    if (ui->terminal == NULL)
        return false;
    ui->depth = terminal_depth(ui->options.colour, terminal_colours(ui->terminal));
    return true;
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct ui *ui = handle->data;

    /* ^C in an editor that has the terminal is the editor's */
    if (number == SIGHUP)
        ui_detach(ui);
    else if (number == SIGUSR1)
        hand_over(ui);
    else if (number != SIGINT || ui->errand == NULL)
        ui_interrupt(ui);
}

/* Without a terminal (tests) signals are the program's own. */
static void open_signals(struct ui *ui)
{
    static const int numbers[UI_SIGNALS] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };

    for (int i = 0; i < UI_SIGNALS; i++) {
        (void)uv_signal_init(ui->options.loop, &ui->signals[i]);
        ui->signals[i].data = ui;
        if (ui->options.has_terminal)
            (void)uv_signal_start(&ui->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&ui->signals[i]);
    }
}

static void open_handles(struct ui *ui)
{
    (void)uv_timer_init(ui->options.loop, &ui->live);
    (void)uv_timer_init(ui->options.loop, &ui->message_end);
    (void)uv_prepare_init(ui->options.loop, &ui->prepare);
    ui->live.data = ui->message_end.data = ui->prepare.data = ui;
    uv_unref((uv_handle_t *)&ui->message_end);
    (void)uv_prepare_start(&ui->prepare, on_prepare);
    uv_unref((uv_handle_t *)&ui->prepare);
    open_signals(ui);
    ui->open_handles = 3 + UI_SIGNALS;
}

static enum screen_id first_screen(const struct ui *ui)
{
    int first = 0;

    for (int i = 0; i < SCREENS; i++)
        if (ui->screens[i] != NULL && str_equal(ui->screens[i]->name, ui->settings.screen))
            return (enum screen_id)i;
    while (first + 1 < SCREENS && ui->screens[first] == NULL)
        first++;
    return ui->screens[first] != NULL ? (enum screen_id)first : SCREEN_RUN;
}

static bool is_known_screen(const struct ui *ui, const char *name, struct err *err)
{
    const char *known[SCREENS];
    struct str message = STR_INIT;
    size_t count = 0;

    for (int i = 0; i < SCREENS; i++)
        if (ui->screens[i] != NULL)
            known[count++] = ui->screens[i]->name;
    for (size_t i = 0; i < count; i++)
        if (str_equal(known[i], name))
            return true;
    if (name[0] == '\0') /* as it was before there was a last one */
        return true;
    str_addf(&message, "unknown screen \"%.40s\"", name);
    nearest_add(&message, name, known, count);
    err_set(err, ERR_INPUT, "%s", str_text(&message));
    str_free(&message);
    return false;
}

static bool is_known_name(void *data, const char *setting, const char *name, struct err *err)
{
    struct ui *ui = data;
    struct theme theme;

    if (str_equal(setting, "screen"))
        return is_known_screen(ui, name, err);
    return theme_load(&theme, name, ui->themes_folder, DEPTH_TRUE, err);
}

static void read_settings(struct ui *ui)
{
    struct settings_names names = { is_known_name, ui };

    ui->settings = settings_default();
    if (ui->settings_path != NULL &&
        !settings_read(&ui->settings, ui->settings_path, &names, &ui->settings_err))
        ui_say(ui, ROLE_ERROR, "%s; the default is used", ui->settings_err.message);
}

struct ui *ui_open(const struct ui_options *options, struct session *session, struct err *err)
{
    struct ui *ui = mem_zalloc(1, sizeof *ui);

    ui->options = *options;
    ui->session = session;
    ui->ascii = options->ascii;
    ui->screens = options->screens != NULL ? options->screens : own_screens;
    for (int i = 0; i < SCREENS; i++)
        ui->shown[i] = place_of((enum screen_id)i);
    open_folders(ui);
    open_handles(ui);
    read_settings(ui);
    if (!read_keys(ui, err) || (options->has_terminal && !open_terminal(ui, err)) ||
        !choose_theme(ui, err)) {
        ui_close(ui);
        return NULL;
    }
    ui->screen = first_screen(ui);
    ui->was_loading = session_is_loading(session);
    session_on_change(session, on_session, ui);
    ui_dirty(ui);
    return ui;
}

/* What a person wrote in it is not lost when ours goes there. */
static void put_wrong_settings_aside(struct ui *ui)
{
    const char *wrong = ui->settings_err.message;
    char *old = mem_printf("%s.old", ui->settings_path);
    char *line = rename(ui->settings_path, old) == 0
                     ? mem_printf("%s; the file as it was is now %s", wrong, old)
                     : mem_strdup(wrong);

    ui_tell(ui, ROLE_WARNING, line);
    free(line);
    free(old);
}

static void keep_settings(struct ui *ui)
{
    const struct screen *screen = ui->screens[ui->screen];
    struct err err = { .code = ERR_NONE };

    if (ui->settings_path == NULL || ui->keymap == NULL)
        return;
    if (screen != NULL)
        (void)snprintf(ui->settings.screen, sizeof ui->settings.screen, "%s", screen->name);
    if (ui->settings_err.code != ERR_NONE)
        put_wrong_settings_aside(ui);
    if (!settings_write(&ui->settings, ui->settings_path, &err))
        (void)fprintf(stderr, "flowbot: the settings were not kept: %s\n", err.message);
}

static void free_ui(struct ui *ui)
{
    for (size_t i = 0; i < sizeof ui->histories / sizeof ui->histories[0]; i++)
        for (size_t j = 0; j < ui->histories[i].count; j++)
            free(ui->histories[i].lines[j]);
    line_edit_free(&ui->line.edit);
    line_edit_free(&ui->help.filter);
    free(ui->line.draft);
    keymap_free(ui->keymap);
    canvas_free(&ui->canvas);
    free(ui->themes_folder);
    free(ui->settings_path);
    free(ui->copy_path);
    free(ui->busy);
    free(ui);
}

static void on_closed(uv_handle_t *handle)
{
    struct ui *ui = handle->data;

    if (--ui->open_handles == 0)
        free_ui(ui);
}

void ui_close(struct ui *ui)
{
    if (ui == NULL)
        return;
    session_on_change(ui->session, NULL, NULL);
    ui->closed = true;
    ui_modal_close(ui);
    ui_errand_forget(ui);
    for (int i = 0; i < SCREENS; i++)
        if (ui->states[i] != NULL)
            ui->screens[i]->close(ui->states[i]);
    terminal_close(ui->terminal);
    keep_settings(ui);
    ui->terminal = NULL;
    uv_close((uv_handle_t *)&ui->live, on_closed);
    uv_close((uv_handle_t *)&ui->message_end, on_closed);
    uv_close((uv_handle_t *)&ui->prepare, on_closed);
    for (int i = 0; i < UI_SIGNALS; i++)
        uv_close((uv_handle_t *)&ui->signals[i], on_closed);
}
