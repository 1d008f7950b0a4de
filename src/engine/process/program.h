#ifndef PROGRAM_H
#define PROGRAM_H

/* What a foreign program is started with: its absolute path and an environment without secrets. */
#include <stddef.h>

#include "err.h"

/* The absolute path of an executable: a name with a slash against `folder`, any other in PATH. The
 * caller's; NULL and ERR_INPUT, naming where was looked. */
char *program_find(const char *name, const char *folder, struct err *err);

/* HOME, PATH, the language and the like (an allow list, so that no API key is passed on by
 * accident), and the variables named in more[0..count) where they are set. Ends in NULL; the
 * caller's (program_environment_free). */
char **program_environment(const char *const *more, size_t count);
void program_environment_free(char **env);

#endif
