#ifndef NEAREST_H
#define NEAREST_H

/* "Did you mean …": the known name with the smallest edit distance, or NULL where none is near
 * (more than a third of the longer name's length, at least 2, is changed). Ties go to the first in
 * the list. Borrowed from the list. */
#include <stddef.h>

const char *nearest_name(const char *name, const char *const *known, size_t count);

#endif
