#ifndef REVIEW_STAGE_H
#define REVIEW_STAGE_H

/* A run with a proposal that waits, and the whole ui with the screens Review and History on it,
 * driven by keys. */
#include "fake_session.h"
#include "made_file.h"
#include "ui.h"

/* What waits. */
enum waiting {
    WAITING_NONE,
    WAITING_PROMPTS,
    WAITING_SKETCH,
    WAITING_HOSTILE,
    WAITING_LINES,
    WAITING_LONG
};

struct review_stage {
    uv_loop_t loop;
    struct session session;
    struct made_file file;
    struct ui *ui;
};

void review_stage_open(struct review_stage *stage, enum waiting waiting);
void review_stage_close(struct review_stage *stage);
/* Draws until all that is read has come; whether these words are in the picture. */
bool sees(struct review_stage *stage, int width, int height, const char *words);
/* As a person: looking after each key. */
void keys(struct review_stage *stage, const char *text);

#endif
