#ifndef UI_STATE_H
#define UI_STATE_H

/* The inside of the ui, shared by the files ui*.c alone. */
#include "keymap.h"
#include "line_edit.h"
#include "settings.h"
#include "ui.h"

/* What stands over the screen and gets the keys. */
enum modal { MODAL_NONE, MODAL_LINE, MODAL_CHOICE, MODAL_HELP };

typedef void line_answer(void *data, const char *line);
typedef void choice_answer(void *data, int answer);

enum { UI_SIGNALS = 4 }; /* that ask to end: SIGINT, SIGTERM, SIGHUP, SIGUSR1 (flowbot attach) */
enum { CHOICES = 8, LABEL = 256, MESSAGE = 1024, HISTORY = 50, BACK = 64 };

/* A question for a line. */
struct line_prompt {
    char label[LABEL];
    struct line_edit edit;
    line_answer *on_line;
    void *data;
    /* NULL, or completes the text before the cursor on Tab */
    void (*complete)(struct ui *ui, struct line_edit *edit);
    size_t back; /* how far in the history; 0: at the line itself */
    char *draft; /* the line itself while a former one is shown */
};

struct choice_prompt {
    char question[1024];
    struct {
        key_code key;
        char words[64];
        struct pane at; /* where it was drawn last; empty: it was not */
    } choices[CHOICES];
    int count, selected;
    int scrolled, most_scrolled; /* lines of a question that is longer than its room */
    choice_answer *on_answer;
    void *data;
};

struct help {
    struct line_edit filter;
    int selected, top;
    int clicked;      /* the row that a click has selected; -1: none has */
    struct pane rows; /* where they were drawn last */
};

/* Lines that were given, by label; newest last. */
struct line_history {
    char label[LABEL];
    char *lines[HISTORY];
    size_t count;
};

struct errand; /* editor, pager, tmux: ui_tools.c */

struct ui {
    struct ui_options options;
    struct session *session;
    struct settings settings;
    struct keymap *keymap;
    char *themes_folder, *settings_path, *copy_path;
    /* screens */
    const struct screen *const *screens;
    void *states[SCREENS]; /* opened when first shown */
    enum screen_id screen;
    struct place shown[SCREENS];
    struct place back[BACK];
    size_t back_count;
    /* over the screen */
    enum modal modal;
    struct line_prompt line;
    struct choice_prompt choice;
    struct help help;
    struct line_history histories[16];
    char message[MESSAGE];
    enum role message_role;
    char *busy;              /* what is waited for, where the hints are; NULL: nothing */
    struct err settings_err; /* what is wrong in the settings' file; ERR_NONE: nothing */
    /* drawing */
    struct terminal *terminal;
    struct canvas canvas;
    struct theme theme;
    enum depth depth;
    bool ascii, console, dirty;
    unsigned frame;
    int64_t drawn_us;   /* the last live frame */
    size_t frame_bytes; /* that the last frame took */
    uv_timer_t live;    /* the next live frame */
    uv_timer_t message_end;
    uv_prepare_t prepare;
    uv_signal_t signals[UI_SIGNALS];
    int open_handles;
    /* the end */
    bool was_loading;   /* a stored run was being read the last time that was looked */
    bool was_pending;   /* a proposal waited the last time that was looked */
    bool asks_to_leave; /* the choice that stands */
    bool leaving;       /* over as soon as the run has ended */
    bool detaching;     /* and the run is to go on without a screen */
    bool handed_over;   /* and another process goes on with it */
    bool is_over, closed;
    struct errand *errand; /* one at a time */
};

/* ui.c */
void ui_dirty(struct ui *ui); /* draw in this turn */
void ui_end(struct ui *ui);

/* ui_places.c */
void *ui_screen_state(struct ui *ui); /* of the screen shown; NULL where there is none */
void ui_go_back(struct ui *ui);
void ui_go_to_tab(struct ui *ui, enum screen_id screen);

/* ui_actions.c */
unsigned ui_contexts(const struct ui *ui);
void ui_act(struct ui *ui, enum action action);

/* ui_draw.c */
/* The screen whose tab stands there, in the picture drawn last. */
bool ui_tab_at(struct ui *ui, int x, int y, enum screen_id *screen);

/* ui_panes.c */
struct division ui_division(struct ui *ui);
void ui_widen_pane(struct ui *ui);
void ui_narrow_pane(struct ui *ui);
void ui_reset_panes(struct ui *ui);

/* ui_modal.c */
void ui_choose(struct ui *ui, int answer); /* of the choice that stands */
void ui_draw_line(struct ui *ui, const struct pane *row);
void ui_modal_key(struct ui *ui, key_code key);
void ui_ask_command(struct ui *ui, const char *label, const char *initial, line_answer *on_line,
    void (*complete)(struct ui *ui, struct line_edit *edit));
void ui_modal_close(struct ui *ui); /* as if given up, without telling who asked */
void ui_draw_choice(struct ui *ui, const struct pane *pane);

/* ui_help.c */
void ui_help_open(struct ui *ui);
void ui_help_key(struct ui *ui, key_code key);
void ui_help_click(struct ui *ui, int row); /* of those drawn; a second click on it runs it */
void ui_help_paste(struct ui *ui, const char *text);
void ui_draw_help(struct ui *ui, const struct pane *pane);

/* ui_leave.c */
void ui_ask_leave(struct ui *ui);
void ui_ask_interrupt(struct ui *ui);
void ui_leave_ended(struct ui *ui); /* the run has ended: there is nothing to ask any more */

/* ui_command.c */
void ui_ask_for_command(struct ui *ui);
bool ui_load_theme(struct ui *ui, const char *name, struct err *err); /* the setting stays */
void ui_next_theme(struct ui *ui);
void ui_setting_changed(struct ui *ui);
void ui_say_setting(struct ui *ui, const char *name); /* what it is and may be */

/* ui_tools.c */
void ui_copy(struct ui *ui);
void ui_page(struct ui *ui);
void ui_errand_forget(struct ui *ui); /* at the end: what is under way is no longer waited for */
/* As ui_say; to who is leaving on standard error. */
void ui_tell(struct ui *ui, enum role role, const char *text);

#endif
