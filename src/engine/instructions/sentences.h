#ifndef SENTENCES_H
#define SENTENCES_H

/*
 * Sentences as Punkt finds them (Kiss and Strunk, 2006) with English parameters: a point, question
 * or exclamation mark ends one, unless the point belongs to an abbreviation, an initial, a number
 * or an ellipsis and the next word does not look like a start. Which capitalised words only stand
 * at starts is known for common words alone; the full model learned it from a newspaper. Pure.
 */
#include "excerpts.h"

struct excerpts split_sentences(struct excerpt text);

#endif
