#ifndef ERR_H
#define ERR_H

/*
 * The one error type. A function that can fail takes `struct err *` as its last parameter, leaves
 * it untouched on success, and on failure fills it and returns false (or NULL). Messages are fit
 * for a user: what, where, how to mend it. A caller may prefix what it knows; nobody logs and
 * returns. `err` is never NULL.
 */
#include <stdbool.h>

enum err_code {
    ERR_NONE,
    ERR_INPUT,     /* bad usage or bad input: exit 2 */
    ERR_BUSY,      /* held by another process: exit 2 */
    ERR_IO,        /* disk, store, operating system: exit 1 */
    ERR_ENDPOINT,  /* a model or a tool could not be reached or used: exit 1 */
    ERR_LIMIT,     /* a limit of the task was reached: exit 3 */
    ERR_DIVERGED,  /* a resumed run did not repeat its own facts: exit 1 */
    ERR_CANCELLED, /* the user or a signal ended it: exit 130 */
};

struct err {
    enum err_code code;
    char message[512];
};

/* Fills *err (cut with "…" where the message is too long) and returns false, so that `return
 * err_set(…)` reads well. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PREFIX: " before the message of an error that is set. Returns false. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
