#include "tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "crash.h"
#include "detach.h"
#include "file.h"
#include "mem.h"
#include "plain_look.h"
#include "summary.h"

void tui_open(struct tui *tui)
{
    struct err err = { .code = ERR_NONE };

    *tui = (struct tui){ 0 };
    (void)uv_loop_init(&tui->loop);
    /* without a home nothing is kept, which is no reason not to run */
    tui->state_folder = file_state_folder(&err);
    tui->config_folder = file_config_folder(&err);
}

bool tui_show(struct tui *tui, const struct display_options *display, struct session *take_session,
    struct err *err)
{
    struct ui_options options = {
        .loop = &tui->loop,
        .has_terminal = true,
        .colour = display->colour,
        .theme = display->theme,
        .fps = display->fps,
        .state_folder = tui->state_folder,
        .config_folder = tui->config_folder,
    };

    tui->session = take_session;
    if (take_session != NULL)
        tui->ui = ui_open(&options, take_session, err);
    if (tui->ui == NULL)
        return false;
    (void)uv_run(&tui->loop, UV_RUN_NOWAIT); /* the first picture, before anything takes time */
    return true;
}

struct preparation {
    uv_work_t request; /* first */
    struct tui *tui;
    void (*work)(void *data);
    void *data;
    bool is_done;
};

static void do_work(uv_work_t *request)
{
    struct preparation *preparation = (struct preparation *)request;

    preparation->work(preparation->data);
}

static void on_worked(uv_work_t *request, int status)
{
    struct preparation *preparation = (struct preparation *)request;

    (void)status;
    preparation->is_done = true;
    uv_stop(&preparation->tui->loop);
}

bool tui_prepare(
    struct tui *tui, void (*work)(void *data), void *data, const char *words, struct err *err)
{
    struct preparation *preparation = mem_zalloc(1, sizeof *preparation);

    *preparation = (struct preparation){ .tui = tui, .work = work, .data = data };
    if (uv_queue_work(&tui->loop, &preparation->request, do_work, on_worked) != 0)
        abort();
    ui_set_busy(tui->ui, words);
    while (!preparation->is_done) {
        (void)uv_run(&tui->loop, UV_RUN_DEFAULT);
        if (!preparation->is_done && ui_is_over(tui->ui))
            return err_set(err, ERR_CANCELLED, "left before the run began: nothing was asked");
    }
    free(preparation);
    ui_set_busy(tui->ui, NULL);
    return true;
}

void tui_abandon(struct tui *tui, const struct err *err)
{
    ui_close(tui->ui);
    command_print_error(err);
    (void)fflush(NULL);
    _exit(command_fail(err));
}

bool tui_start(struct tui *tui, struct run *take_run, struct err *err)
{
    if (run_notice(take_run) != NULL)
        ui_say(tui->ui, ROLE_WARNING, "%s", run_notice(take_run));
    tui->began_ms = run_now_ms(take_run);
    tui->has_run = session_start_live(tui->session, take_run, err);
    return tui->has_run;
}

static int outcome_of(const struct tui *tui, struct err *err)
{
    const struct run_outcome *outcome = session_outcome(tui->session);
    const struct run_view *view = session_view(tui->session);

    if (!tui->has_run || outcome == NULL)
        return 0;
    /* The screen may have stayed open long after the run's last word, and that word may be an
     * earlier sitting's. */
    summary_print(
        view, outcome, view->t > tui->began_ms ? (double)(view->t - tui->began_ms) / 1000 : 0);
    *err = outcome->err;
    return outcome->exit_code;
}

/* The run is another process's now: nothing of it ended. */
static int tell_new_owner(const char *id)
{
    printf("another process has the run now: flowbot watch %s looks at it\n", id);
    return 0;
}

/* One that was interrupted, that is: a proposal that waits, waits without a process, too. */
static void keep_detached(struct tui *tui)
{
    const struct run_outcome *outcome = session_outcome(tui->session);

    if (ui_is_detached(tui->ui) && tui->has_run && outcome != NULL && !outcome->waiting &&
        outcome->err.code == ERR_CANCELLED)
        tui->detached = mem_strdup(run_id(session_run(tui->session)));
}

int tui_go(struct tui *tui, struct err *err)
{
    const struct run_outcome *outcome;
    bool handed_over;

    while (!ui_is_over(tui->ui) && uv_run(&tui->loop, UV_RUN_DEFAULT) != 0)
        continue; /* the run stops the loop, too, when it ends */
    keep_detached(tui);
    handed_over = ui_is_handed_over(tui->ui);
    ui_close(tui->ui);
    tui->ui = NULL;
    outcome = session_outcome(tui->session);
    if (handed_over && outcome != NULL && outcome->err.code == ERR_CANCELLED)
        return tell_new_owner(run_id(session_run(tui->session)));
    return outcome_of(tui, err);
}

int tui_go_on_detached(struct tui *tui, const char *folder, int code, struct err *err)
{
    char *id = tui->detached;

    tui->detached = NULL;
    if (id == NULL)
        return code;
    *err = (struct err){ .code = ERR_NONE };
    code = detach_spawn(folder, id, err) ? 0 : command_fail(err);
    free(id);
    return code;
}

void tui_close(struct tui *tui)
{
    ui_close(tui->ui);
    session_close(tui->session);
    while (uv_run(&tui->loop, UV_RUN_DEFAULT) != 0)
        continue;
    (void)uv_loop_close(&tui->loop);
    free(tui->state_folder);
    free(tui->config_folder);
}

/* A replay into a pipe is not waited for, unless it was told how fast. */
static bool is_at_once(const struct options *options, const struct session *session)
{
    return session_kind(session) == SESSION_REPLAY && options_get(options, "speed") == NULL &&
           isatty(STDOUT_FILENO) != 1;
}

int tui_look(
    struct tui *tui, const struct options *options, struct session *take_session, struct err *err)
{
    struct display_options display = { 0 };

    if (take_session == NULL)
        return command_fail(err);
    tui->session = take_session;
    if (!display_read_look(options, &display, err))
        return command_fail(err);
    if (display.display == DISPLAY_PLAIN)
        return plain_look(&tui->loop, take_session, is_at_once(options, take_session), err);
    crash_say(
        "flowbot: crashed. The run that was looked at is as it was: the same command shows it "
        "again\n");
    if (!tui_show(tui, &display, take_session, err))
        return command_fail(err);
    return tui_go(tui, err);
}
