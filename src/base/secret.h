#ifndef SECRET_H
#define SECRET_H

/* How keys look and what they are called, for refusing them where they do not belong: in files that
 * are stored and shown. Pure. */
#include <stdbool.h>

/* "api_key" and what else people call a key. */
bool secret_is_name(const char *name);
/* Whether a text holds what begins as keys of a known maker do, and is as long. */
bool secret_has_key(const char *text);
/* Whether it is rather a key than the name of a variable that somebody forgot to set. */
bool secret_is_no_variable(const char *name);

#endif
