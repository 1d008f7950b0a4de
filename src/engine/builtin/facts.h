#ifndef FACTS_H
#define FACTS_H

/* What a step hands on: the sentences that matter, as passage lines that the next step reads as
 * passages. */
#include "reading.h"
#include "str.h"

void facts_extract(const struct reading *reading, struct str *out);
/* The first sentence of each passage. */
void facts_summarise(const struct reading *reading, struct str *out);

#endif
