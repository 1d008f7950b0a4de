#ifndef LEXICON_H
#define LEXICON_H

/*
 * What the reader knows of English: stop words, classes of nouns, number words, months, names of
 * nations with their adjectives, and small groups of words that mean the same relation (born/birth,
 * wrote/author). General words only: no names, facts or templates of any data set.
 *
 * Words are compared by stem: a 32-bit hash of the folded word without its common endings. Words of
 * one group share the stem of the group's first word. A lexicon is built for each request (some 50
 * µs); nothing is kept between requests.
 */
#include <stddef.h>
#include <stdint.h>

enum word_class {
    WORD_STOP = 1,
    WORD_MONTH = 2,       /* value: 1 … 12 */
    WORD_NUMBER = 4,      /* value: the number */
    WORD_MAGNITUDE = 8,   /* hundred, thousand, million …; value: the power of ten */
    WORD_PERSON = 16,     /* nouns for persons: occupations, kin */
    WORD_PLACE = 32,      /* nouns for places */
    WORD_ORG = 64,        /* nouns for organisations, teams, bands */
    WORD_WORK = 128,      /* nouns for works: film, album, book … */
    WORD_NATION = 256,    /* country or its adjective */
    WORD_TIME = 512,      /* year, date, day, century */
    WORD_UNIT = 1024,     /* units of measure */
    WORD_LINK = 2048,     /* lower-case words inside names: of, the, de, van */
    WORD_QUESTION = 4096, /* who, what, which … */
    WORD_TITLE = 8192,    /* Sir, Dr, President: before a person's name */
};

enum { LEXICON_SLOTS = 4096, STEM_TEXT_MAX = 48 };

struct lexicon_word {
    uint32_t key, stem; /* key 0: free slot */
    uint32_t classes;
    uint32_t value;
};

struct lexicon {
    struct lexicon_word slots[LEXICON_SLOTS];
};

void lexicon_build(struct lexicon *lexicon);
/* The entry of a word, or NULL. `key` is stem_of(word). */
const struct lexicon_word *lexicon_find(const struct lexicon *lexicon, uint32_t key);
/* Hash of the word's stem: lower case, Latin accents folded, common endings cut. Never 0. */
uint32_t stem_of(const char *word, size_t len);

#endif
