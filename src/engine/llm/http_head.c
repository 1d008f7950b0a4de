#include "http.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The value in [at, end), trimmed and cut. */
static void copy_value(const char *at, const char *end, char *value, size_t size)
{
    size_t len;

    while (at < end && is_blank(*at))
        at++;
    while (at < end && is_blank(end[-1]))
        end--;
    len = (size_t)(end - at);
    if (len >= size)
        len = size - 1;
    memcpy(value, at, len);
    value[len] = '\0';
}

bool http_head_find(const char *head, size_t len, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    const char *end = head + len;

    for (const char *line = head, *stop; line < end; line = stop + 1) {
        stop = memchr(line, '\n', (size_t)(end - line));
        if (stop == NULL)
            stop = end;
        if ((size_t)(stop - line) <= name_len || line[name_len] != ':' ||
            strncasecmp(line, name, name_len) != 0)
            continue;
        copy_value(line + name_len + 1, stop, value, size);
        return true;
    }
    return false;
}

bool http_header(const struct http_transfer *transfer, const char *name, char *value, size_t size)
{
    return http_head_find(str_text(&transfer->head), transfer->head.len, name, value, size);
}

void http_free_outcome(struct http_transfer *transfer)
{
    str_free(&transfer->head);
}
