#ifndef NEAREST_H
#define NEAREST_H

/* "Did you mean …": the known name that the fewest changes of a letter lead to (two neighbours that
 * are swapped are one change), or NULL where none is near: more than a third of the longer name, at
 * least one letter, is changed; half of it is missing, where the name is a short form. Ties go to
 * the first in the list. Borrowed from the list. */
#include <stddef.h>

#include "str.h"

const char *nearest_name(const char *name, const char *const *known, size_t count);
/* What a message about an unknown name ends with: "; did you mean NAME?", or where none is near
 * "; known are A, B and C". */
void nearest_add(struct str *out, const char *name, const char *const *known, size_t count);

#endif
