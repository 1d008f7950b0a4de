#ifndef SETTINGS_H
#define SETTINGS_H

/*
 * Reading checked values out of a task file, each error with the place (or the --set option) and
 * the key. Private to the task's files. Every function returns false (NULL) with an error set.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "overrides.h"

struct settings {
    const char *title;  /* the file's name; NULL: a task that is stored, which has no places */
    const char *folder; /* that relative paths start from */
    const struct overrides *overrides;
    struct err *err;
};

/* A value and the path of its key, for messages. */
struct setting_at {
    const struct json *value; /* NULL: not given */
    const struct json *owner; /* the object that has it, or would have it */
    char key[160];            /* "optimizer.batch" */
};

enum { NAME_MAX_BYTES = 64 };

/* The root, and the members of objects. */
struct setting_at settings_root(const struct settings *s);
struct setting_at settings_get(const struct setting_at *object, const char *key);
struct setting_at settings_item(const struct setting_at *container, size_t i);

/* "FILE:LINE:COLUMN: key: message" or "--set key: message". */
bool settings_fail(const struct settings *s, const struct setting_at *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same place as text, for messages that come later; the caller's. */
char *settings_where(const struct settings *s, const struct setting_at *at);

/* The value is there and of the type. `hint` says how to mend its absence. */
bool settings_need(
    const struct settings *s, const struct setting_at *at, enum json_type type, const char *hint);
/* An object (that is there) with no key but the known ones. */
bool settings_keys(
    const struct settings *s, const struct setting_at *at, const char *const *known, size_t count);

/* Optional values: *out is untouched where the key is absent. Ends are included. A whole number
 * beyond 2^53 is refused whatever `max` says: a double would change it. */
bool settings_whole(const struct settings *s, const struct setting_at *at, uint64_t min,
    uint64_t max, uint64_t *out);
bool settings_count(const struct settings *s, const struct setting_at *at, unsigned min,
    unsigned max, unsigned *out);
bool settings_real(
    const struct settings *s, const struct setting_at *at, double max, double *out); /* ≥ 0 */
/* One of the words; *out its index. */
bool settings_word(const struct settings *s, const struct setting_at *at, const char *const *words,
    size_t count, size_t *out);

/* A string without NUL, not empty, at most max bytes; the caller's. */
char *settings_string(const struct settings *s, const struct setting_at *at, size_t max);
/* A path, made absolute against the task file's folder (symbolic links of its folder followed); the
 * caller's. */
char *settings_path(const struct settings *s, const struct setting_at *at);
/* A name that workflows may use: letters, digits, _ and -. */
bool settings_check_name(const struct settings *s, const struct setting_at *at, const char *name);
/* No member, however deep, that looks like an API key. */
bool settings_no_secrets(const struct settings *s, const struct setting_at *at);

#endif
