#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Ends a cut message in an ellipsis, without leaving half a UTF-8 character before it. */
static void mark_cut(char *message, size_t size)
{
    static const char ellipsis[] = "…";
    size_t at = size - sizeof ellipsis;

    while (at > 0 && ((unsigned char)message[at] & 0xC0) == 0x80)
        at--;
    memcpy(message + at, ellipsis, sizeof ellipsis);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    va_list args;
    int len;

    err->code = code;
    va_start(args, format);
    len = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (len >= (int)sizeof err->message)
        mark_cut(err->message, sizeof err->message);
    return false;
}

bool err_prefix(struct err *err, const char *format, ...)
{
    char prefix[sizeof err->message], old[sizeof err->message];
    va_list args;
    int len;

    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, err->message, sizeof old);
    len = snprintf(err->message, sizeof err->message, "%s: %s", prefix, old);
    if (len >= (int)sizeof err->message)
        mark_cut(err->message, sizeof err->message);
    return false;
}
