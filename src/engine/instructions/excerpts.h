#ifndef EXCERPTS_H
#define EXCERPTS_H

/* Parts of a text as the verifiers cut it: borrowed spans, Unicode's letters and white space as
 * Python has them. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct excerpt {
    const char *text;
    size_t len; /* bytes */
};

struct excerpts {
    struct excerpt *items;
    size_t count, cap;
};

struct excerpt excerpt_of(const char *text);
void excerpts_free(struct excerpts *excerpts);

struct excerpts split_words(struct excerpt text);  /* at white space: str.split() */
struct excerpts split_tokens(struct excerpt text); /* runs of word letters: \w+ */
struct excerpts split_at(struct excerpt text, const char *separator); /* str.split(separator) */

enum ends { BOTH_ENDS, LEFT_END, RIGHT_END };
struct excerpt trim(struct excerpt piece); /* white space off both ends: str.strip() */
/* ASCII punctuation and blanks off: the verifiers' strip. */
struct excerpt strip_marks(struct excerpt piece, enum ends ends);
/* ASCII bytes out of the set off: str.strip(set). */
struct excerpt strip_set(struct excerpt piece, const char *set, enum ends ends);

void add_without_marks(
    struct excerpt text, struct str *out); /* appends, ASCII punctuation deleted */
void add_lower(struct excerpt text, struct str *out);

bool is_blank(struct excerpt piece);
bool excerpt_equal(struct excerpt a, struct excerpt b);
bool excerpt_is(struct excerpt piece, const char *text);
bool excerpt_starts(struct excerpt piece, const char *prefix);
bool excerpt_contains(struct excerpt piece, const char *part);
size_t count_occurrences(struct excerpt piece, const char *part); /* not overlapping: str.count() */
bool is_one_of(struct excerpt piece, const char *const *words);   /* a NULL ends the list */

size_t length_of(struct excerpt piece);  /* in characters */
uint32_t first_of(struct excerpt piece); /* 0: empty */
uint32_t last_of(struct excerpt piece);
/* Bytes of the character that ends before `len`. */
size_t step_back(struct excerpt piece, size_t len, uint32_t *code);

bool is_mark(uint32_t code); /* the 32 ASCII marks */
bool is_lower_letter(uint32_t code);
bool is_upper_letter(uint32_t code);
bool is_all_lower(
    struct excerpt piece); /* str.islower(): at least one letter with case, none upper */
bool is_all_upper(struct excerpt piece);

#endif
