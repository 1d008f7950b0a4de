#ifndef REQUEST_JSON_H
#define REQUEST_JSON_H

/* Private to the folder: parts of requests' bodies that several apis write. */
#include <stdbool.h>

#include "str.h"

/* A schema's name as servers take it: at most 64 of A-Z a-z 0-9 _ -; quoted, appended. */
void request_json_name(const char *name, struct str *out);
/* Whether a JSON schema is within the strict subset of OpenAI: objects with every key required and
 * additionalProperties false. */
bool request_json_is_strict(const char *schema);
/* Whether its root is an object. */
bool request_json_is_object(const char *schema);

#endif
