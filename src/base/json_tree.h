#ifndef JSON_TREE_H
#define JSON_TREE_H

/*
 * JSON as machines write it, as a tree of cJSON values to be looked at and copied, never changed,
 * deleted or taken from: all of it lies in an arena. What is read by the hundred thousand, lines of
 * a run's file, is read so at a sixth of what cJSON_Parse and cJSON_Delete take.
 */
#include <cjson/cJSON.h>

#include "arena.h"

enum { JSON_TREE_DEPTH = 200 };

/* NULL where the text is not one value. As with cJSON a string ends at its first NUL, and what no
 * machine writes but everybody understands (control characters in strings) is taken. */
const cJSON *json_tree(struct arena *arena, const char *text, size_t len);

#endif
