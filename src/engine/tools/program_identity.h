#ifndef PROGRAM_IDENTITY_H
#define PROGRAM_IDENTITY_H

/* What a user's program is known by: its command line, and the content of the files that it names
 * by an absolute path (the task file's own programs and scripts; not an interpreter found in PATH,
 * which may be upgraded). Private to engine/tools. */
#include "hash.h"
#include "tool_type.h"

struct hash program_identity(const struct tool_setup *setup);

#endif
