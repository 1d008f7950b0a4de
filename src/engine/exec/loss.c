#include "pass_state.h"

#include <stdlib.h>

#include "mem.h"

/* The metric of one example, on a worker: it sees immutable texts only. */
struct loss {
    struct work work;
    struct op op;
    struct slot *slot;
    const struct metric *metric;
    struct text *prediction, *target; /* references of its own */
    struct str words;
    enum metric_end end;
    double score;
    struct err error; /* of an end that is no score */
};

static void run(struct work *work, unsigned worker)
{
    struct loss *loss = (struct loss *)work;
    struct metric_case one = { .prediction = loss->prediction->data, .target = loss->target->data };

    (void)worker;
    loss->end = metric_score(loss->metric, &one, &loss->score, &loss->words, &loss->error);
}

static void on_done(struct work *work)
{
    struct loss *loss = (struct loss *)work;
    struct slot *slot = loss->slot;
    struct pass_state *state = slot->state;
    struct text *words = text_new(str_text(&loss->words), loss->words.len);
    double score = loss->score;

    if (loss->end != METRIC_SCORED) {
        (void)err_prefix(&loss->error, "example %s", slot->example->id);
        pass_cut(state, &loss->error);
    }
    text_unref(loss->prediction);
    text_unref(loss->target);
    str_free(&loss->words);
    op_end(&loss->op);
    free(loss);
    slot_scored(slot, score, words);
    pass_settle(state);
}

void loss_start(struct slot *slot)
{
    struct loss *loss = mem_zalloc(1, sizeof *loss);

    loss->work = (struct work){ .run = run, .on_done = on_done };
    loss->slot = slot;
    loss->metric = slot->state->context->task->metric;
    loss->prediction = text_ref(slot->nodes[slot->root].output);
    loss->target = text_ref(slot->example->target);
    op_begin(slot->state, &loss->op, NULL);
    workers_submit(slot->state->context->workers, &loss->work);
}
