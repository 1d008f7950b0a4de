#ifndef TUI_H
#define TUI_H

/*
 * A run in the terminal interface: what headless.h is without one. Turns the loop until the person
 * has left, gives the terminal back, and prints the summary.
 *
 * tui_open → tui_show → (tui_prepare) → (a live run: session_fill_options for run_create or
 * run_open, tui_start) → tui_go → tui_close.
 */
#include "display.h"
#include "run.h"
#include "session.h"
#include "ui.h"

struct tui {
    uv_loop_t loop;
    struct session *session;
    struct ui *ui;
    char *state_folder, *config_folder;
    int64_t began_ms; /* this sitting, on the run's clock */
    char *detached;   /* id of a run that is to go on without a screen; NULL: none */
    bool has_run;     /* of a live session: tui_go gives its outcome */
};

/* Prepares the loop; nothing is shown yet. */
void tui_open(struct tui *tui);
/* Takes the session (NULL: what made it has failed, *err tells) and the screen. False on error. */
bool tui_show(struct tui *tui, const struct display_options *display, struct session *take_session,
    struct err *err);
/* Does `work` on a thread of its own, with `words` on the screen meanwhile, and returns when it is
 * done. ERR_CANCELLED where the person left before it was done: the work still goes on and uses
 * `data`, so the process has to end (tui_abandon). */
bool tui_prepare(
    struct tui *tui, void (*work)(void *data), void *data, const char *words, struct err *err);
/* Gives the terminal back, says the error and ends the process, whatever its threads do. */
_Noreturn void tui_abandon(struct tui *tui, const struct err *err);
/* Starts a live run (taken). */
bool tui_start(struct tui *tui, struct run *take_run, struct err *err);
/* Until the person leaves. Returns the exit code: of a live run its own, else 0. */
int tui_go(struct tui *tui, struct err *err);
void tui_close(struct tui *tui); /* in every case */
/* After tui_close: lets a run that was left so go on without a screen. Returns the exit code,
 * `code` where there is none. */
int tui_go_on_detached(struct tui *tui, const char *folder, int code, struct err *err);

/* A run that is looked at, in the terminal interface or as plain text: `session` from
 * session_open_watch or _replay on tui->loop. */
int tui_look(
    struct tui *tui, const struct options *options, struct session *take_session, struct err *err);

#endif
