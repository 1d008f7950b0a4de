#ifndef STR_H
#define STR_H

/* A growing string of bytes. A zeroed struct is an empty string; `data` is NULL then, else always
 * NUL-terminated. */
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *data;
    size_t len; /* bytes, without the NUL */
    size_t cap;
};

#define STR_INIT \
    { \
        NULL, 0, 0 \
    }

void str_reserve(struct str *s, size_t more); /* room for so many bytes more at least */
void str_add(struct str *s, const char *text);
void str_add_n(struct str *s, const char *bytes, size_t len);
void str_add_char(struct str *s, char c);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_clear(struct str *s);                /* empties it, keeps the memory */
void str_truncate(struct str *s, size_t len); /* to at most len bytes */
const char *str_text(
    const struct str *s);      /* borrowed; "" where empty; valid until the next change */
char *str_take(struct str *s); /* the text becomes the caller's; s is empty again */
void str_free(struct str *s);

bool str_equal(const char *a, const char *b); /* two NULLs are equal */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

#endif
