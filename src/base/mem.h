#ifndef MEM_H
#define MEM_H

/* Allocation that cannot fail: out of memory ends the program here, with a message, and nowhere
 * else. Free with free(). */
#include <stddef.h>
#include <stdlib.h>

void *mem_alloc(size_t size);                /* uninitialised */
void *mem_zalloc(size_t count, size_t size); /* zeroed; checks count × size */
void *mem_realloc(void *old, size_t count, size_t size);
char *mem_strdup(const char *text);              /* NULL gives NULL */
char *mem_strndup(const char *text, size_t len); /* exactly len bytes, then NUL */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
