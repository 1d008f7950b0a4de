#ifndef BRIDGE_H
#define BRIDGE_H

/* The second hop: the entity that the passages found so far lead to. */
#include "reading.h"

struct bridge {
    struct slice name;
    size_t passage; /* its own passage, or SIZE_MAX where it was not found yet */
    size_t source;  /* the passage that names it, or is it */
};

/* False where the passages name nothing new. */
bool bridge_find(const struct reading *reading, struct bridge *out);

#endif
