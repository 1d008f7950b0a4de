#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

/* The words of any text that a search is made of, each as a quoted string of FTS5. Private to
 * engine/store. */
#include <stddef.h>

#include "str.h"

enum { SEARCH_WORDS_MAX = 32, SEARCH_WORD_BYTES_MAX = 200 };

struct search_words {
    char *items[SEARCH_WORDS_MAX]; /* "\"word\"", distinct, in their order */
    size_t count;
};

/* Stop words are left out where other words remain; none where the text has no word. */
void search_words_of(const char *text, struct search_words *words);
void search_words_free(struct search_words *words);

#endif
