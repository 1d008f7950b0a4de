#include "structured.h"

#include <string.h>

#include "lenient.h"
#include "utf8.h"

/* The text between start and end that may hold the answer. */
struct span {
    const char *start, *end;
};

static const char *find(struct span span, const char *token)
{
    return memmem(span.start, (size_t)(span.end - span.start), token, strlen(token));
}

static bool is_blank(const char *from, const char *end)
{
    while (from < end && strchr(" \t\r\n", *from) != NULL && *from != '\0')
        from++;
    return from == end;
}

static struct span trim(struct span span)
{
    while (span.start < span.end && is_blank(span.start, span.start + 1))
        span.start++;
    while (span.end > span.start && is_blank(span.end - 1, span.end))
        span.end--;
    return span;
}

/* One attempt at the whole span as one value. *whole: nothing but blanks and comments followed. */
static cJSON *read_at(
    const char *text, struct span span, struct lenient *r, bool *whole, struct err *err)
{
    cJSON *value;

    *r = (struct lenient){ .text = text, .at = span.start, .end = span.end };
    value = lenient_read(r, err);
    if (value != NULL && !r->truncated)
        lenient_skip_space(r);
    *whole = r->at >= r->end;
    return value;
}

/* What follows the value is chatter, unless it looks like a second answer. */
static cJSON *accept_rest(cJSON *value, const struct lenient *r, struct err *err)
{
    struct span rest = { r->at, r->end };

    if (find(rest, "{") == NULL)
        return value;
    cJSON_Delete(value);
    err_set(err, ERR_INPUT, "more than one JSON object in the reply; answer with exactly one");
    return NULL;
}

/* Out of chatter: the first bracket that begins a whole value, else the first object. */
static cJSON *extract(const char *text, struct span span, struct lenient *r, struct err *err)
{
    const char *brace = find(span, "{");
    const char *bracket = find(span, "[");
    cJSON *value;
    bool whole;

    if (brace == NULL && bracket == NULL) {
        err_set(err, ERR_INPUT,
            "no JSON object in the reply; answer with one JSON object and nothing else");
        return NULL;
    }
    if (bracket != NULL && (brace == NULL || bracket < brace)) {
        struct err ignored = {
            0
        }; /* a bracket in chatter is none of our business while a brace follows */

        value = read_at(
            text, (struct span){ bracket, span.end }, r, &whole, brace == NULL ? err : &ignored);
        if (brace == NULL || (value != NULL && !r->truncated))
            return value != NULL ? accept_rest(value, r, err) : NULL;
        cJSON_Delete(value);
    }
    value = read_at(text, (struct span){ brace, span.end }, r, &whole, err);
    return value != NULL && !r->truncated ? accept_rest(value, r, err) : value;
}

/* Past the model's thoughts. False where a thought never ends: there is no answer yet. */
static bool skip_thought(struct span *span, bool *skipped, struct err *err)
{
    const char *close = find(*span, "</think>");

    if (close == NULL) {
        if (span->end - span->start >= 7 && memcmp(span->start, "<think>", 7) == 0)
            return err_set(
                err, ERR_INPUT, "the thought never ended: there is no answer after <think>");
        return true;
    }
    *span = trim((struct span){ close + strlen("</think>"), span->end });
    *skipped = true;
    return true;
}

/* A fence around the answer: the text within it. Without a closing fence, all that follows. */
static struct span within_fence(struct span span)
{
    struct span inner = span;
    const char *close;

    if (span.end - span.start < 3 || memcmp(span.start, "```", 3) != 0)
        return span;
    inner.start = memchr(span.start, '\n', (size_t)(span.end - span.start));
    if (inner.start == NULL)
        return span;
    close = find(inner, "\n```");
    if (close != NULL && is_blank(close + 4, span.end))
        inner.end = close;
    return trim(inner);
}

static cJSON *read_repaired(const char *text, struct span span, struct lenient *r, struct err *err)
{
    struct err ignored = { 0 };
    bool skipped = false, whole;
    cJSON *value;

    if (!skip_thought(&span, &skipped, err))
        return NULL;
    span = within_fence(span);
    value = span.start < span.end ? read_at(text, span, r, &whole, &ignored) : NULL;
    if (value != NULL && whole && (!r->truncated || *span.start == '{' || *span.start == '['))
        return value;
    cJSON_Delete(value);
    return extract(text, span, r, err);
}

static bool check_text(const char *text, size_t len, struct err *err)
{
    size_t bad;

    if (len > STRUCTURED_MAX)
        return err_set(err, ERR_INPUT, "the reply has more than %d bytes", STRUCTURED_MAX);
    if (!utf8_valid(text, len, &bad))
        return err_set(err, ERR_INPUT, "the reply is no UTF-8 at byte %zu", bad + 1);
    if (is_blank(text, text + len))
        return err_set(err, ERR_INPUT, "the reply is empty; answer with one JSON object");
    return true;
}

cJSON *structured_read(
    const char *text, size_t len, enum structured_status *status, struct err *err)
{
    struct span span = trim((struct span){ text, text + len });
    struct err ignored = { 0 };
    struct lenient r = { 0 };
    bool whole = false;
    cJSON *value = NULL;

    *status = STRUCTURED_REJECTED;
    if (!check_text(text, len, err))
        return NULL;
    if (span.end - span.start >= 3 && memcmp(span.start, "\xef\xbb\xbf", 3) == 0)
        span.start += 3;
    else
        value = read_at(text, span, &r, &whole, &ignored);
    if (value != NULL && whole && !r.truncated && !r.repaired) {
        *status = STRUCTURED_OK;
        return value;
    }
    cJSON_Delete(value);
    value = read_repaired(text, span, &r, err);
    if (value != NULL)
        *status = r.truncated ? STRUCTURED_TRUNCATED : STRUCTURED_REPAIRED;
    else if (r.truncated)
        err_set(err, ERR_INPUT, "the reply ends before its JSON does");
    return value;
}

/* An object that was encoded once more, as a string. */
static cJSON *decode_twice(cJSON *value)
{
    enum structured_status status;
    struct err ignored = { 0 };
    const char *text = cJSON_GetStringValue(value);
    cJSON *inner = text != NULL ? structured_read(text, strlen(text), &status, &ignored) : NULL;

    if (inner == NULL)
        return value;
    if (status == STRUCTURED_TRUNCATED || !cJSON_IsObject(inner)) {
        cJSON_Delete(inner);
        return value;
    }
    cJSON_Delete(value);
    return inner;
}

static bool check_against(const cJSON *value, const char *schema, struct err *err)
{
    cJSON *tree;
    bool ok;

    if (schema == NULL)
        return cJSON_IsObject(value) || err_set(err, ERR_INPUT, "the reply must be a JSON object");
    tree = cJSON_Parse(schema);
    if (tree == NULL)
        return err_set(err, ERR_INPUT, "the schema of the reply is no JSON");
    ok = structured_check(value, tree, err);
    cJSON_Delete(tree);
    return ok;
}

cJSON *structured_parse(const char *text, const char *schema, struct err *err)
{
    enum structured_status status;
    cJSON *value = structured_read(text, strlen(text), &status, err);

    if (value == NULL)
        return NULL;
    value = decode_twice(value);
    if (status == STRUCTURED_TRUNCATED)
        err_set(err, ERR_INPUT, "the reply ends before its JSON does; answer shorter");
    else if (check_against(value, schema, err))
        return value;
    cJSON_Delete(value);
    return NULL;
}
