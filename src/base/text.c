#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct text *text_new(const char *bytes, size_t len)
{
    struct text *text = mem_alloc(sizeof *text + len + 1);

    atomic_init(&text->refs, 1);
    text->len = len;
    if (len > 0)
        memcpy(text->data, bytes, len);
    text->data[len] = '\0';
    return text;
}

struct text *text_from(const char *string)
{
    return text_new(string, strlen(string));
}

struct text *text_ref(struct text *text)
{
    if (text != NULL)
        atomic_fetch_add_explicit(&text->refs, 1, memory_order_relaxed);
    return text;
}

void text_unref(struct text *text)
{
    if (text != NULL && atomic_fetch_sub_explicit(&text->refs, 1, memory_order_acq_rel) == 1)
        free(text);
}
