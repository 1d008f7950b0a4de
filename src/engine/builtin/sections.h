#ifndef SECTIONS_H
#define SECTIONS_H

/*
 * A user message as labelled sections ("## name", then text), and the passages among them: lines
 * "[1] Title | text". Everything is borrowed from the message.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tokens.h"

enum { SECTIONS_MAX = 40, MESSAGE_READ_MAX = 262144 };

struct section {
    struct slice name, text;
    bool has_passages;
};

struct message {
    struct section sections[SECTIONS_MAX];
    size_t count;
    struct slice question; /* the section "question"; else the first one without passages; else the
                              whole message */
    size_t question_index; /* its section, or SECTIONS_MAX */
};

/* Reads the first 256 KiB. A text without any section is one section without a name. */
void message_read(const char *text, struct message *out);

/* The section of that name (any case), or NULL. */
const struct section *message_find(const struct message *message, struct slice name);

/* Cuts the next line off *rest; false at the end. */
bool next_line(struct slice *rest, struct slice *line);
/* A line "[1] Title | text". */
bool passage_line(struct slice line, struct slice *title, struct slice *text);

#endif
