#include "redact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "[key]";

enum { KEY_MIN = 4, PATTERN_MIN = 12 };

bool redact_has(const char *text, size_t len, const char *key)
{
    return key != NULL && strlen(key) >= KEY_MIN && memmem(text, len, key, strlen(key)) != NULL;
}

static void replace(struct str *text, size_t at, size_t len)
{
    struct str out = STR_INIT;

    str_add_n(&out, text->data, at);
    str_add(&out, mark);
    str_add_n(&out, text->data + at + len, text->len - at - len);
    str_free(text);
    *text = out;
}

static void redact_value(struct str *text, const char *key)
{
    size_t from = 0;
    char *hit;

    while (text->len > from &&
           (hit = memmem(text->data + from, text->len - from, key, strlen(key))) != NULL) {
        from = (size_t)(hit - text->data);
        replace(text, from, strlen(key));
        from += sizeof mark - 1;
    }
}

static bool is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.' || c == '*' || c == '+' ||
           c == '/' || c == '=' || c == '~';
}

/* How long what looks like a key is after `prefix` at this place; 0: it does not. */
static size_t key_length(const char *at, const char *prefix, size_t min)
{
    size_t head = strlen(prefix), len = head;

    if (strncasecmp(at, prefix, head) != 0)
        return 0;
    while (is_key_char(at[len]))
        len++;
    while (len > head && at[len - 1] == '.')
        len--;
    return len - head >= min ? len : 0;
}

static size_t secret_length(const char *at)
{
    size_t len = key_length(at, "sk-", 6);

    return len > 0 ? len : key_length(at, "Bearer ", PATTERN_MIN);
}

void redact(struct str *text, const char *key)
{
    if (text->len == 0)
        return;
    if (key != NULL && strlen(key) >= KEY_MIN)
        redact_value(text, key);
    for (size_t at = 0; at < text->len; at++) {
        bool begins = at == 0 || !isalnum((unsigned char)text->data[at - 1]);
        size_t len = begins ? secret_length(text->data + at) : 0;

        if (len > 0) {
            replace(text, at, len);
            at += sizeof mark - 2;
        }
    }
}

bool redact_looks_like_key(const char *value)
{
    for (const char *c = value; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return true;
    return isdigit((unsigned char)*value) || strlen(value) > 64 || key_length(value, "sk", 24) > 0;
}

void redact_wipe(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}
