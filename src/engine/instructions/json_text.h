#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <stdbool.h>

#include "excerpts.h"

/* Whether Python's json.loads takes the text: JSON, and also NaN, Infinity and -Infinity, and lone
 * surrogates. No control characters in strings. */
bool is_json_text(struct excerpt text);

#endif
