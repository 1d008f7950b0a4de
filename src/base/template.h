#ifndef TEMPLATE_H
#define TEMPLATE_H

/*
 * A text with {{placeholders}}. Names are lower-case letters, digits and underscores. Every brace
 * that is not part of such a mark is plain text, and values are put in as they are: braces in a
 * value are never read again.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

struct template;

/* Parses `source` (kept as a copy). `names` (borrowed for the template's life) are the placeholders
 * that it must have, each at least once, and the only ones it may have; `title` (a file name,
 * copied) heads the messages. NULL and ERR_INPUT name an unknown placeholder with its line and the
 * nearest known one, or a missing one. */
struct template *template_parse(
    const char *title, const char *source, const char *const *names, size_t count, struct err *err);

/* Appends the text with values[i] put in for names[i]. */
void template_render(const struct template *template, const char *const *values, struct str *out);
void template_free(struct template *template);

#endif
