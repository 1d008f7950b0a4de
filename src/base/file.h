#ifndef FILE_H
#define FILE_H

/* Files and folders. Paths are UTF-8 or whatever the system gives; returned strings are the
 * caller's. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"
#include "str.h"

/* Reads the whole file into *out (appended). ERR_INPUT where it is missing, not a file, or larger
 * than max bytes. */
bool file_read(const char *path, size_t max, struct str *out, struct err *err);

/* Writes beside the file, syncs, renames: the file is either the old or the new one, never half.
 * ERR_IO. */
bool file_write(const char *path, const char *bytes, size_t len, struct err *err);

/* Writes a file that must not be there yet: ERR_INPUT where it is, whoever made it. */
bool file_create(const char *path, const char *bytes, size_t len, struct err *err);

/* Makes the folder and those above it (mode 0700). ERR_IO; ERR_INPUT where the name is empty. */
bool file_make_folder(const char *path, struct err *err);

/* The hash of a file of any size, read block by block (not that of hash_bytes over the whole).
 * ERR_INPUT. */
bool file_hash(const char *path, struct hash *hash, struct err *err);

/* The same of the file's first `bytes` bytes; *lines (may be NULL) counts the line ends among them.
 * ERR_INPUT where it has fewer. */
bool file_hash_start(
    const char *path, uint64_t bytes, struct hash *hash, size_t *lines, struct err *err);

bool file_exists(const char *path);
bool file_is_folder(const char *path);
char *file_join(const char *folder,
    const char *name); /* name itself where it is absolute, "name" where folder is "" */
char *file_folder(const char *path);   /* "." where the path has no slash */
char *file_absolute(const char *path); /* against the working folder; need not exist */

/* $XDG_STATE_HOME/flowbot or ~/.local/state/flowbot; $XDG_CACHE_HOME/flowbot or ~/.cache/flowbot;
 * $XDG_CONFIG_HOME/flowbot or ~/.config/flowbot.
 * NULL and ERR_INPUT where neither the variable nor HOME is set. */
char *file_state_folder(struct err *err);
char *file_cache_folder(struct err *err);
char *file_config_folder(struct err *err);

#endif
