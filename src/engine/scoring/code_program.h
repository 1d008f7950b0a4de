#ifndef CODE_PROGRAM_H
#define CODE_PROGRAM_H

/* The test program of a HumanEval or MBPP record and a completion, and what its output says. Pure.
 */
#include "json.h"
#include "str.h"
#include "text.h"

/* HumanEval: prompt + completion + test + check(entry_point). MBPP: completion, set-up code or
 * imports, the assertions. Wrapped in what runs it and tells its end on a line that begins with
 * `mark`. NULL and ERR_INPUT: the record is neither. */
struct text *code_program(const struct json *record, const char *completion, const char *mark,
    double seconds, struct err *err);
/* A mark for this completion, the same each time; a program does not come upon it by chance. */
void code_mark(const char *completion, struct str *out);

/* The score, and the words; `out`: what the program printed. */
double code_verdict(const char *out, const char *mark, const char *completion, struct str *words);

#endif
