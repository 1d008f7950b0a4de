#ifndef ANSWER_H
#define ANSWER_H

/*
 * The best span for the question: every candidate gets a weighted sum of features, of which the
 * instructions switch some on; of the same words the best mention counts.
 */
#include "spans.h"

enum feature {
    FEATURE_SENTENCE,  /* share of the question's weight in the sentence */
    FEATURE_NEAR_WH,   /* the same, words near the question word counting more */
    FEATURE_PROXIMITY, /* the same, words near the candidate counting more */
    FEATURE_PASSAGE,   /* score of the passage */
    FEATURE_FIRST,     /* first sentence of its passage */
    FEATURE_ASKED,     /* the question names the passage's title */
    FEATURE_CHAIN,     /* FOLLOW_BRIDGE: the passage's best pair */
    FEATURE_SECOND,    /* FOLLOW_BRIDGE: in the best pair, and its title is not in the question */
    FEATURE_OWN,       /* FOLLOW_BRIDGE: the candidate has a passage of its own: that one's chain */
    FEATURE_UNION,     /* FOLLOW_BRIDGE: share of the question's weight in sentence and own passage
                          together */
    FEATURE_FITS,      /* ENTITY_TYPE: the type fits surely */
    FEATURE_TYPE,      /* ENTITY_TYPE: span_fit */
    FEATURE_NOUN,      /* TYPE_MATCH: the noun asked for stands beside it, or describes it */
    FEATURE_DESCRIBED, /* TYPE_MATCH: share of the asked phrase in its own passage's first sentence
                        */
    FEATURE_AFTER,     /* follows a question word at once, or with a preposition between */
    FEATURE_SELF,      /* title of the passage that it is read in */
    FEATURE_TITLE,     /* is a title, not a mention */
    FEATURE_IN_QUESTION, /* share of its words that the question has */
    FEATURE_HOP,         /* FOLLOW_BRIDGE: its passage is linked with one that the question names */
    FEATURE_KEY,         /* the word next to the question word stands in the sentence */
    FEATURE_KEY_NEAR,    /* ... and near the candidate */
    FEATURE_LATE,        /* how far on in its sentence, 0 ... 1 */
    FEATURE_BRACKETS,    /* stands in brackets */
    FEATURE_QUOTED,
    FEATURE_PHRASE,
    FEATURE_LENGTH,
    FEATURE_COUNT
};

struct candidate {
    struct span span;
    double features[FEATURE_COUNT];
    double score;
};

/* The best candidate; false where there is none. */
bool answer_find(const struct reading *reading, struct candidate *out);

/* For benches: every candidate with its features. Returns how many were written. */
size_t answer_candidates(const struct reading *reading, struct candidate *out, size_t max);
extern const double answer_weights[FEATURE_COUNT];

#endif
