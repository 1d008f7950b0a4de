#ifndef CALL_SECTIONS_H
#define CALL_SECTIONS_H

/* A call to a model as sections of a text: its costs, what was said to it, what it said. */
#include "sections.h"

/* `what` heads it. Raw: request and reply as they stand in the journal (JSON); else the messages
 * and the answer as text. */
void call_sections(
    struct sections *sections, struct reader *reader, struct hash key, const char *what, bool raw);

#endif
