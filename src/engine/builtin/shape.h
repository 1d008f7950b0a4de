#ifndef SHAPE_H
#define SHAPE_H

/* The form of an answer: from the chosen span to the text that the prompt asks for. */
#include "answer.h"
#include "str.h"

/* The candidate's text, cut or widened by the date, number and list instructions. */
void shape_span(const struct reading *reading, const struct candidate *candidate, struct str *out);
/* Case, hedges, sources and the other instructions that work on the finished text. `passage` may be
 * SIZE_MAX. */
void shape_output(const struct reading *reading, size_t passage, struct str *out);

#endif
