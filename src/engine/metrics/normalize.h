#ifndef NORMALIZE_H
#define NORMALIZE_H

/*
 * How question-answering scorers see an answer: lower case, without the 32 ASCII punctuation marks,
 * without English articles, words parted by single blanks. The order matters and is that of the
 * official script of SQuAD and HotpotQA: "the-end" is one word, "A." is nothing. Letters, spaces
 * and case are Unicode's, as in Python. Pure functions.
 */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

/* Appends the normalised text. */
void normalize_answer(const char *text, struct str *out);
/* The same after canonical decomposition (NFD): dspy's form, in which an accent is no part of a
 * word. */
void normalize_answer_nfd(const char *text, struct str *out);

/* The steps, for those who take them in another order. */
bool is_punctuation(char c);             /* the 32 ASCII marks */
void drop_punctuation(struct str *text); /* in place */
void blank_articles(struct str *text);   /* in place: a, an, the as whole words become one blank */
void join_words(
    const struct str *text, struct str *out); /* appends: white space squeezed to blanks */

#endif
