#ifndef READING_H
#define READING_H

/*
 * One request, read: the question taken apart, the passages as sentences of tokens, and how well
 * each fits the question. Everything is bounded (the enum below), so that any input is read in
 * milliseconds. All slices point into the request.
 */
#include "question.h"
#include "sections.h"
#include "tokens.h"
#include "vocabulary.h"

enum {
    PASSAGES_MAX = 100,
    SENTENCES_MAX = 1500,
    TOKENS_MAX = 30000,
    DEFAULT_ATTENTION = 4, /* passages of a section that are read without ALL_PASSAGES */
};

struct passage {
    struct slice title, core, text; /* core: the title without "(…)" */
    size_t title_from, title_to;    /* tokens of the core */
    size_t first, count;            /* sentences */
    size_t about_from,
        about_to; /* tokens of "a 2006 American dance film": what its first sentence says it is */
    uint32_t classes; /* of the nouns there (enum word_class) */
    bool note;        /* free text of another node, not a passage */
    /* by passages_rank */
    uint64_t words;    /* question words (bits) in title and text */
    double score;      /* share of the question's weight that it holds, with its title's bonus */
    double asked;      /* 0 … 1: how much of its title the question names */
    size_t asked_at;   /* where in the question; SIZE_MAX: nowhere */
    uint64_t links[2]; /* passages (bits) whose title its text names */
    double chain;      /* score of the best pair that it is in, 0 … 1 (FOLLOW_BRIDGE) */
};

struct sentence {
    size_t passage, from, to; /* tokens */
    struct slice text;
    uint64_t words; /* question words in it, with its title where TITLE_SUBJECT is on */
    double score;   /* share of the question's weight */
};

struct reading {
    const struct instructions *how;
    struct lexicon lexicon;
    struct message message;
    struct question question;
    struct tokens tokens; /* of all passages */
    struct passage passages[PASSAGES_MAX];
    size_t passage_count;
    struct sentence *sentences; /* SENTENCES_MAX */
    size_t sentence_count;
    size_t
        pair[2]; /* the two passages that together tell most; pair[1] = SIZE_MAX where one does */
    double gain; /* 0 … 1: how much more of the question the pair's unasked passage brings to the
                    other */
};

/* Reads message and passages; frees with reading_free. `how` and the texts are borrowed. */
struct reading *reading_new(const struct instructions *how, const char *user);
/* Adds the passage lines of a further text (a tool's result). */
void reading_add(struct reading *reading, struct slice text);
void reading_rank(struct reading *reading); /* after the last text */
void reading_free(struct reading *reading);

/* The question's word with that stem as a bit, or 0. */
uint64_t reading_bit(const struct reading *reading, uint32_t stem);
/* The share of the question's content words in the sentence, those counted that no passage has. */
double reading_coverage(const struct reading *reading, size_t sentence);
double reading_weight(
    const struct reading *reading, uint64_t words); /* sum of the words' weights */
bool passage_links(const struct passage *passage, size_t to);
/* The passage that the name is the title of (with ALIASES also a surname or short form), or
 * SIZE_MAX. */
size_t reading_passage_of(
    const struct reading *reading, const struct token *tokens, size_t from, size_t to);
/* The sentence that fits the question best, or SIZE_MAX. */
size_t reading_best_sentence(const struct reading *reading);

#endif
