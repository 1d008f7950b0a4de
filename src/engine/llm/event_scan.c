#include "event_scan.h"

#include <string.h>

enum { DEPTH_MAX = 16, NUMBER_MAX = 32 };

/* All data ends in a NUL, which no JSON holds: it stops every step. */
struct reader {
    char *at;
    struct scan *scan;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blanks(struct reader *reader)
{
    while (is_blank(*reader->at))
        reader->at++;
}

/* The character, with blanks around it. Mostly there are none. */
static inline bool take(struct reader *reader, char c)
{
    if (*reader->at == c && !is_blank(reader->at[1])) {
        reader->at++;
        return true;
    }
    skip_blanks(reader);
    if (*reader->at != c)
        return false;
    reader->at++;
    skip_blanks(reader);
    return true;
}

static inline bool take_word(struct reader *reader, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(reader->at, word, len) != 0)
        return false;
    reader->at += len;
    return true;
}

/* The string's next run of plain characters; the NUL behind the data ends it, too. */
static size_t plain_run(const char *at)
{
    size_t len = 0;

    while (at[len] != '"' && at[len] != '\\' && (unsigned char)at[len] >= 0x20)
        len++;
    return len;
}

static bool take_string(struct reader *reader, struct scan_text *text)
{
    char *at = reader->at;

    if (*at != '"')
        return false;
    *text = (struct scan_text){ .at = at + 1 };
    for (at += 1 + plain_run(at + 1); *at == '\\'; at += 2 + plain_run(at + 2)) {
        text->is_escaped = true;
        if (at[1] == '\0' || strchr("\"\\/bfnrt", at[1]) == NULL)
            return false;
    }
    if (*at != '"')
        return false;
    text->len = (size_t)(at - text->at);
    reader->at = at + 1;
    return true;
}

static bool take_digits(struct reader *reader)
{
    char *begin = reader->at;

    while (*reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > begin;
}

static bool skip_number(struct reader *reader)
{
    char *begin = reader->at;

    if (*reader->at == '-')
        reader->at++;
    if (*reader->at == '0')
        reader->at++;
    else if (!take_digits(reader))
        return false;
    if (*reader->at == '.') {
        reader->at++;
        if (!take_digits(reader))
            return false;
    }
    if (*reader->at == 'e' || *reader->at == 'E') {
        reader->at++;
        if (*reader->at == '+' || *reader->at == '-')
            reader->at++;
        if (!take_digits(reader))
            return false;
    }
    return reader->at - begin <= NUMBER_MAX;
}

static bool take_key(struct reader *reader, struct scan_text *key)
{
    return take_string(reader, key) && !key->is_escaped && take(reader, ':');
}

static bool skip_value(struct reader *reader, unsigned depth);

/* An object or array, from behind its opening bracket to behind its closing one. */
static bool skip_items(struct reader *reader, char close, unsigned depth)
{
    struct scan_text key;

    if (depth > DEPTH_MAX)
        return false;
    if (take(reader, close))
        return true;
    do {
        if (close == '}' && !take_key(reader, &key))
            return false;
        if (!skip_value(reader, depth))
            return false;
    } while (take(reader, ','));
    return take(reader, close);
}

static bool skip_value(struct reader *reader, unsigned depth)
{
    struct scan_text text;

    switch (*reader->at) {
    case '"':
        return take_string(reader, &text);
    case '{':
        return take(reader, '{') && skip_items(reader, '}', depth + 1);
    case '[':
        return take(reader, '[') && skip_items(reader, ']', depth + 1);
    case 't':
        return take_word(reader, "true");
    case 'f':
        return take_word(reader, "false");
    case 'n':
        return take_word(reader, "null");
    default:
        return skip_number(reader);
    }
}

static bool take_object(struct reader *reader, const struct scan_shape *shape);

static bool take_member(struct reader *reader, const struct scan_shape *member)
{
    unsigned bit = 1U << member->slot;

    if ((reader->scan->seen & bit) != 0)
        return false;
    reader->scan->seen |= bit;
    switch (member->kind) {
    case SCAN_TEXT:
        return take_word(reader, "null") || take_string(reader, &reader->scan->texts[member->slot]);
    case SCAN_NOTHING:
        return take_word(reader, "null") || (take(reader, '[') && take(reader, ']'));
    case SCAN_ZERO:
        return take_word(reader, "0") && strchr(",}] \n\r\t", *reader->at) != NULL;
    case SCAN_OBJECT:
        return take_object(reader, member->inner);
    case SCAN_ONE:
        return take(reader, '[') && take_object(reader, member->inner) && take(reader, ']');
    }
    return false;
}

static const struct scan_shape *find(const struct scan_shape *shape, const struct scan_text *key)
{
    while (shape->key != NULL &&
           (key->len == 0 || *shape->key != *key->at || !scan_is(key, shape->key)))
        shape++;
    return shape->key != NULL ? shape : NULL;
}

static bool take_object(struct reader *reader, const struct scan_shape *shape)
{
    struct scan_text key;

    if (!take(reader, '{'))
        return false;
    if (take(reader, '}'))
        return true;
    do {
        const struct scan_shape *member;

        if (!take_key(reader, &key))
            return false;
        member = find(shape, &key);
        if (member != NULL ? !take_member(reader, member) : !skip_value(reader, 0))
            return false;
    } while (take(reader, ','));
    return take(reader, '}');
}

bool scan_event(struct scan *scan, const struct scan_shape *shape, char *data, size_t len)
{
    struct reader reader = { data, scan };

    *scan = (struct scan){ 0 };
    return take_object(&reader, shape) && reader.at == data + len;
}

static char decoded(char escape)
{
    switch (escape) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return escape;
    }
}

void scan_decode(struct scan_text *text)
{
    char *out = text->at;

    if (!text->is_escaped)
        return;
    for (const char *in = text->at, *end = in + text->len; in < end; in++)
        *out++ = *in == '\\' ? decoded(*++in) : *in;
    text->len = (size_t)(out - text->at);
    text->is_escaped = false;
}

bool scan_is(const struct scan_text *text, const char *word)
{
    return text->at != NULL && strlen(word) == text->len && memcmp(text->at, word, text->len) == 0;
}

void scan_keep(struct scan_frame *frame, const char *data, size_t len, const struct scan_text *text)
{
    const char *end = text->at + text->len;

    str_clear(&frame->before);
    str_clear(&frame->after);
    str_add_n(&frame->before, data, (size_t)(text->at - data));
    str_add_n(&frame->after, end, len - (size_t)(end - data));
}

/* What stands behind the text begins with a quote, where the run ends at the latest. */
bool scan_again(const struct scan_frame *frame, const char *data, size_t len, const char **text,
    size_t *text_len)
{
    const struct str *before = &frame->before, *after = &frame->after;
    size_t around = before->len + after->len;

    if (before->len == 0 || len < around || memcmp(data, before->data, before->len) != 0 ||
        memcmp(data + len - after->len, after->data, after->len) != 0)
        return false;
    *text = data + before->len;
    *text_len = len - around;
    return plain_run(*text) == *text_len;
}

void scan_forget(struct scan_frame *frame)
{
    str_free(&frame->before);
    str_free(&frame->after);
}
