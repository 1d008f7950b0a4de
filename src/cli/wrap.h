#ifndef WRAP_H
#define WRAP_H

/* Words of running text broken into lines for a terminal of 80 columns. */
#include <stdbool.h>
#include <stdio.h>

/* Prints the words of one paragraph, each line but the first behind `indent` blanks; the first goes
 * on at column `column`. Ends with a line feed. Every byte below 0x80 or at the start of a UTF-8
 * sequence counts as a cell. */
void wrap_print(FILE *to, const char *text, int column, int indent);

/* Paragraphs that a blank line parts. */
void wrap_paragraphs(FILE *to, const char *text);

#endif
