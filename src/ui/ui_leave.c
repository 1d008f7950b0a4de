/* Leaving: what becomes of the run is asked; nothing is lost whatever the answer. */
#include <stdlib.h>

#include "mem.h"
#include "ui_state.h"

enum answer_to_leave { LEAVE_DETACH, LEAVE_STOP, LEAVE_SAVE, LEAVE_STAY };

static bool is_running(struct ui *ui)
{
    return session_kind(ui->session) == SESSION_LIVE && !session_is_unstarted(ui->session) &&
           session_outcome(ui->session) == NULL;
}

static void on_answer(void *data, int answer)
{
    struct ui *ui = data;
    struct err err = { .code = ERR_NONE };

    ui->asks_to_leave = false;
    if (answer == LEAVE_DETACH) {
        ui_detach(ui);
    } else if (answer == LEAVE_SAVE) {
        ui_interrupt(ui);
    } else if (answer == LEAVE_STOP) {
        if (session_stop(ui->session, &err))
            ui_say(ui, ROLE_WARNING, "stopping: the best so far is tested and kept");
        else
            ui_say(ui, ROLE_ERROR, "%s", err.message);
    }
}

/* Nobody is there to decide once it is detached. */
static const char *detach_words(struct ui *ui)
{
    if (ui_view(ui)->pending != NULL)
        return "saved until you decide";
    return session_review(ui->session) != REVIEW_NONE ? "goes on till it needs you"
                                                      : "goes on without screen";
}

static void ask(struct ui *ui)
{
    char *answers =
        mem_printf("d detach: %s|s stop: test and keep the best|l leave: flowbot resume goes on|"
                   "n nothing: go on",
            detach_words(ui));

    ui_ask_choice(ui, "The run is under way. Every answer so far is saved; nothing is paid twice.",
        answers, on_answer, ui);
    free(answers);
    ui->asks_to_leave = true;
}

void ui_leave_ended(struct ui *ui)
{
    if (ui->modal != MODAL_CHOICE || !ui->asks_to_leave)
        return;
    ui_modal_close(ui);
    ui->asks_to_leave = false;
    ui_say(ui, ROLE_OK, "the run has ended meanwhile: look around; q leaves");
}

void ui_ask_leave(struct ui *ui)
{
    if (is_running(ui) && !ui->leaving)
        ask(ui);
    else if (is_running(ui))
        ui_interrupt(ui);
    else
        ui_end(ui);
}

/* ^C at an ended run leaves as q does; while one is stopping it ends at once. */
void ui_ask_interrupt(struct ui *ui)
{
    ui_ask_leave(ui);
}
