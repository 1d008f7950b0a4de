#include "pass_state.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* The metric of one example. */
struct loss {
    struct op op;
    struct slot *slot;
    struct scoring scoring;
    struct text *prediction; /* a reference of its own: an evaluation drops outputs early */
};

static void on_scored(struct scoring *scoring)
{
    struct loss *loss = scoring->data;
    struct slot *slot = loss->slot;
    struct pass_state *state = slot->state;
    bool scored = scoring->scored;
    double score = scoring->score;
    struct text *words = scoring->words;
    struct err error = scoring->error;

    if (!scored && error.code == ERR_INPUT)
        (void)err_prefix(&error, "example %s", slot->example->id);
    text_unref(loss->prediction);
    op_end(&loss->op);
    free(loss);
    if (scored)
        slot_scored(slot, score, words);
    else
        slot_not_scored(slot, &error);
    pass_settle(state);
}

static void cancel(struct op *op)
{
    struct loss *loss = (struct loss *)op;

    scorer_cancel(loss->slot->state->context->scorer, &loss->scoring);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp((*(struct text *const *)a)->data, (*(struct text *const *)b)->data);
}

/* Tools answer in any order; what a metric sees must not depend on it. */
static void sort_texts(struct texts *texts)
{
    if (texts->count > 1)
        qsort(texts->items, texts->count, sizeof(struct text *), compare_texts);
}

void loss_start(struct slot *slot)
{
    struct loss *loss = mem_zalloc(1, sizeof *loss);

    sort_texts(&slot->found);
    sort_texts(&slot->asked);
    loss->slot = slot;
    loss->prediction = text_ref(slot->nodes[slot->root].output);
    loss->scoring = (struct scoring){
        .prediction = loss->prediction,
        .target = slot->example->target,
        .input = slot->input,
        .found = slot->found.items,
        .found_count = slot->found.count,
        .asked = slot->asked.items,
        .asked_count = slot->asked.count,
        .on_done = on_scored,
        .data = loss,
    };
    op_begin(slot->state, &loss->op, cancel);
    scorer_start(slot->state->context->scorer, &loss->scoring);
}
