#ifndef ADVISOR_PROMPT_H
#define ADVISOR_PROMPT_H

/*
 * A prompt as its four sections. What stands before the first known head is the task description:
 * so a prompt without heads keeps its words. Sentences that nobody asks to change are never
 * touched.
 */
#include <stdbool.h>

#include "advisor_message.h"
#include "str.h"
#include "vocabulary.h"

enum prompt_section { PROMPT_TASK, PROMPT_INPUT, PROMPT_APPROACH, PROMPT_OUTPUT, PROMPT_SECTIONS };

struct prompt {
    struct str sections[PROMPT_SECTIONS];
};

void prompt_read(struct piece text, struct prompt *out);
void prompt_write(const struct prompt *prompt, struct str *out);
void prompt_free(struct prompt *prompt);

/* What the whole prompt tells the reader to do. */
void prompt_instructions(const struct prompt *prompt, struct instructions *out);

/* Puts the instruction's sentence where it belongs: a task into the task description, a form into
 * the output format, the rest into the approach. Others of its group go, as far as a sentence says
 * nothing else. */
void prompt_add(struct prompt *prompt, enum instruction id);

/* Takes out the sentences that say it; where one says something else too, its opposite is added.
 * False where the prompt still says it. */
bool prompt_remove(struct prompt *prompt, enum instruction id);

#endif
