#ifndef TEXT_DIFF_H
#define TEXT_DIFF_H

/*
 * The difference of two texts, made for prose: by lines and the sentences in them, then by words
 * inside what changed. What changed comes as *hunks*; any subset of them can be applied. After E.
 * W. Myers, "An O(ND) difference algorithm and its variations" (1986); where two texts differ in
 * more than DIFF_MOST places, all between their common beginning and end is one hunk.
 *
 * The last sentence of a text is the same as one that goes on elsewhere: what separates it there,
 * or a line end, is put behind it in the copy that is compared (the *pad*), and taken off what
 * comes out.
 *
 * The texts are copied. Offsets are bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum { DIFF_MOST = 1000 };

/* Bytes [start, end) of a text. */
struct diff_range {
    size_t start, end;
};

/* Old bytes that become new bytes; one of both may be empty. Whole sentences or lines. */
struct diff_hunk {
    struct diff_range old_range, new_range;
    /* Words that are not on the other side, in order; none where hardly a word is the same. */
    struct diff_range *old_words, *new_words;
    size_t old_count, new_count;
};

struct text_diff {
    char *old_text, *new_text; /* with their pads */
    size_t old_len, new_len;
    size_t old_pad, new_pad; /* bytes of it */
    struct diff_hunk *hunks; /* in order, with something unchanged between any two or split apart */
    size_t count;
};

struct text_diff *text_diff_new(
    const char *old_text, size_t old_len, const char *new_text, size_t new_len);
void text_diff_free(struct text_diff *diff); /* NULL is nothing */

/* The text with the hunks for which accept[i] is true applied: all give the new text, none the
 * old one. How the text ends goes with the last hunk. `accept` has diff->count entries. */
void text_diff_apply(const struct text_diff *diff, const bool *accept, struct str *out);

/* Splits a hunk into one for each sentence or line of its longer side, so that each can be decided
 * by itself; blank lines go with what is before them. False where it is one already. */
bool text_diff_split(struct text_diff *diff, size_t hunk);

/* The new text with other bytes in place of a hunk's. */
void text_diff_with(const struct text_diff *diff, size_t hunk, const char *text, struct str *out);
/* Makes that the new text; the hunks stay. */
void text_diff_set(struct text_diff *diff, size_t hunk, const char *text);

/* Ranges of one text that are not in the other by words, for marking an output against its target.
 * The caller frees *old_words and *new_words. */
void text_diff_words(const char *old_text, size_t old_len, const char *new_text, size_t new_len,
    struct diff_hunk *words);

#endif
