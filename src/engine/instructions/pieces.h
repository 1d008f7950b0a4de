#ifndef PIECES_H
#define PIECES_H

/* Parts of a text as the verifiers cut it: borrowed spans, Unicode's letters and white space as
 * Python has them. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct piece {
    const char *text;
    size_t len; /* bytes */
};

struct pieces {
    struct piece *items;
    size_t count, cap;
};

struct piece piece_of(const char *text);
void pieces_free(struct pieces *pieces);

struct pieces split_words(struct piece text);                     /* at white space: str.split() */
struct pieces split_tokens(struct piece text);                    /* runs of word letters: \w+ */
struct pieces split_at(struct piece text, const char *separator); /* str.split(separator) */

enum ends { BOTH_ENDS, LEFT_END, RIGHT_END };
struct piece trim(struct piece piece); /* white space off both ends: str.strip() */
/* ASCII punctuation and blanks off: the verifiers' strip. */
struct piece strip_marks(struct piece piece, enum ends ends);
/* ASCII bytes out of the set off: str.strip(set). */
struct piece strip_set(struct piece piece, const char *set, enum ends ends);

void add_without_marks(struct piece text, struct str *out); /* appends, ASCII punctuation deleted */
void add_lower(struct piece text, struct str *out);

bool is_blank(struct piece piece);
bool piece_equal(struct piece a, struct piece b);
bool piece_is(struct piece piece, const char *text);
bool piece_starts(struct piece piece, const char *prefix);
bool piece_contains(struct piece piece, const char *part);
size_t count_occurrences(struct piece piece, const char *part); /* not overlapping: str.count() */
bool is_one_of(struct piece piece, const char *const *words);   /* a NULL ends the list */

size_t length_of(struct piece piece);  /* in characters */
uint32_t first_of(struct piece piece); /* 0: empty */
uint32_t last_of(struct piece piece);
/* Bytes of the character that ends before `len`. */
size_t step_back(struct piece piece, size_t len, uint32_t *code);

bool is_mark(uint32_t code); /* the 32 ASCII marks */
bool is_lower_letter(uint32_t code);
bool is_upper_letter(uint32_t code);
bool is_all_lower(
    struct piece piece); /* str.islower(): at least one letter with case, none upper */
bool is_all_upper(struct piece piece);

#endif
