#ifndef ADVISOR_MESSAGE_H
#define ADVISOR_MESSAGE_H

/*
 * Finds values in a rendered template by their tags (templates.h), parts in what a step was given,
 * and passages in a section. Nothing is copied: pieces are borrowed from the message.
 */
#include <stdbool.h>
#include <stddef.h>

/* A part of the message. at == NULL: absent. */
struct piece {
    const char *at;
    size_t len;
};

struct piece piece_of(const char *text);
struct piece piece_trim(struct piece piece);          /* without white space at both ends */
bool piece_is(struct piece piece, const char *text);  /* equal, ASCII case ignored */
bool piece_has(struct piece piece, const char *text); /* contains it, bytes as they are */
char *piece_dup(struct piece piece);                  /* the caller's; "" where absent */

/* The trimmed value between <name> and </name>: first opening, last closing tag. */
struct piece message_value(struct piece message, const char *name);

/* The next <name attribute="VALUE">BODY</name> of *rest; the closing tag is the first after it.
 * Moves *rest on. `id` is absent where the tag has no such attribute. False at the end. */
bool message_next(struct piece *rest, const char *name, struct piece *id, struct piece *body);

/* The message up to <name>: where a list after it has tags of the same names. */
struct piece message_before(struct piece message, const char *name);

enum { PARTS_MAX = 64, SOURCES_MAX = 512 };

struct part {
    struct piece name, text;
};

/* "## name\n\ntext\n" …; text without any head is one section without name. Returns the number (at
 * most PARTS_MAX). */
size_t message_parts(struct piece inputs, struct part parts[PARTS_MAX]);

/* The section that holds the question: by its name, else the first that ends in "?", else the
 * first. NULL: none. */
const struct part *message_question(const struct part *parts, size_t count);

struct source {
    struct piece title; /* absent for free text */
    struct piece text;
    size_t origin; /* whatever the caller says: which part or step it is from */
};

struct sources {
    struct source *items;
    size_t count, cap;
};

/* Appends the passages of a text: its "[1] Title | text" lines, else the whole text as one without
 * title. */
void message_sources(struct piece text, size_t origin, struct sources *out);
bool message_has_passages(struct piece text); /* at least one passage line */

#endif
