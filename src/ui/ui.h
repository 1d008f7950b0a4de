#ifndef UI_H
#define UI_H

/*
 * The terminal interface of one session: header, tab bar, the screen between, hints; prompts,
 * dialogs, help and the command line; when to draw. Runs on the session's loop and never holds it
 * up: a key is answered in the same turn, live data is drawn a few times a second, and where
 * nothing changes nothing wakes and nothing is written.
 *
 * Life: ui_open → the caller turns the loop until ui_is_over (the ui stops the loop then) →
 * ui_close → the loop once more → session_close. Without a terminal (tests) it is driven by ui_key
 * and looked at by ui_draw.
 */
#include <stdbool.h>

#include "canvas.h"
#include "keys.h"
#include "screen.h"
#include "session.h"
#include "terminal.h"

struct ui_options {
    uv_loop_t *loop;
    bool has_terminal;
    bool ascii;                /* without a terminal: as if the locale were not UTF-8 */
    enum colour_choice colour; /* --color */
    const char *theme;         /* --theme; NULL: the setting */
    unsigned fps;              /* --fps; 0: the setting */
    unsigned message_ms;       /* so long a message stands where the hints are; 0: as usual */
    /* $XDG_STATE_HOME/flowbot (settings) and $XDG_CONFIG_HOME/flowbot (keys.json, themes/); NULL:
     * none is read or written. */
    const char *state_folder, *config_folder;
    const struct screen *const *screens; /* SCREENS of them, NULL where there is none; NULL: the
                                            program's own */
};

/* Takes the screen over. ERR_INPUT where keys.json or a theme that was asked for is wrong; what is
 * wrong in the settings is said, and the default taken. The session must outlive the ui. NULL on
 * error. */
struct ui *ui_open(const struct ui_options *options, struct session *session, struct err *err);
/* Gives the terminal back, keeps the settings; a file of them with something wrong in it is put
 * aside, which is said on standard error. NULL is nothing. */
void ui_close(struct ui *ui);

/* The person has left, or the terminal is gone. A live run has ended by then. */
bool ui_is_over(const struct ui *ui);
/* As a signal does: the first asks the run to finish what is in flight and save, the second ends at
 * once; then the ui is over. */
void ui_interrupt(struct ui *ui);
/* The same, and the run is to go on without a screen: where the terminal is gone, or the person
 * wants it so. Whoever owns the ui sees to that (cli/detach.h). */
void ui_detach(struct ui *ui);
bool ui_is_detached(const struct ui *ui);
bool ui_is_handed_over(const struct ui *ui); /* another process asked for the run (SIGUSR1) */

/* Says what is waited for, in place of the hints, until it is set to NULL. */
void ui_set_busy(struct ui *ui, const char *words);

void ui_key(struct ui *ui, key_code key);
void ui_paste(struct ui *ui, const char *text);
/* A click or a turn of the wheel, at a place of the picture drawn last. */
void ui_mouse(struct ui *ui, const struct input *input);
/* Draws the whole picture; the canvas has its size and says whether it is ASCII. */
void ui_draw(struct ui *ui, struct canvas *canvas);

#endif
