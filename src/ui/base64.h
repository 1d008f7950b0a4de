#ifndef BASE64_H
#define BASE64_H

/* RFC 4648, section 4: the alphabet with + and /, padded. Appends. */
#include "str.h"

void base64_add(const char *bytes, size_t len, struct str *out);

#endif
