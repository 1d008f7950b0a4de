#ifndef JSON_H
#define JSON_H

/*
 * A strict JSON reader (RFC 8259) for what people write and for data files: every value knows its
 * line and column, keys keep their order, a duplicate key is an error, numbers keep their text,
 * strings may hold NUL. cJSON serves what machines write (wire, store); this reads the world.
 *
 * A document owns all of its values (one arena); they are immutable and die with json_free. Errors
 * are ERR_INPUT and read "FILE:LINE:COLUMN: what is wrong".
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

struct json_place {
    unsigned line, column; /* from 1; columns in bytes */
};

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    unsigned line, column; /* from 1; columns in bytes */
    bool boolean;
    double number;    /* ±inf where the text is beyond a double */
    const char *text; /* JSON_STRING: decoded UTF-8; JSON_NUMBER: the literal; NUL-terminated */
    size_t len;       /* bytes of text */
    size_t count;     /* JSON_ARRAY, JSON_OBJECT: members */
    struct json *items;
    const char **keys;                   /* JSON_OBJECT: keys[i] belongs to items[i] */
    const struct json_place *key_places; /* of keys[i]; NULL where the object was not read */
};

enum json_flags {
    JSON_STRICT = 0,
    JSON_COMMENTS = 1, /* also comments as in C and a trailing comma, for files that people write */
};

/* More is refused with an error: a file that is larger is read record by record (json_parse_at). */
enum { JSON_MAX_DEPTH = 200, JSON_MAX_BYTES = 64 << 20, JSON_MAX_VALUES = 4 << 20 };

struct json_doc;

/* Parses bytes[0..len). `title` heads the messages; `first_line` is the line number of the first
 * byte (1 for a whole file). A lone surrogate escape becomes U+FFFD, ill-formed UTF-8 is an error,
 * a byte-order mark at the very start is skipped. NULL on error. */
struct json_doc *json_parse(const char *title, unsigned first_line, const char *bytes, size_t len,
    enum json_flags flags, struct err *err);
/* The same for a part of a file that begins at line:column. */
struct json_doc *json_parse_at(const char *title, unsigned line, unsigned column, const char *bytes,
    size_t len, enum json_flags flags, struct err *err);
const struct json *json_root(const struct json_doc *doc);
const char *json_title(const struct json_doc *doc);
void json_free(struct json_doc *doc);

/* The member of an object; NULL where there is none. */
const struct json *json_get(const struct json *object, const char *key);
const char *json_type_name(enum json_type type); /* "a string", "an object" … for messages */

/* Every key of `object` must be in known[0..count): else an error with title, the key's place, the
 * key and the nearest known one. */
bool json_check_keys(const char *title, const struct json *object, const char *const *known,
    size_t count, struct err *err);

/* "TITLE:LINE:COLUMN: message", ERR_INPUT; just "TITLE: message" where the value has no place (line
 * 0). Returns false. */
bool json_error(const char *title, const struct json *at, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same about the key of member i. */
bool json_key_error(const char *title, const struct json *object, size_t i, struct err *err,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Appends the value as compact JSON, keys in their order, strings escaped as JSON demands and
 * otherwise UTF-8. */
void json_print(const struct json *value, struct str *out);
/* Appends text as a JSON string with quotes; ill-formed UTF-8 becomes U+FFFD. */
void json_print_string(const char *text, size_t len, struct str *out);

#endif
