#ifndef BLAME_H
#define BLAME_H

/*
 * Which change of the run each line of a node's prompt came with. A workflow's history goes back
 * from change to change to the start; a line is as old as the change after which it stood there
 * first and for good. A line of which a word was changed is new.
 */
#include "run_view.h"

struct blame_line {
    uint32_t start, end; /* bytes of the prompt, without the line break */
    int proposal;        /* VIEW_NONE: of the start, or of a history that is not known */
    bool goes;           /* the change that was made to this workflow next does away with it */
};

struct blame {
    struct blame_line *lines;
    size_t count;
    unsigned revisions; /* changes that the prompt went through, its making included */
    int next;           /* the proposal that was made from this workflow and changed the prompt, and
                           was taken; VIEW_NONE */
};

void blame_make(struct blame *blame, const struct run_view *view, int workflow, int node);
void blame_free(struct blame *blame); /* zeroed is nothing */
/* The revisions alone, without looking at lines. */
unsigned blame_revisions(const struct run_view *view, int workflow, int node);

#endif
