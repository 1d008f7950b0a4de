#ifndef ARGUMENTS_H
#define ARGUMENTS_H

/* The arguments of a tool that takes an object, out of the input of a run. Private to engine/tools.
 */
#include <cjson/cJSON.h>

#include "tool_type.h"

/* A JSON object that follows the offer's schema; any other text is taken for the one string that
 * the schema asks for, where it asks for just one. The caller's; NULL and ERR_INPUT, fit to be
 * shown to a model. */
cJSON *arguments_read(const struct tool_offer *offer, const char *input, struct err *err);

/* The same check for arguments that are parsed already. */
bool arguments_check(const struct tool_offer *offer, const cJSON *arguments, struct err *err);

#endif
