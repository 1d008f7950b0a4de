#ifndef NORMALIZE_H
#define NORMALIZE_H

/*
 * How question-answering scorers see an answer: lower case, without the 32 ASCII punctuation marks,
 * without English articles, words parted by single blanks. The order matters and is that of the
 * official script of SQuAD and HotpotQA: "the-end" is one word, "A." is nothing. Letters, spaces
 * and case are Unicode's, as in Python. Pure functions.
 */
#include <stddef.h>

#include "str.h"

/* Appends the normalised text. */
void normalize_answer(const char *text, struct str *out);
/* The same after canonical decomposition (NFD): dspy's form, in which an accent is no part of a
 * word. */
void normalize_answer_nfd(const char *text, struct str *out);

#endif
