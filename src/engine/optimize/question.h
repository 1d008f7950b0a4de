#ifndef QUESTION_H
#define QUESTION_H

/*
 * Asking the meta model, with corrections. All questions of a step are asked at once; a reply that
 * is of no use is refused, and its question is asked again with the reason in {{refused}}, a
 * bounded number of times.
 */
#include "optimizer.h"

struct question {
    /* set by the asker */
    enum template_id template;
    struct template_values values; /* borrowed; `refused` is filled here */
    char label[LABEL_MAX];         /* for progress and for words: "prompt update: answer" */
    /* Judges a reply and takes from it what it needs. False with a sentence that the meta model can
     * act upon. */
    bool (*accept)(void *data, const cJSON *reply, struct err *why);
    void *data;
    /* the outcome */
    bool answered;
    struct err error;    /* why not */
    struct hash message; /* of the message that was answered, for question_turn_down */
};

/* Asks all, each at most 1 + corrections times. */
bool questions_ask(
    struct optimizer *o, struct question *questions, size_t count, unsigned corrections);

/* States one warning, headed by `what`, with the reasons of those that were not answered; nothing
 * where all were. */
bool questions_warn(
    struct optimizer *o, const struct question *questions, size_t count, const char *what);

/* The reply to this message came to nothing: who asks the very same again gets another draw. */
void question_turn_down(struct optimizer *o, struct hash message);

#endif
