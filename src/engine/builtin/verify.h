#ifndef VERIFY_H
#define VERIFY_H

/* Checks a draft answer of another step against the passages. */
#include "reading.h"

/* True where the draft (the last section without passages that is not the question) is short,
 * stands in the passages, and is not the question's own words: *draft is what to keep. */
bool verify_keeps(const struct reading *reading, struct slice *draft);

#endif
