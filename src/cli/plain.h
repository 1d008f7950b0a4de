#ifndef PLAIN_H
#define PLAIN_H

/*
 * A run as plain text, for screen readers and terminals that can do nothing: one line for each
 * thing that happens, with its time, ASCII only, nothing redrawn; proposals are decided by numbered
 * questions on standard input. What headless.h is without questions. Ctrl-C and SIGTERM end the run
 * once gently, twice at once; where the terminal is lost it goes on without one (detach.h).
 *
 * Lines of a pipe or a file are the answers in order, whenever they come. Those that are typed in a
 * terminal before anything is asked answer nothing: whoever typed them had not seen the question.
 */
#include "draft.h"
#include "line_input.h"
#include "run.h"
#include "session.h"
#include "terminal_program.h"
#include "text_file.h"

enum { PLAIN_SIGNALS = 4 };

enum plain_question {
    PLAIN_NO_QUESTION,
    PLAIN_CHOICE, /* what becomes of the proposal */
    PLAIN_REASON, /* of a rejection */
    PLAIN_MODE,   /* of the review */
    PLAIN_AGAIN,  /* whether to edit again what cannot be used */
};

struct plain {
    uv_loop_t loop;
    struct session *session;
    struct line_input *input;
    uv_signal_t signals[PLAIN_SIGNALS];
    const char *folder;
    size_t printed; /* lines of the log */
    int64_t began_ms, began_us;
    enum plain_question asking;
    unsigned proposal;       /* that is asked about */
    struct drafts drafts;    /* what was made of it by editing */
    bool is_input_typed;     /* in a terminal */
    struct text_file edited; /* while the editor is open */
    struct terminal_program *editor;
    char *unusable; /* what was written there and cannot be gone on with */
    bool is_handed_over, is_detached, is_over;
};

void plain_open(struct plain *plain, const char *folder);
/* The options for run_create and run_open. */
struct run_options plain_options(struct plain *plain);
/* Starts the run (taken) and goes on to its end. Returns the exit code. */
int plain_go(struct plain *plain, struct run *take_run, struct err *err);
void plain_close(struct plain *plain); /* in every case */

/* What becomes of a proposal that waits for nobody stands on the same line of the log, and comes
 * with the next fact: the line is not to be printed yet. */
bool plain_is_unfinished(const struct run_view *view, size_t line);
/* To standard output; what is not ASCII, or acts on a terminal, is a question mark. */
void plain_print(const char *text);

/* ---- shared by the files plain*.c alone ---- */

void plain_say(const struct plain *plain, const char *text); /* one line, with the time */
void plain_print_log(struct plain *plain); /* what is new; not while an editor is open */

/* plain_ask.c */
void plain_ask_if_pending(struct plain *plain);
void plain_ask(struct plain *plain); /* what becomes of the proposal */
/* Asks whether what was written is edited again, for this reason. */
void plain_ask_again(struct plain *plain, const char *why);
void plain_serve(struct plain *plain); /* answers with the lines that are there */

/* plain_edit.c */
void plain_show(struct plain *plain);
void plain_edit(struct plain *plain, const char *text); /* NULL: the workflow as it is so far */
void plain_undo(struct plain *plain);
void plain_end_editing(struct plain *plain);

#endif
