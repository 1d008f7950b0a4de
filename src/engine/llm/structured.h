#ifndef STRUCTURED_H
#define STRUCTURED_H

/*
 * From a model's text to a checked JSON object. Strict first; then the bounded repairs that the .c lists (code fences,
 * chatter around the object, trailing commas, raw line breaks in strings); then the schema (types, required keys, enums,
 * no other keys). Never an invented value.
 */
#include <cjson/cJSON.h>

#include "err.h"

/* NULL and ERR_ENDPOINT with what is wrong and where, fit to be shown to the model. The tree is the caller's. */
cJSON *structured_parse(const char *text, const char *schema, struct err *err);

#endif
