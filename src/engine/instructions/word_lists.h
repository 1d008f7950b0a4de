#ifndef WORD_LISTS_H
#define WORD_LISTS_H

/* Closed lists of English words that verifiers ask for; each ends in NULL, all in lower case but
 * the names. */

extern const char *const stop_words[];        /* NLTK's, those without an apostrophe */
extern const char *const pronoun_words[];     /* IFBench's */
extern const char *const person_names[];      /* IFBench's fifty */
extern const char *const conjunction_words[]; /* the seven coordinating ones */
extern const char *const abbreviations[];     /* without the last point: what ends no sentence */
extern const char *const sentence_starters[]; /* words that often begin one */

#endif
