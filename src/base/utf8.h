#ifndef UTF8_H
#define UTF8_H

/* UTF-8 and the few parts of Unicode that metrics, search and the screen need (tables by
 * utf8proc). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

/* True when bytes[0..len) is well-formed UTF-8 (no surrogates, no overlong forms); else *bad (may
 * be NULL) is the offset. */
bool utf8_valid(const char *bytes, size_t len, size_t *bad);

/* Decodes one code point of well-formed or ill-formed text, len > 0; ill-formed bytes give U+FFFD,
 * one byte at a time. Returns the number of bytes read (≥ 1). */
size_t utf8_next(const char *bytes, size_t len, uint32_t *code);
void utf8_add(
    struct str *out, uint32_t code); /* appends; a surrogate or > U+10FFFF becomes U+FFFD */

/* Appends the text with every ill-formed byte replaced by U+FFFD. */
void utf8_repair(const char *bytes, size_t len, struct str *out);

/* Full Unicode lower-casing as Python's str.lower(): İ → i + U+0307, final sigma by its context.
 * Appends. */
void utf8_lower(const char *text, size_t len, struct str *out);
void utf8_nfd(const char *text, size_t len, struct str *out); /* canonical decomposition; appends */

bool utf8_is_space(uint32_t code); /* Python's str.split() white space */
bool utf8_is_word(
    uint32_t code); /* Python's \w: letters, numbers (isalnum) and underscore; no combining marks */
bool utf8_is_digit(uint32_t code); /* category Nd */
bool utf8_is_upper(uint32_t code);

/* What a terminal may be given for a character: *code itself, a blank for white space, U+FFFD for
 * controls, bidi controls and what is unassigned. Returns its width in cells, 0 for a combining
 * mark, -1 where it is left out (other format characters, variation selectors). */
int utf8_shown(uint32_t *code);

/* For one line of a terminal: appends at most max_cells cells of the text with line breaks and tabs
 * as blanks and every control, escape, bidi and zero-width character made visible as U+FFFD or
 * dropped; ends in "…" where it was cut. */
void utf8_add_line(const char *text, size_t len, size_t max_cells, struct str *out);

#endif
