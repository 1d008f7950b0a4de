#ifndef FENCED_H
#define FENCED_H

/* The program in a model's answer: what stands in its fenced blocks (```python … ``` or ``` … ```),
 * one after the other; all of the text where it has no such block. A reference, the caller's. */
#include "text.h"

struct text *fenced_code(struct text *answer);

#endif
