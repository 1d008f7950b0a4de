#ifndef FIXTURE_H
#define FIXTURE_H

/* Golden cases: a file of shared fixtures, one JSON object a line. */
#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

/* Calls `check` for each line. False, and says so, where the file is absent. */
bool fixture_each(const char *name, void (*check)(const cJSON *vector), size_t *count);
/* Decodes base64; the caller's, NUL-terminated. */
char *fixture_base64(const char *text, size_t *len);

#endif
