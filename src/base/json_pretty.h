#ifndef JSON_PRETTY_H
#define JSON_PRETTY_H

/* JSON as a person reads and edits it. */
#include <cjson/cJSON.h>

#include "str.h"

/* Appends the value: a member a line, two blanks a level; an array of nothing but scalars stands on
 * one line. No line end at the end. */
void json_pretty(const cJSON *value, struct str *out);

#endif
