#ifndef PATHS_H
#define PATHS_H

/* Where a run's files lie: FOLDER/ID.flowbot and FOLDER/ID.lock. Private to engine/store. */
#include <stdbool.h>

#include "err.h"

#define RUN_SUFFIX ".flowbot"

enum { RUN_ID_MAX = 100 };

/* Letters, digits, "_", "-" and ".", not a dot first: so that an id is never a path. */
bool paths_check_id(const char *id, struct err *err);
char *paths_run(const char *folder, const char *id);  /* the caller's */
char *paths_lock(const char *folder, const char *id); /* the caller's */

#endif
