#ifndef SPANS_H
#define SPANS_H

/* Candidate answers: typed spans of a sentence's tokens, or a passage's title. */
#include "reading.h"

enum span_type {
    SPAN_NAME,
    SPAN_QUOTED,
    SPAN_DATE,
    SPAN_YEAR,
    SPAN_NUMBER,
    SPAN_PHRASE,
    SPAN_TITLE
};

struct span {
    enum span_type type;
    size_t passage;
    size_t sentence; /* the passage's first one for a title */
    size_t from, to; /* tokens of the reading */
};

enum { SPANS_MAX = 4000 };

struct spans {
    struct span *items;
    size_t count, cap;
};

/* Appends the spans of sentence i; phrases in small letters only where asked for. */
void spans_find(const struct reading *reading, size_t sentence, bool phrases, struct spans *out);
void spans_add_title(const struct reading *reading, size_t passage, struct spans *out);

/* The end of the date that begins at token i of tokens[..to), or i where none does. *year is its
 * year or 0. */
size_t date_end(const struct token *tokens, size_t i, size_t to, unsigned *year);
struct slice span_text(const struct reading *reading, const struct span *span);
/* How well the span's type fits what is wanted, 0 … 1. */
double span_fit(const struct reading *reading, const struct span *span);

#endif
