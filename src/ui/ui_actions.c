/* What the ui itself does with an action that the screen did not want. */
#include <stdio.h>
#include <stdlib.h>

#include "ui_state.h"

unsigned ui_contexts(const struct ui *ui)
{
    const struct screen *screen = ui->screens[ui->screen];
    bool is_stored = session_kind(ui->session) != SESSION_LIVE;

    return CONTEXT_ALL | (screen != NULL ? (unsigned)screen->context : 0) |
           (is_stored ? (unsigned)CONTEXT_REPLAY : 0);
}

static void tell_failure(struct ui *ui, bool ok, const struct err *err)
{
    if (!ok)
        ui_say(ui, ROLE_ERROR, "%s", err->message);
}

static void toggle_pause(struct ui *ui)
{
    struct err err = { .code = ERR_NONE };
    bool pause = !session_is_paused(ui->session);

    tell_failure(ui, session_pause(ui->session, pause, &err), &err);
}

static void next_review_mode(struct ui *ui)
{
    static const enum review_mode next[] = {
        [REVIEW_NONE] = REVIEW_STRUCTURE,
        [REVIEW_STRUCTURE] = REVIEW_ALL,
        [REVIEW_ALL] = REVIEW_PROMPTS,
        [REVIEW_PROMPTS] = REVIEW_NONE,
    };
    static const char *const words[] = {
        [REVIEW_NONE] = "nothing waits for you: the schedule decides",
        [REVIEW_STRUCTURE] = "changes of the workflow wait for you, prompts do not",
        [REVIEW_PROMPTS] = "changes of prompts wait for you, those of the workflow do not",
        [REVIEW_ALL] = "every proposal waits for you",
    };
    enum review_mode mode = next[session_review(ui->session)];
    struct err err = { .code = ERR_NONE };

    if (session_set_review(ui->session, mode, &err))
        ui_say(ui, ROLE_TEXT, "review %s: %s%s", review_mode_name(mode), words[mode],
            ui_view(ui)->pending != NULL ? ", after the one that waits now" : "");
    else
        tell_failure(ui, false, &err);
}

/* The one that waits is the newest; whatever was looked at there before, it is what is wanted. */
static void go_to_review(struct ui *ui)
{
    const struct run_view *view = ui_view(ui);
    struct place place = place_of(SCREEN_REVIEW);

    if (view->pending != NULL)
        place.proposal = (int)view->proposal_list.count - 1;
    else
        ui_say(ui, ROLE_TEXT, "no proposal waits");
    if (ui->screen != SCREEN_REVIEW)
        ui_go(ui, &place);
    else if (view->pending != NULL && ui->screens[ui->screen]->show != NULL)
        ui->screens[ui->screen]->show(ui_screen_state(ui), &place);
    ui_dirty(ui);
}

static void suspend(struct ui *ui)
{
    if (ui->terminal == NULL)
        return;
    terminal_stop(ui->terminal);
    ui_dirty(ui);
}

static void redraw(struct ui *ui)
{
    if (ui->terminal != NULL)
        terminal_redraw(ui->terminal);
    ui_dirty(ui);
}

static void toggle_hints(struct ui *ui)
{
    ui->settings.hints = !ui->settings.hints;
    ui_setting_changed(ui);
}

static void next_charts(struct ui *ui)
{
    ui->settings.charts = (ui->settings.charts + 1) % 3;
    ui_setting_changed(ui);
    ui_say_setting(ui, "charts"); /* no chart may be in sight */
}

enum { SPEED_MOST = 4096, SPEED_LEAST = 64 }; /* times as fast, times as slow */

/* Beyond the most there is none where a run is watched: what was missed is shown at once. */
static double next_speed(struct ui *ui, double factor)
{
    double speed = session_speed(ui->session);

    if (speed == 0)
        return 1;
    speed *= factor;
    if (speed > SPEED_MOST)
        return session_kind(ui->session) == SESSION_WATCH ? 0 : SPEED_MOST;
    return speed < 1.0 / SPEED_LEAST ? 1.0 / SPEED_LEAST : speed;
}

