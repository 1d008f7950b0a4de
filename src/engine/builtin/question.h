#ifndef QUESTION_H
#define QUESTION_H

/* A question taken apart: what kind of thing it asks for, its words with weights, the options that
 * it compares. */
#include "tokens.h"

enum wanted {
    WANTED_ANY,
    WANTED_PERSON,
    WANTED_PLACE,
    WANTED_ORG,
    WANTED_WORK,
    WANTED_DATE,
    WANTED_YEAR,
    WANTED_NUMBER,
    WANTED_NATION,
    WANTED_PHRASE, /* genre, occupation … : words in small letters will do */
};

enum comparison {
    COMPARE_NONE,
    COMPARE_DESCRIBED, /* which of them fits the description */
    COMPARE_EARLIER,
    COMPARE_LATER,
    COMPARE_MORE,
    COMPARE_LESS,
};

enum { QUESTION_TOKENS_MAX = 200, QUESTION_WORDS_MAX = 60, QUESTION_OPTIONS = 2 };

struct question_word {
    uint32_t stem;
    size_t at;      /* its first token */
    size_t near;    /* words between it and the question word, or the key */
    double weight;  /* by reading_rank */
    bool content;   /* no stop word */
    bool predicate; /* stands outside the compared options too */
};

struct token_range {
    size_t from, to; /* empty: from = to */
};

struct question {
    struct tokens tokens;
    struct question_word words[QUESTION_WORDS_MAX];
    size_t word_count;
    size_t wh;   /* the question word's token, or SIZE_MAX */
    size_t key;  /* the content word that says what is asked about it ("founded"), or SIZE_MAX */
    size_t head; /* the noun asked for ("film" in "what 2006 dance film"), or SIZE_MAX */
    struct token_range asked; /* the words that describe it: "2006 dance film" */
    enum wanted wanted;
    bool yes_no;
    bool plural; /* asks for several */
    bool common; /* what two things have in common */
    enum comparison comparison;
    struct token_range options[QUESTION_OPTIONS];
    size_t option_count; /* 0 or 2 */
};

void question_read(
    struct question *question, const struct lexicon *lexicon, struct slice text, bool stop_words);
void question_free(struct question *question);

/* True where token i of the question is in one of its options. */
bool question_in_option(const struct question *question, size_t i);
struct slice question_slice(const struct question *question, struct token_range range);
/* True where the question has a word of this stem (its group's). */
bool question_has(const struct question *question, uint32_t stem);

#endif
