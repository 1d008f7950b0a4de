#ifndef TOOL_SETTINGS_H
#define TOOL_SETTINGS_H

/* Reading a tool's settings, which task_tools.c has checked and completed. Private to engine/tools.
 */
#include <stddef.h>

#include "json.h"

double tool_setting_number(const struct json *settings, const char *key, double preset);
const char *tool_setting_text(const struct json *settings, const char *key); /* NULL: not there */
/* The strings of a list (or the one string); the array is the caller's, the strings are borrowed.
 * NULL: not there. It ends in NULL. */
const char **tool_setting_list(const struct json *settings, const char *key, size_t *count);

#endif
