#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void str_reserve(struct str *s, size_t more)
{
    size_t need = s->len + more + 1;
    size_t cap = 2 * s->cap;

    if (need <= s->cap)
        return;
    if (cap < need)
        cap = need > 32 ? need : 32;
    s->data = mem_realloc(s->data, cap, 1);
    s->data[s->len] = '\0';
    s->cap = cap;
}

void str_add(struct str *s, const char *text)
{
    str_add_n(s, text, strlen(text));
}

void str_add_n(struct str *s, const char *bytes, size_t len)
{
    str_reserve(s, len);
    if (len > 0)
        memcpy(s->data + s->len, bytes, len);
    s->len += len;
    s->data[s->len] = '\0';
}

void str_add_char(struct str *s, char c)
{
    str_add_n(s, &c, 1);
}

/* Mostly there is room, and it is printed once. */
void str_addf(struct str *s, const char *format, ...)
{
    va_list args;
    size_t room;
    int len;

    str_reserve(s, 1);
    room = s->cap - s->len;
    va_start(args, format);
    len = vsnprintf(s->data + s->len, room, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len >= room) {
        str_reserve(s, (size_t)len);
        va_start(args, format);
        (void)vsnprintf(s->data + s->len, (size_t)len + 1, format, args);
        va_end(args);
    }
    if (len > 0)
        s->len += (size_t)len;
    s->data[s->len] = '\0';
}

void str_clear(struct str *s)
{
    str_truncate(s, 0);
}

void str_truncate(struct str *s, size_t len)
{
    if (len >= s->len)
        return;
    s->len = len;
    s->data[len] = '\0';
}

const char *str_text(const struct str *s)
{
    return s->data != NULL ? s->data : "";
}

char *str_take(struct str *s)
{
    char *text = s->data != NULL ? s->data : mem_strdup("");

    *s = (struct str)STR_INIT;
    return text;
}

void str_free(struct str *s)
{
    free(s->data);
    *s = (struct str)STR_INIT;
}

bool str_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t tail = strlen(suffix);

    return len >= tail && memcmp(text + len - tail, suffix, tail) == 0;
}
