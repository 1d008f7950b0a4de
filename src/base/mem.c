#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    static const char message[] = "flowbot: out of memory\n";

    (void)fwrite(message, 1, sizeof message - 1, stderr);
    abort();
}

void *mem_alloc(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);

    if (block == NULL)
        out_of_memory();
    return block;
}

void *mem_zalloc(size_t count, size_t size)
{
    void *block = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (block == NULL)
        out_of_memory();
    return block;
}

void *mem_realloc(void *old, size_t count, size_t size)
{
    void *block;

    if (size != 0 && count > SIZE_MAX / size)
        out_of_memory();
    block = realloc(old, count * size > 0 ? count * size : 1);
    if (block == NULL)
        out_of_memory();
    return block;
}

char *mem_strdup(const char *text)
{
    return text != NULL ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);

    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *mem_printf(const char *format, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        out_of_memory();
    text = mem_alloc((size_t)len + 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
