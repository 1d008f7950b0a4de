#ifndef OVERRIDES_H
#define OVERRIDES_H

/*
 * The settings of --set put over those of the task file. A value that comes from an override has
 * line 0 and, as its column, the override's number from 1: so messages can name the option instead
 * of a place in the file.
 */
#include "err.h"
#include "json.h"

struct overrides;

/* Takes "key.path=value" strings (borrowed until overrides_free): the value is JSON, or else a
 * plain string. Objects on the path that are missing are made. NULL and ERR_INPUT name the option.
 * `root` must outlive the result. */
struct overrides *overrides_apply(
    const struct json *root, const char *const *options, size_t count, struct err *err);
const struct json *overrides_root(const struct overrides *overrides);
void overrides_free(struct overrides *overrides); /* NULL is nothing */

/* "--set key.path" for a value that came from an override, else NULL; the caller's. */
char *overrides_option(const struct overrides *overrides, const struct json *value);

#endif
