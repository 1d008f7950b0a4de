#ifndef ADVISOR_WORDS_H
#define ADVISOR_WORDS_H

/*
 * Words of a text, for comparing what was given, what came and what was expected. Case, punctuation
 * and articles do not count, as in the metrics.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisor_message.h"

enum { WORDS_MAX = 65536 };

struct word {
    uint64_t hash; /* of its lower-case form */
    const char *at;
    size_t len;
    bool capital, digit, stop, first; /* first: of a sentence */
};

struct words {
    struct word *items; /* free() */
    size_t count, cap;
};

struct words words_of(struct piece text);
void words_free(struct words *words);

#define WORDS_NONE ((size_t)-1)

/* Index of the first place from `from` on where `what` stands as a phrase; WORDS_NONE. An empty
 * phrase is nowhere. */
size_t words_find(const struct words *in, const struct words *what, size_t from);
bool words_equal(const struct words *a, const struct words *b);
bool words_same_set(
    const struct words *a, const struct words *b); /* each word of one is in the other */
bool words_have(const struct words *in, uint64_t hash);
bool words_have_any(const struct words *in, const char *alternatives); /* "a|b|c", in lower case */
bool word_is(const struct word *word, const char *alternatives);

/* How many different content words (no stop words) of a are in b, those of `but` not counted; names
 * and numbers count twice. */
size_t words_shared(const struct words *a, const struct words *b, const struct words *but);
/* The number of names (capitalised, not at a sentence's start) and numbers of a, and how many of
 * them are in b. */
size_t words_names(const struct words *a, const struct words *b, size_t *in_b);

#endif
