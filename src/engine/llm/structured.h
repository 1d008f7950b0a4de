#ifndef STRUCTURED_H
#define STRUCTURED_H

/*
 * From a model's text to a checked JSON object. Strict first; then bounded repairs, and only those:
 * a byte order mark, a thought (<think>…</think>) before the answer, code fences and chatter around
 * it, comments, trailing and missing commas, quotes of other kinds, keys without quotes, raw
 * control characters and unknown escapes in strings. Then the schema. Never an invented value: what
 * is ambiguous (doubled keys, two objects, quotes within quotes) is refused.
 */
#include <stddef.h>

#include <cjson/cJSON.h>

#include "err.h"

enum structured_status {
    STRUCTURED_OK, /* JSON as it stands */
    STRUCTURED_REPAIRED,
    STRUCTURED_TRUNCATED, /* it ends too early: what came is there, to be shown but never to be used
                           */
    STRUCTURED_REJECTED,
};

enum { STRUCTURED_MAX = 1048576, STRUCTURED_MAX_DEPTH = 200, STRUCTURED_MAX_MEMBERS = 1024 };

/* NULL and ERR_INPUT with what is wrong and where, fit to be shown to the model. `schema` NULL: any
 * JSON object. A text that holds the object once more encoded is decoded once. The tree is the
 * caller's. */
cJSON *structured_parse(const char *text, const char *schema, struct err *err);

/* The reading alone, of any JSON value. NULL only where it is rejected (ERR_INPUT). */
cJSON *structured_read(
    const char *text, size_t len, enum structured_status *status, struct err *err);

/* Checks a value against the subset of JSON schema that replies use: type (a name or a list), enum,
 * properties, required, additionalProperties (false), items, minItems, maxItems, minLength; other
 * keywords are not looked at. */
bool structured_check(const cJSON *value, const cJSON *schema, struct err *err);

#endif
