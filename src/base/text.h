#ifndef TEXT_H
#define TEXT_H

/*
 * An immutable, reference-counted text: the form in which texts cross threads. Counting is atomic;
 * the bytes never change after text_new. Functions that keep a text take a reference of their own.
 */
#include <stdatomic.h>
#include <stddef.h>

struct text {
    atomic_uint refs;
    size_t len;  /* bytes, without the NUL */
    char data[]; /* always NUL-terminated */
};

struct text *text_new(const char *bytes, size_t len); /* one reference, the caller's */
struct text *text_from(const char *string);
struct text *text_ref(struct text *text); /* NULL gives NULL; returns its argument */
void text_unref(struct text *text);       /* NULL is nothing */

#endif
