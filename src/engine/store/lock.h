#ifndef LOCK_H
#define LOCK_H

/*
 * One holder a run, or a search index that is being built: a lock file with the holder's pid
 * inside. The kernel drops the lock when the process ends, however it ends. Private to
 * engine/store.
 */
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct lock {
    char *path;
    int fd; /* -1: not held */
};

/* What the messages say. */
struct lock_words {
    const char *what;      /* is locked: "the run" */
    const char *elsewhere; /* how another folder is chosen: "--store DIR" */
};

/* ERR_BUSY where it is held, by another process or by this one (its pid is named); ERR_IO where it
 * cannot be made. */
bool lock_take(
    struct lock *lock, const char *path, const struct lock_words *words, struct err *err);
void lock_release(struct lock *lock);
bool lock_is_held(const char *path); /* looks without taking it */
/* The holder's pid; 0 where nobody holds it, or it cannot be told. */
int64_t lock_holder(const char *path);

#endif
