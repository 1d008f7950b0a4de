#ifndef SANDBOX_PROGRAM_H
#define SANDBOX_PROGRAM_H

/* The command line of a sandbox: bubblewrap and its arguments, the interpreter and its first
 * program. Private to sandbox.c. */
#include <stdbool.h>

#include "err.h"

struct sandbox_program {
    char *bwrap, *python, *tmp_size; /* bwrap: NULL where unsafe */
    const char *argv[96];            /* ends in NULL */
};

bool sandbox_program_make(struct sandbox_program *program, bool unsafe, struct err *err);
void sandbox_program_free(struct sandbox_program *program);

/* Appended to messages: what to do where bubblewrap is there but does not work. */
extern const char sandbox_advice[];

#endif
