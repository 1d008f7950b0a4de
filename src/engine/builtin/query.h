#ifndef QUERY_H
#define QUERY_H

/* Search queries. */
#include "bridge.h"
#include "reading.h"
#include "str.h"

/* The question's key words in their order. */
void query_write(const struct reading *reading, struct str *out);
/* The bridge entity's name and the words of the question that its source does not answer. */
void query_write_bridge(
    const struct reading *reading, const struct bridge *bridge, struct str *out);

#endif
