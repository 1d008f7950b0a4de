#ifndef FAKE_SESSION_H
#define FAKE_SESSION_H

/* A session that only a test moves: the functions of session.h over a struct in the open. */
#include "session.h"

struct session {
    enum session_kind kind;
    struct run_view view;
    struct run_outcome outcome;
    bool has_ended, is_paused;
    enum review_mode review;
    unsigned interrupts, stops;
    double speed, position;
    int steps;
    bool is_behind;
    uint32_t missed;
    unsigned batch;               /* that was gone to */
    struct reader *reader;        /* the test's; NULL: none */
    unsigned decisions, answered; /* taken; the proposal of the last one */
    enum answer_kind answer;
    char *answer_text; /* its workflow or its reason */
    char reverted[40];
    struct call_row *calls; /* newest first */
    size_t call_count;
    struct calls_state calls_state;
    session_change *on_change;
    void *change_data;
};

/* A live run in its second epoch. */
void fake_session_init(struct session *session);
void fake_session_free(struct session *session);
void fake_session_changed(struct session *session); /* calls on_change */
void fake_session_end(struct session *session);     /* the run has ended; calls on_change */

#endif
