#ifndef PROPOSAL_TEXT_H
#define PROPOSAL_TEXT_H

/* A proposal that waits, for people: what is changed, evidence, the difference. */
#include <cjson/cJSON.h>

#include "str.h"

/* `pending` is what `review --list --json` prints. Appends lines, cleaned. */
void proposal_write(const cJSON *pending, struct str *out);
/* Appends the lines of a text, cleaned, each behind the indent. */
void proposal_add_text(struct str *out, const char *indent, const char *text);

#endif
