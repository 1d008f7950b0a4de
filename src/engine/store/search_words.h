#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

/* From any text to an expression of FTS5: its words, each quoted, any of which may match. Private
 * to engine/store. */
#include "str.h"

enum { SEARCH_WORDS_MAX = 32, SEARCH_WORD_BYTES_MAX = 200 };

/* Appends the expression; nothing where the text has no word. */
void search_words_expression(const char *text, struct str *expression);

#endif
