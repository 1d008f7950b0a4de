#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <stdbool.h>

#include "pieces.h"

/* Whether Python's json.loads takes the text: JSON, and also NaN, Infinity and -Infinity, and lone
 * surrogates. No control characters in strings. */
bool is_json_text(struct piece text);

#endif
