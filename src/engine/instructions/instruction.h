#ifndef INSTRUCTION_H
#define INSTRUCTION_H

/*
 * The instructions of IFBench and IFEval that a program can check: an id, arguments, and whether a
 * response follows it. Exactly as the official verifiers have it, oddities included; what needs a
 * language model or a dictionary that is not here is unsupported, never guessed. One table
 * (instruction.c), one function a verifier, files by theme. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "json.h"
#include "str.h"

enum follow {
    FOLLOW_NO,
    FOLLOW_YES,
    FOLLOW_UNSUPPORTED, /* *err names the resource */
    FOLLOW_BAD,         /* *err: the arguments are not what the instruction takes */
};

struct instruction;

/* NULL: neither set has such an id. */
const struct instruction *instruction_find(const char *id);
const char *instruction_id(const struct instruction *instruction);
/* Whether it can be checked at all, whatever the response: NULL, or the resource it lacks. */
const char *instruction_lacks(const struct instruction *instruction);

/* Checks one text. `why` (may be NULL) gets, where it is not followed, a few words on what was
 * found. A blank text follows nothing. */
enum follow instruction_check(const struct instruction *instruction, const struct json *arguments,
    const char *response, struct str *why, struct err *err);
/* It is followed by the response, or by one of its seven relaxed forms: without the first line, the
 * last one, both, and all of these without any "*". */
enum follow instruction_check_loose(const struct instruction *instruction,
    const struct json *arguments, const char *response, struct str *why, struct err *err);

#endif
