#ifndef ENDPOINT_H
#define ENDPOINT_H

/* Addresses and headers of a remote model's requests: for providers, `doctor` and `models`. */
#include "err.h"
#include "model.h"

enum { ENDPOINT_HEADERS_MAX = 4 };

struct endpoint_headers {
    char *lines[ENDPOINT_HEADERS_MAX]; /* "Name: value"; the key among them */
    size_t count;
};

/* The address of a path ("chat/completions", "messages", "models") below base URL number `index`;
 * the caller's. */
char *endpoint_url(const struct llm_model *model, unsigned index, const char *path);
/* Content type, key and protocol version as the model's api wants them. */
struct endpoint_headers endpoint_headers(const struct llm_model *model);
void endpoint_headers_free(struct endpoint_headers *headers); /* wipes the key */

/* Checks a base URL as a task file gives it: scheme, no user, no query; plain http only to loopback
 * or where allowed. ERR_INPUT says what is wrong and how to mend it. */
bool endpoint_check_url(const char *url, bool allow_plain_http, bool *is_loopback, struct err *err);

#endif