static void scale_speed(struct ui *ui, double factor)
{
    session_set_speed(ui->session, next_speed(ui, factor));
    if (session_speed(ui->session) == 0)
        ui_say(ui, ROLE_TEXT, "no speed: what was missed is shown at once");
    else
        ui_say(ui, ROLE_TEXT, "speed %g%s", session_speed(ui->session),
            session_kind(ui->session) == SESSION_WATCH ? ", for what was missed" : "");
}

static void faster(struct ui *ui)
{
    scale_speed(ui, 2);
}

static void slower(struct ui *ui)
{
    scale_speed(ui, 0.5);
}

static void step(struct ui *ui)
{
    session_step(ui->session, 1);
}

static void step_back(struct ui *ui)
{
    session_step(ui->session, -1);
}

/* "b12": where that batch begins. */
static bool seek_batch(struct ui *ui, const char *line)
{
    unsigned batch;
    char rest;

    if (sscanf(line, " b%u%c", &batch, &rest) != 1)
        return false;
    if (!session_seek_batch(ui->session, batch))
        ui_say(ui, ROLE_ERROR, "batch %u is not there", batch);
    return true;
}

static void on_seek(void *data, const char *line)
{
    struct ui *ui = data;
    char *end;
    double percent;

    if (line == NULL || seek_batch(ui, line))
        return;
    percent = strtod(line, &end);
    if (end == line || !(percent >= 0 && percent <= 100))
        ui_say(ui, ROLE_ERROR, "a number from 0 to 100 was expected, or b and a batch");
    else
        session_seek(ui->session, percent / 100);
}

static void seek(struct ui *ui)
{
    ui_ask_line(ui, "go to % of the run, or b and a batch: ", NULL, on_seek, ui);
}

/* What the ui itself does where the screen did not want the action. */
static void (*const handlers[ACTIONS])(struct ui *ui) = {
    [ACTION_BACK] = ui_go_back,
    [ACTION_PAGER] = ui_page,
    [ACTION_COPY] = ui_copy,
    [ACTION_WIDER] = ui_widen_pane,
    [ACTION_NARROWER] = ui_narrow_pane,
    [ACTION_RESET_PANES] = ui_reset_panes,
    [ACTION_CHART_STYLE] = next_charts,
    [ACTION_THEME] = ui_next_theme,
    [ACTION_HINTS] = toggle_hints,
    [ACTION_REVIEW] = go_to_review,
    [ACTION_REVIEW_MODE] = next_review_mode,
    [ACTION_PAUSE] = toggle_pause,
    [ACTION_STEP] = step,
    [ACTION_STEP_BACK] = step_back,
    [ACTION_FASTER] = faster,
    [ACTION_SLOWER] = slower,
    [ACTION_SEEK] = seek,
    [ACTION_COMMAND] = ui_ask_for_command,
    [ACTION_HELP] = ui_help_open,
    [ACTION_SUSPEND] = suspend,
    [ACTION_REDRAW] = redraw,
    [ACTION_REFRESH] = ui_dirty,
    [ACTION_QUIT] = ui_ask_leave,
    [ACTION_INTERRUPT] = ui_ask_interrupt,
};

void ui_act(struct ui *ui, enum action action)
{
    const struct screen *screen = ui->screens[ui->screen];
    void *state = ui_screen_state(ui);
    enum outcome outcome = OUTCOME_IGNORED;

    if (action >= ACTION_SCREEN_1 && action <= ACTION_SCREEN_8) {
        ui_go_to_tab(ui, (enum screen_id)(action - ACTION_SCREEN_1));
        return;
    }
    if (screen != NULL)
        outcome = screen->act(state, action);
    if (outcome == OUTCOME_REDRAW)
        ui_dirty(ui);
    if (outcome != OUTCOME_IGNORED)
        return;
    if (handlers[action] != NULL)
        handlers[action](ui);
    else if (action == ACTION_SEARCH || action == ACTION_FILTER)
        ui_say(ui, ROLE_TEXT, "there is nothing to %s here",
            action == ACTION_SEARCH ? "search" : "filter");
}
