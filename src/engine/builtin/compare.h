#ifndef COMPARE_H
#define COMPARE_H

/* Questions about two things: which of them, yes or no, what they have in common. */
#include "reading.h"
#include "str.h"

/* Which of the question's options: its text in *out. Without values (COMPARE_VALUES off) the one
 * that is read about first. */
bool compare_options(const struct reading *reading, struct str *out);
/* "yes" or "no". */
void compare_yes_no(const struct reading *reading, struct str *out);
/* What the first sentences of both say in the same words; false where nothing. */
bool compare_common(const struct reading *reading, struct str *out);
/* One line an option, "name: value"; false where the question has no options. */
bool compare_values(const struct reading *reading, struct str *out);

#endif
