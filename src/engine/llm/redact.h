#ifndef REDACT_H
#define REDACT_H

/* Takes secrets out of texts that others wrote before anybody sees them: a known key by its value
 * first, then what looks like one (sk-…, Bearer …). */
#include <stdbool.h>
#include <stddef.h>

#include "str.h"

/* Replaces in place by "[key]". `key` may be NULL. */
void redact(struct str *text, const char *key);
/* Whether the key's value stands in it. */
bool redact_has(const char *text, size_t len, const char *key);
/* Whether a value looks like a key rather than like the name of an environment variable. */
bool redact_looks_like_key(const char *value);
/* Overwrites and frees; NULL is nothing. */
void redact_wipe(char *secret);

#endif
