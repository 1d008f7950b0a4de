#ifndef LENIENT_H
#define LENIENT_H

/* Private to the folder: a JSON reader that takes the liberties which structured.h lists, and says
 * whether it took any. */
#include <stdbool.h>

#include <cjson/cJSON.h>

#include "err.h"

struct lenient {
    const char *text, *at, *end;
    bool repaired;  /* a liberty was taken */
    bool truncated; /* the text ended within the value */
    unsigned depth;
};

/* Reads one value at `at` and leaves `at` behind it. The tree is the caller's; where `truncated`,
 * what came of it, or NULL where nothing did. NULL and ERR_INPUT where it is no JSON. */
cJSON *lenient_read(struct lenient *reader, struct err *err);
void lenient_skip_space(struct lenient *reader); /* and comments */

#endif
