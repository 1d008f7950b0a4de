#ifndef MADE_RUN_H
#define MADE_RUN_H

/* A run in the middle, made of events as a run says them, for the pictures of screens. */
#include "run_view.h"

enum made_size {
    MADE_EMPTY,   /* nothing has been said yet */
    MADE_NINE,    /* nine nodes, batch 14 of 40, under way */
    MADE_FIFTEEN, /* fifteen; a proposal waits */
    MADE_HOSTILE, /* names and words with escapes, bidi, CJK, combining marks; long ones */
    MADE_HUNDRED, /* a hundred nodes, a thousand batches */
    MADE_DONE,    /* nine nodes; finished */
};

void made_run(struct run_view *view, enum made_size size);
void made_say(struct run_view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
