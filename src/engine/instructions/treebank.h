#ifndef TREEBANK_H
#define TREEBANK_H

/*
 * Words as the Penn Treebank writes them, sentence by sentence, in the form that NLTK gives them:
 * punctuation and quotes stand alone, the final point of a sentence too, clitics are split off
 * ("don't" → do, n't). Pure.
 */
#include "excerpts.h"

struct treebank_words {
    struct str text; /* what the excerpts borrow from */
    struct excerpts words;
};

struct treebank_words treebank_words(struct excerpt text); /* of all sentences */
void treebank_free(struct treebank_words *words);

#endif
